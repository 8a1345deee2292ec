import { fieldTable } from './built-in-fields.ts';
import {
  anything,
  boolean,
  int32,
  int64,
  integerOrText,
  list,
  map,
  type Shape,
  type Struct,
  struct,
  text,
} from './shape.ts';

const simpleShapes: Readonly<Record<string, Shape>> = {
  s: text,
  b: boolean,
  i: int32,
  l: int64,
  p: integerOrText,
  '?': anything,
};

const structs = new Map<string, Struct>();
const rows = new Map(
  fieldTable
    .trim()
    .split('\n')
    .map((row) => [row.slice(0, row.indexOf(':')), row.slice(row.indexOf(':') + 1)]),
);

/** The built-in type of that name (`PodSpec`), as of the Kubernetes version that the table was made from. Throws for a name not in the table. */
export function builtIn(name: string): Struct {
  const known = structs.get(name);
  if (known !== undefined) return known;
  const row = rows.get(name);
  if (row === undefined) throw new Error(`no built-in type ${name}`);
  const fields = new Map<string, Shape>();
  for (const field of row.split(' ')) {
    if (field === '') continue;
    const at = field.indexOf('=');
    fields.set(field.slice(0, at), readCode(field.slice(at + 1)));
  }
  const made: Struct = { kind: 'struct', name, fields };
  structs.set(name, made);
  return made;
}

/** A whole object of a kind: apiVersion, kind and metadata, and the fields given. */
export function objectStruct(kind: string, fields: Readonly<Record<string, Shape>>): Struct {
  return struct(kind, { apiVersion: text, kind: text, metadata: builtIn('ObjectMeta'), ...fields });
}

function readCode(code: string): Shape {
  if (code.startsWith('[')) return list(readCode(code.slice(1)));
  if (code.startsWith('{')) return map(readCode(code.slice(1)));
  return simpleShapes[code] ?? builtIn(code);
}
