import { findText, type TextSpace, type TextWish } from './find-text.ts';
import { matchesAny } from './slot.ts';

/** What is there without being sent. */
export interface Given {
  /** Whatever is sent. */
  readonly fixed: readonly string[];
  /** As long as nothing is sent. */
  readonly otherwise: readonly string[];
}

const nothingGiven: Given = { fixed: [], otherwise: [] };

/** A list of texts of which each may meet another wish, as few as possible, none of them unwished; undefined where there is no such list. */
export function findTexts(
  space: TextSpace,
  { groups, none }: TextWish,
  { fixed, otherwise }: Given = nothingGiven,
): { readonly sent: readonly string[]; readonly seen: readonly string[] } | undefined {
  if (matchesAny(fixed, none)) return undefined;
  const unsent = [...fixed, ...otherwise];
  if (!matchesAny(unsent, none) && groups.every((tests) => matchesAny(unsent, tests))) {
    return { sent: [], seen: unsent };
  }
  const one = groups.length > 1 ? findText(space, { groups, none }) : undefined;
  const sent: string[] = one === undefined ? [] : [one];
  for (const tests of groups) {
    if (matchesAny(fixed, tests) || matchesAny(sent, tests)) continue;
    const text = findText(space, { groups: [tests], none });
    if (text === undefined) return undefined;
    sent.push(text);
  }
  if (sent.length > 0) return { sent, seen: [...sent, ...fixed] };
  const any = findText(space, { groups: [], none });
  return any === undefined ? undefined : { sent: [any], seen: [any, ...fixed] };
}
