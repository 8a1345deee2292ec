import type { JwtRule } from '../../model/index.ts';
import type { Claims } from './payload.ts';

export type Headers = ReadonlyMap<string, readonly string[]>;

/**
 * What a rule that accepted a token does to the headers before they go on: the headers that carried tokens go (unless they are to be forwarded), and
 * those that the rule fills from the payload are its own, whatever the client sent. One filled from a claim that is not said (claims that the payload
 * does not name, unless it is `complete`) is not listed. Source: envoy jwt_authn authenticator.cc handleGoodJwt.
 */
export function editHeaders(headers: Headers, rule: JwtRule, claims: Claims, complete: boolean): Headers {
  const edited = new Map(headers);
  if (!rule.forwardOriginalToken) for (const name of tokenHeaders(rule)) edited.delete(name);
  if (rule.outputPayloadToHeader !== undefined)
    edited.set(rule.outputPayloadToHeader.toLowerCase(), ['eyJ…']);
  for (const { header } of rule.outputClaimToHeaders) edited.delete(header.toLowerCase());
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
