import type { JwtRule } from '../../model/index.ts';
import type { Claims } from './payload.ts';

export type Headers = ReadonlyMap<string, readonly string[]>;

/** A rule, wherever it stands. */
type AnyPlace = { readonly rule: JwtRule };

/** Headers that rules fill, lower case. */
export function outputHeaders(rules: readonly AnyPlace[]): ReadonlySet<string> {
  const names = rules.flatMap(({ rule: { outputPayloadToHeader, outputClaimToHeaders } }) => [
    ...(outputPayloadToHeader === undefined ? [] : [outputPayloadToHeader]),
    ...outputClaimToHeaders.map(({ header }) => header),
  ]);
  return new Set(names.map((name) => name.toLowerCase()));
}

/**
 * The headers without what clients sent under names that the rules fill: the filter takes it away before all else, from every request, with a token or
 * without. Of such a header it is certain that it is absent. Source: envoy jwt_authn (1.40) Filter::decodeHeaders.
 */
export function withoutOutputs<Value>(
  headers: ReadonlyMap<string, readonly Value[]>,
  rules: readonly AnyPlace[],
): ReadonlyMap<string, readonly Value[]> {
  return new Map([...headers, ...[...outputHeaders(rules)].map((name) => [name, []] as const)]);
}

/**
 * What a rule that accepted a token does to these headers before they go on: those that carried tokens go (unless they are to be forwarded), and those
 * that the rule fills come from the payload. One filled from a claim that is not said (claims that the payload does not name, unless it is `complete`)
 * is not listed. Source: envoy jwt_authn authenticator.cc handleGoodJwt.
 */
export function fillHeaders(headers: Headers, rule: JwtRule, claims: Claims, complete: boolean): Headers {
  const edited = new Map(headers);
  if (!rule.forwardOriginalToken) for (const name of tokenHeaders(rule)) edited.delete(name);
  if (rule.outputPayloadToHeader !== undefined)
    edited.set(rule.outputPayloadToHeader.toLowerCase(), ['eyJ…']);
  for (const { header, claim } of rule.outputClaimToHeaders) {
    const text = claimAsHeader(claims, claim);
    const name = header.toLowerCase();
    if (text !== undefined && text !== '') edited.set(name, [...(edited.get(name) ?? []), text]);
  }
  for (const { header, claim } of rule.outputClaimToHeaders) {
    if (!complete && claimAsHeader(claims, claim) === undefined) edited.delete(header.toLowerCase());
  }
  return edited;
}

function tokenHeaders(rule: JwtRule): readonly string[] {
  const named = rule.fromHeaders.length + rule.fromParams.length + rule.fromCookies.length > 0;
  return named ? rule.fromHeaders.map(({ name }) => name.toLowerCase()) : ['authorization'];
}

/** A claim, nested ones with dots between the names; only texts, numbers and booleans become headers. Undefined where the payload does not name it. */
function claimAsHeader(claims: Claims, path: string): string | undefined {
  let value: unknown = claims;
  for (const name of path.split('.')) {
    if (typeof value !== 'object' || value === null) return '';
    if (!Object.hasOwn(value, name)) return undefined;
    value = (value as Claims)[name];
  }
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
    ? `${value}`
    : '';
}
