import type { Json } from '../../store/index.ts';
import { decodeSet, encodeSet, isEmpty, type PathSet } from './path-set.ts';

/** One who sets fields of an object, and which. */
export interface Manager {
  readonly name: string;
  readonly operation: 'Apply' | 'Update';
  readonly apiVersion: string;
  readonly time: string | undefined;
  readonly subresource?: string | undefined;
  readonly fields: PathSet;
}

interface Entry {
  readonly manager?: string;
  readonly operation?: 'Apply' | 'Update';
  readonly apiVersion?: string;
  readonly time?: string;
  readonly subresource?: string;
  readonly fieldsV1?: Json;
}

/** Are they the same one? Whoever applies is, in any version. */
export function isSameManager(
  a: Pick<Manager, 'name' | 'operation' | 'apiVersion' | 'subresource'>,
  b: Pick<Manager, 'name' | 'operation' | 'apiVersion' | 'subresource'>,
): boolean {
  return (
    a.name === b.name &&
    a.operation === b.operation &&
    a.subresource === b.subresource &&
    (a.operation === 'Apply' || a.apiVersion === b.apiVersion)
  );
}

/** Reads `metadata.managedFields`. */
export function readManagers(entries: unknown): readonly Manager[] {
  if (!Array.isArray(entries)) return [];
  return (entries as readonly Entry[]).map((entry) => ({
    name: entry.manager ?? 'unknown',
    operation: entry.operation ?? 'Update',
    apiVersion: entry.apiVersion ?? '',
    time: entry.time,
    ...(entry.subresource !== undefined && { subresource: entry.subresource }),
    fields: decodeSet(entry.fieldsV1 ?? {}),
  }));
}

/** Writes `metadata.managedFields`: who applies first, then by time and name. */
export function writeManagers(managers: readonly Manager[]): readonly Json[] {
  const order = ({ operation, time = '', name, apiVersion, subresource = '' }: Manager) =>
    [operation, time, name, apiVersion, subresource].join('\0');
  return managers
    .filter(({ fields }) => !isEmpty(fields))
    .toSorted((a, b) => (order(a) < order(b) ? -1 : 1))
    .map(({ name, operation, apiVersion, time, subresource, fields }) => ({
      manager: name,
      operation,
      apiVersion,
      ...(time !== undefined && { time }),
      fieldsType: 'FieldsV1',
      fieldsV1: encodeSet(fields),
      ...(subresource !== undefined && { subresource }),
    }));
}

/** Who a conflict is with: `"kubectl-edit" using apps/v1 at 2026-01-01T00:00:00Z`. */
export function describeManager({ name, operation, apiVersion, time, subresource }: Manager): string {
  const quoted = `${JSON.stringify(name)}${subresource === undefined ? '' : ` with subresource ${JSON.stringify(subresource)}`}`;
  if (operation === 'Apply') return quoted;
  return `${quoted} using ${apiVersion}${time === undefined ? '' : ` at ${time}`}`;
}
