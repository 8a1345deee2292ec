import { fieldTable } from './field-table.ts';

/** How a field of a message stands in JSON. */
export interface FieldType {
  readonly name: string;
  readonly form: 'single' | 'list' | 'map' | 'beside';
  /** A letter of the table, or the name of a message. */
  readonly type: string;
}

const forms: Readonly<Record<string, FieldType['form']>> = { '[': 'list', '{': 'map', '~': 'beside' };

const rows = new Map(
  fieldTable
    .trim()
    .split('\n')
    .map((row) => {
      const [name, ...fields] = row.split(' ');
      return [name!, fields] as const;
    }),
);
const read = new Map<string, ReadonlyMap<number, FieldType>>();

/** The fields of a message (`core.Pod`) by their numbers; undefined for one that is not in the table. */
export function fieldsOf(message: string): ReadonlyMap<number, FieldType> | undefined {
  const known = read.get(message);
  if (known !== undefined) return known;
  const row = rows.get(message);
  if (row === undefined) return undefined;
  const fields = new Map(row.map(readField));
  read.set(message, fields);
  return fields;
}

/** `1=containers:[core.Container`. */
function readField(text: string): readonly [number, FieldType] {
  const equals = text.indexOf('=');
  const colon = text.indexOf(':');
  const form = forms[text[colon + 1]!];
  const type = text.slice(colon + (form === undefined ? 1 : 2));
  const name = text.slice(equals + 1, colon);
  return [Number(text.slice(0, equals)), { name, form: form ?? 'single', type }];
}
