import type { KindedObject } from '../../model/index.ts';
import { toPlainValue } from '../../yaml/index.ts';
import { anything, type Decoder, objectStruct, type Struct } from '../kit/index.ts';
import { decode, type ProtoMessage } from './proto.ts';
import { writtenPath } from './written-path.ts';

/**
 * A decoder of a networking.istio.io kind of which only some fields matter: those are decoded as istiod does. `shape` names the fields
 * that the CRD has, with `anything` where nobody looks inside. A field that it lacks refuses the object, as does what cannot be decoded.
 */
export function networkingDecoder<T extends KindedObject, Spec extends object>(
  kind: T['kind'],
  shape: Struct,
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
    shape: objectStruct(kind, { spec: shape, status: anything }),
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
