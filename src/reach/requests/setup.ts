import type { JwtRule, Token, TokenLocation } from '../../model/index.ts';
import { outputHeaders } from '../../policy/request-authentication/index.ts';
import type { Methods } from './request-line-slots.ts';

/** A token that a witness carries: of a rule, from an issuer (undefined = it names none, which a rule for any issuer takes), at one of the rule's places. */
export interface TokenChoice {
  readonly rule: JwtRule;
  readonly issuer: string | undefined;
  readonly location: TokenLocation | undefined;
}

/** What is chosen of a witness before anything else, because it changes how the rest is read. */
export interface Setup {
  readonly methods: Methods;
  readonly token: TokenChoice | undefined;
  /** A CORS preflight: it passes the JWT filter unseen. */
  readonly preflight: boolean;
}

/** Claims that the rule asks for. */
export function claimsAskedFor({ rule, issuer }: TokenChoice): Record<string, unknown> {
  return {
    ...(issuer === undefined ? {} : { iss: issuer }),
    ...(rule.audiences.length === 0 ? {} : { aud: rule.audiences[0] }),
  };
}

/** A good token as chosen. */
export function tokenOf({ location }: TokenChoice, claims: Readonly<Record<string, unknown>>): Token {
  return { claims, ...(location === undefined ? {} : { location }) };
}

/** The places at which a rule looks for tokens. Undefined = `Authorization: Bearer`. */
export function locationsOf({
  fromHeaders,
  fromParams,
  fromCookies,
}: JwtRule): readonly (TokenLocation | undefined)[] {
  const named = [
    ...fromHeaders.map(({ name, prefix }) => ({ header: name, prefix })),
    ...fromParams.map((param) => ({ param })),
    ...fromCookies.map((cookie) => ({ cookie })),
  ];
  return named.length > 0 ? named : [undefined, { param: 'access_token' }];
}

/** Lower-case names of the headers that a rule reads, takes away or fills. */
export function headersTouched(rule: JwtRule): readonly string[] {
  const { fromHeaders, fromCookies } = rule;
  return [
    'authorization',
    ...fromHeaders.map(({ name }) => name.toLowerCase()),
    ...(fromCookies.length > 0 ? ['cookie'] : []),
    ...outputHeaders([{ rule }]),
  ];
}
