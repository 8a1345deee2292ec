import {
  type Fact,
  type InvalidToken,
  isUnknown,
  type JwtRule,
  type Token,
  type Truth,
  unknown,
} from '../../model/index.ts';
import { badHeaderJson } from './find-tokens.ts';

/** Why a rule refuses a token: the response's body and status. */
export interface Refusal {
  readonly text: string;
  readonly status: 401 | 403;
}

const texts: Readonly<Record<InvalidToken, string>> = {
  malformed: badHeaderJson,
  'unknown-issuer': 'Jwt issuer is not configured',
  'no-issuer': 'Jwt issuer is not configured',
  expired: 'Jwt is expired',
  'not-yet-valid': 'Jwt not yet valid',
  'unknown-key': "Jwks doesn't have key to match kid or alg from Jwt",
  'bad-signature': 'Jwt verification fails',
};

export const wrongIssuer: Refusal = { text: texts['unknown-issuer'], status: 401 };
const wrongAudience: Refusal = { text: 'Audiences in Jwt are not allowed', status: 403 };

/** Registered claims whose type is part of a token's form, in the order in which they are read; null counts as given. */
const claimForms: readonly (readonly [string, (value: unknown) => string | undefined])[] = [
  ['iss', complainOfText],
  ['sub', complainOfText],
  ['iat', complainOfTime],
  ['nbf', complainOfTime],
  ['exp', complainOfTime],
  ['jti', complainOfText],
  ['aud', complainOfAudience],
];

function complainOfText(value: unknown): string | undefined {
  return typeof value === 'string' ? undefined : 'is not a string';
}

function complainOfTime(value: unknown): string | undefined {
  if (typeof value !== 'number') return 'is not an integer';
  return value < 0 || value >= 2 ** 64 ? 'is not a positive 64 bit integer' : undefined;
}

function complainOfAudience(value: unknown): string | undefined {
  return [value].flat().every((one) => typeof one === 'string')
    ? undefined
    : 'is not a string or string list';
}

/** The first claim of a type that no token may have. Source: observed with Envoy 1.40; its jwt_verify_lib reads the payload so. */
function badClaim(claims: NonNullable<Token['claims']>): Refusal | undefined {
  for (const [name, complain] of claimForms) {
    const complaint = Object.hasOwn(claims, name) ? complain(claims[name]) : undefined;
    if (complaint !== undefined) return { text: `Jwt payload [${name}] field ${complaint}`, status: 401 };
  }
  return undefined;
}

/** What may come of a token: it is refused in one of these ways, or it is good. It turns on the facts where there is more than one possibility. */
export interface TokenCheck {
  readonly refusals: readonly Refusal[];
  readonly maybeGood: boolean;
  readonly facts: readonly Fact[];
}

/**
 * Holds a token against a rule, in Envoy's order: form, issuer, time, audience, key and signature; the first failure counts. `complete`: claims that the
 * token does not name are absent; else they are not known, but for their form, which `invalid` tells like the token's times.
 * Source: envoy source/extensions/filters/http/jwt_authn/authenticator.cc.
 */
export function checkToken(token: Token, rule: JwtRule, complete: boolean): TokenCheck {
  const { invalid } = token;
  if (invalid === 'malformed') return refuse(refusal(invalid));
  const bad = badClaim(token.claims ?? {});
  if (bad !== undefined) return refuse(bad);
  const issuer = isFromIssuer(token, rule, complete);
  if (issuer === false) return refuse(wrongIssuer);
  const late = invalid === 'expired' || invalid === 'not-yet-valid';
  const audience = late || isForAudience(token, rule, complete);
  const last = audience === false ? wrongAudience : invalid === undefined ? undefined : refusal(invalid);
  return {
    refusals: [
      ...(isUnknown(issuer) ? [wrongIssuer] : []),
      ...(isUnknown(audience) ? [wrongAudience] : []),
      ...(last === undefined ? [] : [last]),
    ],
    maybeGood: last === undefined,
    facts: [issuer, audience].flatMap((truth) => (isUnknown(truth) ? truth.facts : [])),
  };
}

function refuse(only: Refusal): TokenCheck {
  return { refusals: [only], maybeGood: false, facts: [] };
}

function isFromIssuer({ claims = {}, invalid }: Token, { issuer }: JwtRule, complete: boolean): Truth {
  if (issuer === '') return true;
  if (invalid === 'no-issuer' || invalid === 'unknown-issuer') return false;
  if (complete || Object.hasOwn(claims, 'iss')) return claims.iss === issuer;
  return unknown(claimFact('iss', [issuer]));
}

function isForAudience({ claims = {} }: Token, { audiences }: JwtRule, complete: boolean): Truth {
  if (audiences.length === 0) return true;
  if (!complete && !Object.hasOwn(claims, 'aud')) return unknown(claimFact('aud', audiences));
  return listOf(claims.aud).some((audience) => isOneOf(audience, audiences));
}

function claimFact(name: string, texts: readonly string[]): Fact {
  const patterns = texts.map((text) => ({ form: 'exact', text }) as const);
  return { kind: 'request', field: `claim ${name}`, patterns };
}

function refusal(invalid: InvalidToken): Refusal {
  return { text: texts[invalid], status: 401 };
}

function listOf(aud: unknown): readonly unknown[] {
  return Array.isArray(aud) ? aud : [aud];
}

/** Envoy drops the scheme and a trailing slash from audiences on both sides. */
function isOneOf(audience: unknown, allowed: readonly string[]): boolean {
  return typeof audience === 'string' && allowed.some((one) => plain(one) === plain(audience));
}

function plain(audience: string): string {
  return audience.replace(/^https?:\/\//, '').replace(/\/$/, '');
}
