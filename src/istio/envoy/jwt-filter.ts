import type { Cluster, PolicyTarget } from '../../cluster/index.ts';
import type { JwtRule } from '../../model/index.ts';
import { jwtRulesFor } from '../../policy/request-authentication/index.ts';
import type { EnvoyFilter } from './listener-types.ts';
import { jwtFilter, jwtPayload } from './matchers.ts';

const type = 'type.googleapis.com/envoy.extensions.filters.http.jwt_authn.v3.JwtAuthentication';

/**
 * Keys that istiod fetches for a jwksUri are in no manifest. In their place stands one that no token is good for, for Envoy takes no empty set: a point
 * of P-256 whose x is the SHA-256 of `portcullis 0`, so that nobody can have its private half.
 */
const nobodysKey = JSON.stringify({
  keys: [
    {
      kty: 'EC',
      crv: 'P-256',
      alg: 'ES256',
      kid: 'not-fetched',
      use: 'sig',
      x: 'MmmJ8kLu59HUSxwP0cq_nVmXEHtpliGlJOXfG7f88yE',
      y: '0erDcS4pyyB97sdG6DrhJgyfuw-ooGAtZYPuxdkwPTA',
    },
  ],
});

type Requirement =
  | { readonly provider_name: string }
  | { readonly allow_missing: object }
  | { readonly requires_any: { readonly requirements: readonly Requirement[] } }
  | { readonly requires_all: { readonly requirements: readonly Requirement[] } };

/**
 * The filter that the RequestAuthentications of a proxy come to; none without rules. A token that is there must be good, and none passes too.
 * Source: istio pilot/pkg/security/authn/policy_applier.go.
 */
export function jwtFilters(
  cluster: Pick<Cluster, 'policies' | 'mesh'>,
  target: PolicyTarget,
): readonly EnvoyFilter[] {
  const rules = jwtRulesFor(cluster, target).map(({ rule }) => rule);
  if (rules.length === 0) return [];
  const names = rules.map((_, index) => `origins-${index}`);
  const config = {
    providers: Object.fromEntries(rules.map((rule, index) => [names[index]!, providerOf(rule)])),
    rules: [{ match: { prefix: '/' }, requires: requirementOf(names) }],
    bypass_cors_preflight: true,
  };
  return [{ name: jwtFilter, typed_config: { '@type': type, ...config } }];
}

/** Of several rules one is enough: where they look in the same place, not all of them can hold. */
function requirementOf(names: readonly string[]): Requirement {
  const each = names.map((name) => anyOf([{ provider_name: name }, { allow_missing: {} }]));
  if (each.length === 1) return each[0]!;
  const one = names.map((name) => ({ provider_name: name }));
  return anyOf([...one, { requires_all: { requirements: each } }]);
}

function anyOf(requirements: readonly Requirement[]): Requirement {
  return { requires_any: { requirements } };
}

function providerOf(rule: JwtRule): object {
  const claims = new Set([...rule.spaceDelimitedClaims, 'permission', 'scope']);
  return {
    ...(rule.issuer !== '' && { issuer: rule.issuer }),
    ...listed('audiences', rule.audiences),
    local_jwks: { inline_string: rule.jwks ? rule.jwks : nobodysKey },
    ...(rule.forwardOriginalToken && { forward: true }),
    ...listed(
      'from_headers',
      rule.fromHeaders.map(({ name, prefix }) => (prefix === '' ? { name } : { name, value_prefix: prefix })),
    ),
    ...listed('from_params', rule.fromParams),
    ...listed('from_cookies', rule.fromCookies),
    ...(rule.outputPayloadToHeader && { forward_payload_header: rule.outputPayloadToHeader }),
    ...listed(
      'claim_to_headers',
      rule.outputClaimToHeaders.map(({ header, claim }) => ({ header_name: header, claim_name: claim })),
    ),
    payload_in_metadata: jwtPayload,
    normalize_payload_in_metadata: { space_delimited_claims: [...claims].sort() },
  };
}

function listed(field: string, values: readonly unknown[]): object {
  return values.length === 0 ? {} : { [field]: values };
}
