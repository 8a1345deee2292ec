import { StatusError, type Store, type Writes } from '../../store/index.ts';
import type { Call } from '../http/call.ts';
import type { FieldValidation } from '../openapi/index.ts';

/** What a writing request asks for besides the object. */
export interface WriteOptions {
  readonly dryRun: boolean;
  readonly fieldValidation: FieldValidation;
  readonly fieldManager: string;
}

const validations: readonly string[] = ['Ignore', 'Warn', 'Strict'];

/** Reads the query of a writing request. `kind` is how its options are called: `CreateOptions`. Throws a 422 for values that there are not. */
export function writeOptions(call: Call, kind: string): WriteOptions {
  const { query } = call;
  const dryRun = query.getAll('dryRun').filter(Boolean);
  const fieldValidation = query.get('fieldValidation') || 'Warn';
  for (const value of dryRun) if (value !== 'All') throw unsupported(kind, 'dryRun', value, ['All']);
  if (!validations.includes(fieldValidation)) {
    throw unsupported(kind, 'fieldValidation', fieldValidation, ['', ...validations]);
  }
  return {
    dryRun: dryRun.length > 0,
    fieldValidation: fieldValidation as FieldValidation,
    fieldManager: query.get('fieldManager') || managerOf(call),
  };
}

/** The store, or a rehearsal of it for a dry run. */
export function writerOf(store: Store, { dryRun }: Pick<WriteOptions, 'dryRun'>): Writes {
  return dryRun ? store.dryRun : store;
}

/** Who writes, where nobody says so: the name in front of the user agent's version. */
function managerOf({ request }: Call): string {
  return (request.headers['user-agent'] ?? '').split('/')[0]!.slice(0, 128) || 'unknown';
}

export function unsupported(
  kind: string,
  field: string,
  value: string,
  supported: readonly string[],
): StatusError {
  const message = `Unsupported value: ${JSON.stringify(value)}: supported values: ${supported.map((each) => JSON.stringify(each)).join(', ')}`;
  return new StatusError(422, 'Invalid', `${kind}.meta.k8s.io "" is invalid: ${field}: ${message}`, {
    group: 'meta.k8s.io',
    kind,
    causes: [{ reason: 'FieldValueNotSupported', message, field }],
  });
}
