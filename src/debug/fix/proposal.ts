import type { KindedObject } from '../../model/index.ts';
import type { ObjectEdit } from './patch/object-edit.ts';
import type { FixAction, PlainValue } from './types.ts';

/** Something that may help against one denial: edits of an object, or a new one. Whether it does is for the verdict to say. */
export type Proposal =
  | {
      readonly kind: 'edit';
      readonly object: KindedObject;
      readonly edits: readonly ObjectEdit[];
      readonly actions: readonly FixAction[];
    }
  | { readonly kind: 'new'; readonly value: PlainObject; readonly beside: KindedObject };

/** An object as it is written. */
export type PlainObject = { readonly [key: string]: PlainValue };

/** One edit that is one action. */
export function oneEdit(
  kind: Exclude<FixAction['kind'], 'add policy'>,
  object: KindedObject,
  edit: ObjectEdit,
  value: PlainValue,
): Proposal {
  return { kind: 'edit', object, edits: [edit], actions: [{ kind, object, path: edit.path, value }] };
}
