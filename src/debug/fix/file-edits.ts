import type { FileEdit, FixSource } from './types.ts';

/** What differs between two states of the same texts. */
export function editsBetween(before: readonly FixSource[], after: readonly FixSource[]): readonly FileEdit[] {
  return after.flatMap(({ name, text, editable = true }) => {
    const was = before.find((each) => each.name === name)?.text;
    return was === text ? [] : [{ source: name, before: was, after: text, editable }];
  });
}
