import type { KindedObject } from '../../model/index.ts';
import { toPlainValue } from '../../yaml/index.ts';
import { anything, type Decoder, objectStruct } from '../kit/index.ts';
import { decode, type ProtoMessage } from './proto.ts';
import { writtenPath } from './written-path.ts';

/**
 * A decoder of a networking.istio.io kind of which only some fields matter: those are decoded as istiod does, all others are
 * neither read nor checked. What cannot be decoded refuses the object.
 */
export function networkingDecoder<T extends KindedObject, Spec extends object>(
  kind: T['kind'],
  message: ProtoMessage,
  read: (head: KindedObject, spec: Spec) => T,
): Decoder<T> {
  return {
    group: 'networking.istio.io',
    versions: ['v1', 'v1beta1', 'v1alpha3'],
    kind,
    namespaced: true,
    policy: true,
    custom: true,
    shape: objectStruct(kind, { spec: anything, status: anything }),
    decode: (root, head, problems) => {
      const json = toPlainValue(root) as Readonly<Record<string, unknown>>;
      const decoded = decode<Spec>(message, json.spec, ['spec']);
      if ('value' in decoded) return read(head, decoded.value);
      const path = writtenPath(json, decoded.path);
      const reason = `error decoding configuration: ${decoded.error}`;
      problems.push({ code: 'PC2201', severity: 'error', path, message: reason });
      return read(head, {} as Spec);
    },
  };
}
