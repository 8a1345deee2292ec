import type { JwtRule } from '../../model/index.ts';
import { arriveAtRules } from './arrive.ts';
import { bagSlot, extendedSlot, fixedSlot, forwardedProtoSlot, upgradeSlot } from './header-slots.ts';
import { claimsAskedFor, type Setup, tokenOf } from './setup.ts';
import type { Slot } from './slot.ts';
import { headerSpace } from './text-spaces.ts';
import type { RequestWitness } from './types.ts';
import type { Universe } from './universe.ts';

/** What becomes of a header on its way to the rules of a proxy: it can be sent, or sending it makes no difference and conditions see `always`. */
export type HeaderPlace = { readonly slot: Slot } | { readonly always: readonly string[] };

/** Finds out what becomes of a header by sending one: proxies take some away and set others, and a JWT filter refuses what is no token and takes tokens away. */
export function placeHeader(name: string, universe: Universe, setup: Setup): HeaderPlace {
  const see = (...values: readonly string[]): readonly string[] | undefined => {
    const proxied = arriveAtRules(probe(setup, name, values), universe);
    return proxied === undefined ? undefined : (proxied.headers.get(name) ?? []);
  };
  const always = see() ?? [];
  if (name === 'x-forwarded-for' && universe.withoutForwardedFor === true) return { always: [] };
  if (name === 'te') return { slot: fixedSlot(name, 'trailers') };
  if (name === 'connection' || name === 'upgrade') return { slot: upgradeSlot() };
  const reserved = universe.jwtRules.map(({ rule }) => tokenMarks(rule, name)).join('');
  const sample = [...headerSpace.signs].find((sign) => !reserved.includes(sign)) ?? 'x';
  const seen = see(sample);
  if (seen === undefined || sameTexts(seen, always)) return { always };
  if (name === 'x-forwarded-proto') return { slot: forwardedProtoSlot(name, always[0]!) };
  if (seen.length === 1 && seen[0]!.startsWith(`${sample},`)) {
    return { slot: extendedSlot(name, seen[0]!.slice(sample.length), always) };
  }
  const fixed = seen.filter((text) => text !== sample);
  const given = { fixed, otherwise: fixed.length > 0 ? [] : always };
  if (universe.jwtRules.length === 0) return { slot: bagSlot(name, headerSpace, given) };
  const accepts = (text: string): boolean =>
    headerSpace.accepts(text) && (see(text)?.includes(text) ?? false);
  return { slot: bagSlot(name, { ...headerSpace, accepts, reserved }, given) };
}

/** Signs that make a rule look for a token in a header. */
function tokenMarks({ fromHeaders, fromCookies }: JwtRule, name: string): string {
  if (name === 'cookie') return fromCookies.join('');
  const prefixes = fromHeaders
    .filter((place) => place.name.toLowerCase() === name)
    .map(({ prefix }) => prefix);
  return name === 'authorization' ? `Bearer ${prefixes.join('')}` : prefixes.join('');
}

/** A request as the setup has it, with the header. */
function probe(
  { methods, token, preflight }: Setup,
  name: string,
  values: readonly string[],
): RequestWitness {
  const own = preflight ? { origin: 'x', 'access-control-request-method': 'x' } : {};
  const method = preflight ? 'OPTIONS' : methods === 'CONNECT' ? methods : 'GET';
  return {
    http: {
      method,
      path: methods === 'CONNECT' ? 'http://x/' : '/',
      host: 'x',
      headers: { ...own, ...(values.length === 0 ? {} : { [name]: values }) },
    },
    jwt: token === undefined ? 'none' : tokenOf(token, claimsAskedFor(token)),
  };
}

function sameTexts(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((text, i) => text === b[i]);
}
