import { type Cluster, type PolicyTarget, requestAuthenticationsFor } from '../../cluster/index.ts';
import type {
  Fact,
  HttpRequest,
  JwtRule,
  PolicyReference,
  Request,
  RequestAuthentication,
} from '../../model/index.ts';
import { checkToken, type Refusal, wrongIssuer } from './check-token.ts';
import { type Found, findTokens } from './find-tokens.ts';
import { editHeaders, type Headers } from './header-edits.ts';
import { type Claims, normalizeClaims } from './payload.ts';
import { isPreflight } from './preflight.ts';
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
      readonly headers?: (headers: Headers) => Headers;
    }
  | { readonly kind: 'refused'; readonly status: 401 | 403; readonly text: string; readonly by: PlacedRule }
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
 * Source: istio pilot/pkg/security/authn/policy_applier.go, envoy jwt_authn.
 */
export function authenticate(
  rules: readonly PlacedRule[],
  http: HttpRequest,
  request: Pick<Request, 'jwt' | 'complete'>,
): Authentication {
  if (rules.length === 0) return { kind: 'no rules' };
  const preflight = isPreflight(http, request.complete);
  if (preflight === true) return { kind: 'passed', claims: undefined };
  const tokens = tokensOf(request);
  if (tokens === undefined) return { kind: 'unknown', facts: [{ kind: 'token' }] };
  const result = judge(rules, layOutTokens(http, tokens));
  if (typeof preflight === 'boolean' || isUneventful(result)) return result;
  return { kind: 'unknown', facts: preflight.facts };
}

/** True where a preflight would have come out the same. */
function isUneventful(result: Authentication): boolean {
  return result.kind === 'unknown' || (result.kind === 'passed' && result.claims === undefined);
}

interface PlacedRefusal {
  readonly refusal: Refusal;
  readonly by: PlacedRule;
}

function judge(rules: readonly PlacedRule[], places: TokenPlaces): Authentication {
  const refusals: PlacedRefusal[] = [];
  for (const by of rules) {
    const outcome = judgeRule(by.rule, places);
    if (outcome.kind === 'good') {
      const { claims } = outcome;
      return { kind: 'passed', claims, by, headers: (headers) => editHeaders(headers, by.rule, claims) };
    }
    if (outcome.kind === 'not known') return { kind: 'unknown', facts: [{ kind: 'token' }] };
    if (outcome.kind === 'refused') refusals.push({ refusal: outcome.refusal, by });
  }
  const told = refusalTold(refusals);
  if (told === undefined) return { kind: 'passed', claims: undefined };
  return { kind: 'refused', ...told.refusal, by: told.by };
}

/** The first rule's refusal; where that only finds the issuer foreign, the last refusal for another reason, if there is one. Observed. */
function refusalTold(refusals: readonly PlacedRefusal[]): PlacedRefusal | undefined {
  const isForeign = ({ refusal }: PlacedRefusal): boolean => refusal.text === wrongIssuer.text;
  const [first] = refusals;
  if (first === undefined || !isForeign(first)) return first;
  return refusals.findLast((placed) => !isForeign(placed)) ?? first;
}

type RuleOutcome =
  | { readonly kind: 'missing' | 'not known' }
  | { readonly kind: 'good'; readonly claims: Claims }
  | { readonly kind: 'refused'; readonly refusal: Refusal };

/** All tokens that a rule finds must be good; of several the last one checked gives the payload. */
function judgeRule(rule: JwtRule, places: TokenPlaces): RuleOutcome {
  let claims: Claims | undefined;
  for (const found of findTokens(rule, places)) {
    if (found.kind === 'written out') return { kind: 'not known' };
    const refusal = refusalOf(found, rule);
    if (refusal !== undefined) return { kind: 'refused', refusal };
    if (found.kind === 'token') claims = normalizeClaims(found.token.claims ?? {}, rule);
  }
  return claims === undefined ? { kind: 'missing' } : { kind: 'good', claims };
}

function refusalOf(found: Found, rule: JwtRule): Refusal | undefined {
  if (found.kind === 'malformed') return { text: found.text, status: 401 };
  return found.kind === 'token' ? checkToken(found.token, rule) : undefined;
}
