import { describeObject, type FieldPath, type KindedObject, type Severity } from '../../model/index.ts';
import type { Finding, Fix } from '../types.ts';
import type { PolicyValue } from './policies.ts';

interface ValueFault {
  readonly code: string;
  readonly severity?: Severity;
  readonly reason: string;
  readonly help: string;
  /** What to write instead, where that is certain. */
  readonly instead?: string;
}

/** A finding about one value of a field that no request can have. */
export function valueFinding(
  { policy, field, index, value }: PolicyValue,
  { code, severity = 'warning', reason, help, instead }: ValueFault,
): Finding {
  const path = [...field.path, index];
  const effect = field.negated ? ', so it makes no exception' : '';
  const fix = instead === undefined ? undefined : replaceValue(policy, path, value, instead);
  return {
    code,
    severity,
    message: `${describeObject(policy)}: ${field.written} ${JSON.stringify(value)} never matches${effect}`,
    object: policy,
    path,
    help,
    proof: { kind: 'never matches', reason },
    ...(fix !== undefined && { fix }),
  };
}

/** The change of one value's text; undefined where the text does not show the value as it is. */
export function replaceValue(
  object: KindedObject,
  path: FieldPath,
  value: string,
  instead: string,
): Fix | undefined {
  const { source, start, end } = object.origin.locate(path);
  const at = source.text.slice(start, end).lastIndexOf(value);
  if (at < 0) return undefined;
  const span = { source, start: start + at, end: start + at + value.length };
  return { description: `write ${instead}`, edits: [{ span, text: instead }] };
}
