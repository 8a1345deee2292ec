import { type NotSaid, notSaid, type ProxiedRequest } from '../../model/index.ts';

/** A token's payload as the JWT filter leaves it for rules. */
export type Claims = Readonly<Record<string, unknown>>;

/**
 * The path in `request.auth.claims[a][b]`: one name per pair of brackets; where they do not nest so (`[a[b]]`), all between the outer two is one name.
 * Undefined where nothing of the kind follows the key. Source: istio extractNameInNestedBrackets.
 */
export function readClaimPath(suffix: string): readonly string[] | undefined {
  const names = [...suffix.matchAll(/\[([^[\]]*)\]/g)];
  if (names.length > 0 && names.map(([whole]) => whole).join('') === suffix)
    return names.map((match) => match[1]!);
  const name = readBracketed(suffix);
  return name === undefined ? undefined : [name];
}

/** The text between the first and the last bracket of `[text]`; undefined for other texts. */
export function readBracketed(suffix: string): string | undefined {
  return suffix.startsWith('[') && suffix.endsWith(']') ? suffix.slice(1, -1) : undefined;
}

/** The payload that rules look at, and whether it is all there is of it. */
export type Payload = Pick<ProxiedRequest, 'claims' | 'claimsComplete'>;

/**
 * The texts at a path of the payload: a string, or the strings of a list. Numbers, booleans and objects are no texts to a rule. `notSaid` where the payload
 * is not known, or not all of it and the path leads to a name that it does not hold.
 */
export function claimTexts(
  { claims, claimsComplete }: Payload,
  path: readonly string[],
): readonly string[] | NotSaid {
  if (claims === notSaid) return notSaid;
  let value: unknown = claims;
  for (const name of path) {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return [];
    if (!Object.hasOwn(value, name)) return claimsComplete ? [] : notSaid;
    value = (value as Claims)[name];
  }
  if (typeof value === 'string') return [value];
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}

/** A claim that a rule takes only as one string, never as a list; undefined where it is absent or something else. */
export function claimText({ claims, claimsComplete }: Payload, name: string): string | undefined | NotSaid {
  if (claims === notSaid || claims === undefined) return claims;
  if (!Object.hasOwn(claims, name)) return claimsComplete ? undefined : notSaid;
  const value = claims[name];
  return typeof value === 'string' ? value : undefined;
}
