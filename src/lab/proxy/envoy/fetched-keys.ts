import { setTimeout as sleep } from 'node:timers/promises';
import type { Cluster, PolicyTarget } from '../../../cluster/index.ts';
import type { JwtRule } from '../../../model/index.ts';
import { jwtRulesFor } from '../../../policy/request-authentication/index.ts';
import type { KeyTexts } from '../tokens/key-texts.ts';

/** Milliseconds that a policy waits for keys; they come into force behind it where they take longer. */
const patience = 100;

export interface WithKeys {
  readonly cluster: Cluster;
  /** Resolves when keys that were still missing are there, or cannot be had; undefined where nothing is. */
  readonly missing: Promise<unknown> | undefined;
  /** Whether keys were fetched at all: then they grow old. */
  readonly fetched: boolean;
}

/**
 * The cluster with the keys of a proxy's token rules written into those rules, as istiod fetches them and writes them into the proxy's configuration. Rules
 * whose keys cannot be had stay without.
 */
export async function withFetchedKeys(
  cluster: Cluster,
  target: PolicyTarget,
  texts: KeyTexts,
): Promise<WithKeys> {
  const without = jwtRulesFor(cluster, target).flatMap(({ rule }) => (rule.jwks === undefined ? [rule] : []));
  if (without.length === 0) return { cluster, missing: undefined, fetched: false };
  const asked = without.map((rule) => texts.of(rule));
  const timeIsUp = sleep(patience, 'later' as const, { ref: false });
  const had = await Promise.all(asked.map((text) => Promise.race([text, timeIsUp])));
  const keys = new Map(without.map((rule, index) => [rule, had[index]]));
  return {
    cluster: writeKeys(cluster, (rule) => keys.get(rule)),
    missing: had.includes('later') ? Promise.all(asked) : undefined,
    fetched: true,
  };
}

function writeKeys(cluster: Cluster, keysOf: (rule: JwtRule) => string | undefined): Cluster {
  const withKeys = (rule: JwtRule): JwtRule => {
    const jwks = keysOf(rule);
    return jwks !== undefined && isKeySet(jwks) ? { ...rule, jwks } : rule;
  };
  const byNamespace = [...cluster.policies.requestAuthentication].map(
    ([namespace, policies]) =>
      [
        namespace,
        policies.map((policy) => ({
          ...policy,
          spec: { ...policy.spec, jwtRules: policy.spec.jwtRules.map(withKeys) },
        })),
      ] as const,
  );
  return { ...cluster, policies: { ...cluster.policies, requestAuthentication: new Map(byNamespace) } };
}

/** Envoy takes no listener with an empty set. */
function isKeySet(text: string): boolean {
  try {
    const { keys } = JSON.parse(text) as { readonly keys?: unknown };
    return Array.isArray(keys) && keys.length > 0;
  } catch {
    return false;
  }
}
