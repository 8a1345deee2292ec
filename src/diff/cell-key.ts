import { type HttpPassage, setKey, type Universe } from '../reach/index.ts';
import type { Cell } from './types.ts';

const passageKeys = new WeakMap<HttpPassage, string>();
const universeKeys = new WeakMap<Universe, string>();

/** Equal texts for cells through which the same comes. */
export function cellKey({ bytes, http }: Cell): string {
  return http === undefined ? bytes : `${bytes} ${passageKey(http)}`;
}

/** Equal texts for passages that let the same requests through. */
export function passageKey(passage: HttpPassage): string {
  if (passage.outcome !== 'depends') return passage.outcome;
  const known = passageKeys.get(passage);
  if (known !== undefined) return known;
  const { passing, unknown, universe } = passage;
  const text = [setKey(passing), setKey(unknown), universeKey(universe)].join('\n?\n');
  passageKeys.set(passage, text);
  return text;
}

/** True where a proxy makes the same of every request in both: the same tokens count, paths are normalized alike. */
export function sameUniverse(a: Universe, b: Universe): boolean {
  return a === b || universeKey(a) === universeKey(b);
}

function universeKey(universe: Universe): string {
  const known = universeKeys.get(universe);
  if (known !== undefined) return known;
  const { mesh, jwtRules, connection } = universe;
  const rules = jwtRules.map(({ rule }) => rule);
  const text = JSON.stringify([mesh.pathNormalization, mesh.trustedProxies, rules, connection]);
  universeKeys.set(universe, text);
  return text;
}
