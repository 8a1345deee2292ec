import type { JwtRule } from '../../model/index.ts';
import type { TextTest } from '../../policy/authorization/index.ts';
import { findTexts } from './bag.ts';
import { findText } from './find-text.ts';
import { type Draft, type Filling, filling, meets, type Slot, wishOf } from './slot.ts';
import { freeSpace } from './text-spaces.ts';

/**
 * A claim at a path of the payload, in view 0 as conditions see it: one text or a list of texts. In view 1 as a header that a rule fills from it: one text
 * only, a list makes none.
 */
export function claimSlot(path: readonly string[], rule: JwtRule): Slot {
  const absent = filling([]);
  const [name] = path;
  const single = path.length === 1 && (name === 'sub' || name === 'jti');
  // Blanks cut such a claim into a list.
  const alwaysList =
    path.length === 1 && ['scope', 'permission', ...rule.spaceDelimitedClaims].includes(name!);
  return {
    fill: (demands) => {
      if (demands.every((demand) => meets(absent, demand))) return absent;
      const text = alwaysList ? undefined : findText(freeSpace, wishOf(demands));
      if (text !== undefined) return filling([text]);
      if (single || demands.some(({ view, negated }) => view === 1 && !negated)) return undefined;
      const list = findTexts(freeSpace, wishOf(demands, 0));
      return list === undefined ? undefined : { seen: [list.seen, []], sent: list.sent, asList: true };
    },
    write: (draft, found) => writeClaim(draft, path, found),
  };
}

/** The audiences of a token that is good for one of `allowed`; these are never absent. */
export function audienceSlot(allowed: readonly string[]): Slot {
  const names = [...new Set(allowed.flatMap(writtenForms))];
  const isAllowed: readonly TextTest[] = names.map((text) => ({
    pattern: { form: 'exact', text },
    matches: (other) => other === text,
  }));
  return {
    fill: (demands) => {
      const both = wishOf(demands);
      const text = findText(freeSpace, { ...both, groups: [isAllowed, ...both.groups] });
      if (text !== undefined) return filling([text]);
      if (demands.some(({ view, negated }) => view === 1 && !negated)) return undefined;
      const { groups, none } = wishOf(demands, 0);
      const list = findTexts(freeSpace, { groups: [isAllowed, ...groups], none });
      return list === undefined ? undefined : { seen: [list.seen, []], sent: list.sent, asList: true };
    },
    write: (draft, found) => writeClaim(draft, ['aud'], found),
  };
}

/** Texts that Envoy takes for the same audience: scheme and a last slash don't count. */
function writtenForms(audience: string): readonly string[] {
  const plain = audience.replace(/^https?:\/\//, '').replace(/\/$/, '');
  const forms = ['', 'https://', 'http://'].flatMap((scheme) => [`${scheme}${plain}`, `${scheme}${plain}/`]);
  return [audience, ...forms];
}

/** Writes what was found: one text as such, unless it is meant to be a list. False where the path leads through another claim's text. */
function writeClaim({ claims }: Draft, path: readonly string[], { sent, asList }: Filling): boolean {
  if (sent.length === 0) return true;
  let at: Record<string, unknown> = claims;
  for (const name of path.slice(0, -1)) {
    const next = Object.hasOwn(at, name) ? at[name] : {};
    if (typeof next !== 'object' || next === null || Array.isArray(next)) return false;
    at[name] = next;
    at = next as Record<string, unknown>;
  }
  const last = path.at(-1)!;
  if (Object.hasOwn(at, last)) return false;
  at[last] = sent.length === 1 && asList !== true ? sent[0] : sent;
  return true;
}
