/** envoy.type.matcher.v3.StringMatcher. */
export type StringMatcher = (
  | { readonly exact: string }
  | { readonly prefix: string }
  | { readonly suffix: string }
  | { readonly safe_regex: { readonly regex: string } }
) & { readonly ignore_case?: true };

/** envoy.type.matcher.v3.ValueMatcher, as far as Istio uses it. */
export type ValueMatcher =
  | { readonly string_match: StringMatcher }
  | { readonly list_match: { readonly one_of: ValueMatcher } }
  | { readonly or_match: { readonly value_matchers: readonly ValueMatcher[] } };

/** envoy.type.matcher.v3.MetadataMatcher. */
export interface MetadataMatcher {
  readonly filter: string;
  readonly path: readonly { readonly key: string }[];
  readonly value: ValueMatcher;
}

/** envoy.config.route.v3.HeaderMatcher. */
export type HeaderMatcher = { readonly name: string } & (
  | { readonly present_match: true }
  | { readonly string_match: StringMatcher }
);

/** envoy.config.core.v3.CidrRange. */
export interface CidrRange {
  readonly address_prefix: string;
  readonly prefix_len: number;
}

export const jwtFilter = 'envoy.filters.http.jwt_authn';

/** Where the JWT filter leaves the payload of a token in its metadata. */
export const jwtPayload = 'payload';

export function matchRegex(regex: string): StringMatcher {
  return { safe_regex: { regex } };
}

/** At least one character. */
export const matchSomething: StringMatcher = matchRegex('.+');

/** A value with its stars: `*` anything, `*x` suffix, `x*` prefix, else exact. Source: istio pilot/pkg/security/authz/matcher/string.go. */
export function matchText(value: string): StringMatcher {
  return value === '*' ? matchSomething : matchStars(value);
}

/** A header with a value: a lone star asks only that it is there. Source: istio pilot/pkg/security/authz/matcher/header.go. */
export function matchHeader(name: string, value: string, ignoreCase = false): HeaderMatcher {
  if (value === '*') return { name, present_match: true };
  const match = matchStars(value);
  return { name, string_match: ignoreCase ? { ...match, ignore_case: true } : match };
}

function matchStars(value: string): StringMatcher {
  if (value.startsWith('*')) return { suffix: value.slice(1) };
  return value.endsWith('*') ? { prefix: value.slice(0, -1) } : { exact: value };
}

/** Any of some matchers; one stands by itself. */
export function matchAnyOf(matchers: readonly ValueMatcher[]): ValueMatcher {
  return matchers.length === 1 ? matchers[0]! : { or_match: { value_matchers: matchers } };
}

/** A claim of the token that is one text. */
export function matchClaimText(claim: string, text: StringMatcher): MetadataMatcher {
  return { filter: jwtFilter, path: [{ key: jwtPayload }, { key: claim }], value: { string_match: text } };
}

/** A claim of the token that is one of the values, or a list with one of them. */
export function matchClaim(path: readonly string[], values: readonly string[]): MetadataMatcher {
  const value = matchAnyOf(values.map((text) => ({ string_match: matchText(text) })));
  return {
    filter: jwtFilter,
    path: [jwtPayload, ...path].map((key) => ({ key })),
    value: { or_match: { value_matchers: [{ list_match: { one_of: value } }, value] } },
  };
}
