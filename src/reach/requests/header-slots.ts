import type { TextTest } from '../../policy/authorization/index.ts';
import { findTexts, type Given } from './bag.ts';
import { findText, type TextSpace, type TextWish } from './find-text.ts';
import { type Draft, type Filling, filling, meets, type Slot, wishOf } from './slot.ts';
import { headerSpace } from './text-spaces.ts';

/** A header that may be sent any number of times. */
export function bagSlot(name: string, space: TextSpace, given: Given): Slot {
  return {
    fill: (demands) => {
      const found = findTexts(space, wishOf(demands), given);
      return found === undefined ? undefined : filling(found.seen, found.sent);
    },
    write: (draft, { sent }) => writeHeader(draft, name, sent),
  };
}

/** A header that is either absent or has this one value. */
export function fixedSlot(name: string, value: string): Slot {
  const choices = [filling([]), filling([value])];
  return {
    fill: (demands) => choices.find((choice) => demands.every((demand) => meets(choice, demand))),
    write: (draft, { sent }) => writeHeader(draft, name, sent),
  };
}

/** A header to which the proxy adds: what is sent, then `added`; `always` where nothing is sent. */
export function extendedSlot(name: string, added: string, always: readonly string[]): Slot {
  const extended: TextTest = {
    pattern: { form: 'suffix', text: added },
    matches: (text) => text.endsWith(added),
  };
  const alone = filling(always, []);
  return {
    fill: (demands) => {
      if (demands.every((demand) => meets(alone, demand))) return alone;
      const { groups, none } = wishOf(demands);
      const text = findText(headerSpace, { groups: [...groups, [extended]], none });
      return text === undefined ? undefined : filling([text], [text.slice(0, -added.length)]);
    },
    write: (draft, { sent }) => writeHeader(draft, name, sent),
  };
}

const httpOrHttps: readonly TextTest[] = ['http', 'https'].map((scheme) => ({
  pattern: { form: 'exact', text: scheme, ignoreCase: true },
  matches: (text) => text.toLowerCase() === scheme,
}));

/** X-Forwarded-Proto, in view 1 as `:scheme`: what is sent counts there where it says http or https, else the connection (`scheme`). */
export function forwardedProtoSlot(name: string, scheme: string): Slot {
  const unsent = filling([scheme], []);
  return {
    fill: (demands) => {
      if (demands.every((demand) => meets(unsent, demand))) return unsent;
      const both = wishOf(demands);
      const named = findTexts(headerSpace, { ...both, groups: [...both.groups, httpOrHttps] });
      if (named !== undefined) return filling(named.seen, named.sent);
      const ofScheme = demands.filter(({ view }) => view === 1);
      if (!ofScheme.every((demand) => meets(unsent, demand))) return undefined;
      const { groups, none } = wishOf(demands, 0);
      const other = findTexts(headerSpace, { groups, none: [...none, ...httpOrHttps] });
      return other === undefined ? undefined : { seen: [other.seen, [scheme]], sent: other.sent };
    },
    write: (draft, { sent }) => writeHeader(draft, name, sent),
  };
}

const mark = 'q~';
const upgradeOptions: readonly TextTest[] = [
  'upgrade',
  'Upgrade',
  `${mark}, upgrade`,
  `upgrade, ${mark}`,
  `${mark}, upgrade, ${mark}`,
].map((text) => ({ pattern: { form: 'exact', text }, matches: (other) => other === text }));

/** The headers Connection (view 0) and Upgrade (view 1): they reach rules only together, where Connection names the other. */
export function upgradeSlot(): Slot {
  return {
    fill: (demands) => {
      const neither: Filling = { seen: [[], []], sent: [] };
      if (demands.every((demand) => meets(neither, demand))) return neither;
      const connectionWish = wishOf(demands, 0);
      const connection = findTexts(headerSpace, {
        ...connectionWish,
        groups: [upgradeOptions, ...connectionWish.groups],
      });
      const upgrade = findTexts(headerSpace, atLeastOne(wishOf(demands, 1)));
      if (connection === undefined || upgrade === undefined) return undefined;
      return { seen: [connection.seen, upgrade.seen], sent: connection.sent, alsoSent: upgrade.sent };
    },
    write: (draft, { sent, alsoSent = [] }) =>
      writeHeader(draft, 'connection', sent) && writeHeader(draft, 'upgrade', alsoSent),
  };
}

function atLeastOne({ groups, none }: TextWish): TextWish {
  const anything: TextTest = { pattern: { form: 'presence', text: '' }, matches: () => true };
  return { groups: groups.length > 0 ? groups : [[anything]], none };
}

function writeHeader(draft: Draft, name: string, sent: readonly string[]): boolean {
  if (sent.length > 0) draft.headers.set(name, sent);
  return true;
}
