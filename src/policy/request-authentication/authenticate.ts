import { type Cluster, type PolicyTarget, requestAuthenticationsFor } from '../../cluster/index.ts';
import type {
  Fact,
  HttpRequest,
  JwtRule,
  PolicyReference,
  Request,
  RequestAuthentication,
} from '../../model/index.ts';
import { checkToken, type Refusal } from './check-token.ts';
import { findTokens } from './find-tokens.ts';
import { fillHeaders, type Headers, withoutOutputs } from './header-edits.ts';
import { type Claims, normalizeClaims } from './payload.ts';
import { isPreflight } from './preflight.ts';
import { type RuleRefusal, refusalsTold, type ToldRefusal } from './told-refusal.ts';
import { layOutTokens, type TokenPlaces, tokensOf } from './wire.ts';

/** A rule of a RequestAuthentication, and where it stands. */
export interface PlacedRule {
  readonly rule: JwtRule;
  readonly reference: PolicyReference;
}

/** What the JWT filter made of a request. */
export type Authentication =
  /** No RequestAuthentication with rules applies: there is no filter. */
  | { readonly kind: 'no rules' }
  /** `claims` undefined = no token. */
  | {
      readonly kind: 'passed';
      readonly claims: Claims | undefined;
      readonly by?: PlacedRule;
      /** The headers as they go on. */
      readonly headers: (headers: Headers) => Headers;
    }
  /** Refused for one of the reasons `texts`: several, and perhaps no certain status, where that turns on claims that are not said. */
  | {
      readonly kind: 'refused';
      readonly status?: Refusal['status'];
      readonly texts: readonly string[];
      readonly by: PlacedRule;
    }
  | { readonly kind: 'unknown'; readonly facts: readonly Fact[] };

/** The token rules of a proxy, in the order in which its JWT filter has them: by issuer (source: istio policy_applier.go). Only these matter: a policy without rules does nothing. */
export function jwtRulesFor(
  cluster: Pick<Cluster, 'policies' | 'mesh'>,
  target: PolicyTarget,
): readonly PlacedRule[] {
  const rules = requestAuthenticationsFor(cluster, target).flatMap(placeRules);
  return rules.sort(({ rule: a }, { rule: b }) => (a.issuer < b.issuer ? -1 : a.issuer > b.issuer ? 1 : 0));
}

function placeRules(policy: RequestAuthentication): readonly PlacedRule[] {
  return policy.spec.jwtRules.map((rule, index) => ({
    rule,
    reference: { policy, path: ['spec', 'jwtRules', index] },
  }));
}

/**
 * Authenticates a request. One rule: a good token or none passes. Several: the first rule with a good token passes and gives the payload; where none has
 * any token the request passes without; else it is refused, if possible for another reason than a foreign issuer. A CORS preflight is let through.
 * In a request that is not complete, claims that a token does not name are not known; what turns on them is unknown.
 * Source: istio pilot/pkg/security/authn/policy_applier.go, envoy jwt_authn.
 */
export function authenticate(
  rules: readonly PlacedRule[],
  http: HttpRequest,
  request: Pick<Request, 'jwt' | 'complete'>,
): Authentication {
  if (rules.length === 0) return { kind: 'no rules' };
  const preflight = isPreflight(http, request.complete);
  if (preflight === true) return passedBare(rules);
  const tokens = tokensOf(request);
  if (tokens === undefined) return { kind: 'unknown', facts: [{ kind: 'token' }] };
  const result = judge(rules, layOutTokens(http, tokens), request.complete);
  if (typeof preflight === 'boolean' || isUneventful(result)) return result;
  return { kind: 'unknown', facts: preflight.facts };
}

/** True where a preflight would have come out the same. */
function isUneventful(result: Authentication): boolean {
  return result.kind === 'unknown' || (result.kind === 'passed' && result.claims === undefined);
}

function judge(rules: readonly PlacedRule[], sent: TokenPlaces, complete: boolean): Authentication {
  const places = { ...sent, headers: withoutOutputs(sent.headers, rules) };
  const refusing: RuleRefusal<PlacedRule>[] = [];
  const open: Fact[] = [];
  for (const by of rules) {
    const outcome = judgeRule(by.rule, places, complete);
    if (outcome.kind === 'written out') return { kind: 'unknown', facts: [...open, { kind: 'token' }] };
    if (outcome.kind === 'refused') refusing.push({ refusals: outcome.refusals, by });
    if (outcome.kind === 'unknown') open.push(...outcome.facts);
    if (outcome.kind !== 'good') continue;
    // Which of two rules lets a token pass decides on its payload and headers.
    if (open.length > 0) break;
    const { claims } = outcome;
    return {
      kind: 'passed',
      claims,
      by,
      headers: (headers) => fillHeaders(withoutOutputs(headers, rules), by.rule, claims, complete),
    };
  }
  if (open.length > 0) return { kind: 'unknown', facts: open };
  const told = refusalsTold(refusing);
  return told.length === 0 ? passedBare(rules) : refuse(told);
}

function passedBare(rules: readonly PlacedRule[]): Authentication {
  return { kind: 'passed', claims: undefined, headers: (headers) => withoutOutputs(headers, rules) };
}

function refuse(told: readonly ToldRefusal<PlacedRule>[]): Authentication {
  const texts = [...new Set(told.map(({ refusal }) => refusal.text))];
  const [{ refusal, by }] = told as readonly [ToldRefusal<PlacedRule>];
  const sameStatus = told.every((other) => other.refusal.status === refusal.status);
  return { kind: 'refused', ...(sameStatus ? { status: refusal.status } : {}), texts, by };
}

type RuleOutcome =
  | { readonly kind: 'missing' | 'written out' }
  | { readonly kind: 'good'; readonly claims: Claims }
  | { readonly kind: 'refused'; readonly refusals: readonly Refusal[] }
  | { readonly kind: 'unknown'; readonly facts: readonly Fact[] };

/** All tokens that a rule finds must be good; of several the last one checked gives the payload. */
function judgeRule(rule: JwtRule, places: TokenPlaces, complete: boolean): RuleOutcome {
  let claims: Claims | undefined;
  const refusals: Refusal[] = [];
  const facts: Fact[] = [];
  for (const found of findTokens(rule, places)) {
    if (found.kind === 'written out') return { kind: 'written out' };
    if (found.kind === 'malformed')
      return { kind: 'refused', refusals: [...refusals, { text: found.text, status: 401 }] };
    const check = checkToken(found.token, rule, complete);
    refusals.push(...check.refusals);
    if (!check.maybeGood) return { kind: 'refused', refusals };
    facts.push(...check.facts);
    claims = normalizeClaims(found.token.claims ?? {}, rule);
  }
  if (facts.length > 0) return { kind: 'unknown', facts };
  return claims === undefined ? { kind: 'missing' } : { kind: 'good', claims };
}
