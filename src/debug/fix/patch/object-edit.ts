import type { FieldPath } from '../../../model/index.ts';
import type { PlainValue } from '../types.ts';
import { isList } from './render.ts';

/** A change of an object, by a path from its root. What is missing on the way is made. */
export type ObjectEdit =
  /** One more item of the list at `path`, before the item `at`, or behind all. */
  | { readonly op: 'add'; readonly path: FieldPath; readonly value: PlainValue; readonly at?: number }
  | { readonly op: 'set'; readonly path: FieldPath; readonly value: PlainValue }
  /** The item of a list at `path` goes. */
  | { readonly op: 'remove'; readonly path: FieldPath };

/** The value with the edit made: what the edited text must read as. */
export function editPlain(value: PlainValue, edit: ObjectEdit): PlainValue {
  const [step, ...rest] = edit.path;
  if (step === undefined) return editHere(value, edit);
  if (edit.op === 'remove' && rest.length === 0 && isList(value)) return value.filter((_, i) => i !== step);
  const below = { ...edit, path: rest };
  if (typeof step === 'number') {
    const list = isList(value ?? null) ? (value as readonly PlainValue[]) : [];
    return list.toSpliced(step, 1, editPlain(list[step] ?? null, below));
  }
  const map = (value ?? {}) as { readonly [key: string]: PlainValue };
  return { ...map, [step]: editPlain(Object.hasOwn(map, step) ? map[step]! : null, below) };
}

function editHere(value: PlainValue, edit: ObjectEdit): PlainValue {
  if (edit.op === 'set') return edit.value;
  const list = isList(value) ? value : [];
  return edit.op === 'add' ? list.toSpliced(edit.at ?? list.length, 0, edit.value) : value;
}

/** What has to stand at the first missing step of a path, so that `value` stands at its end. */
export function wrap(missing: FieldPath, value: PlainValue): PlainValue {
  return missing
    .slice(1)
    .reduceRight<PlainValue>(
      (inner, step) => (typeof step === 'number' ? [inner] : { [step]: inner }),
      value,
    );
}
