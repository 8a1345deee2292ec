import type { JwtRule } from '../../model/index.ts';
import type { Claims } from './payload.ts';

export type Headers = ReadonlyMap<string, readonly string[]>;

/**
 * What a rule that accepted a token does to the headers before they go on: the headers that carried tokens go (unless they are to be forwarded), and
 * those that the rule fills from the payload are its own, whatever the client sent. Source: envoy jwt_authn authenticator.cc handleGoodJwt.
 */
export function editHeaders(headers: Headers, rule: JwtRule, claims: Claims): Headers {
  const edited = new Map(headers);
  if (!rule.forwardOriginalToken) for (const name of tokenHeaders(rule)) edited.delete(name);
  if (rule.outputPayloadToHeader !== undefined)
    edited.set(rule.outputPayloadToHeader.toLowerCase(), ['eyJ…']);
  for (const { header } of rule.outputClaimToHeaders) edited.delete(header.toLowerCase());
  for (const { header, claim } of rule.outputClaimToHeaders) {
    const text = claimAsHeader(claims, claim);
    const name = header.toLowerCase();
    if (text !== '') edited.set(name, [...(edited.get(name) ?? []), text]);
  }
  return edited;
}

function tokenHeaders(rule: JwtRule): readonly string[] {
  const named = rule.fromHeaders.length + rule.fromParams.length + rule.fromCookies.length > 0;
  return named ? rule.fromHeaders.map(({ name }) => name.toLowerCase()) : ['authorization'];
}

/** A claim, nested ones with dots between the names; only texts, numbers and booleans become headers. */
function claimAsHeader(claims: Claims, path: string): string {
  let value: unknown = claims;
  for (const name of path.split('.')) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return '';
    value = (value as Claims)[name];
  }
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
    ? `${value}`
    : '';
}
