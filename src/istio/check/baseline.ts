import type { Cluster, ClusterPod } from '../../cluster/index.ts';
import {
  type Direction,
  directions,
  type KindedObject,
  qualifiedName,
  type Step,
} from '../../model/index.ts';
import { denialsOf, isAt, withPolicies } from './repair.ts';
import { type Asked, rowsOf } from './rows.ts';
import type { Scene } from './scene.ts';
import type { Isolating } from './types.ts';

/**
 * Does the Baseline tier deny it at pods of a namespace, where it has a say only as no NetworkPolicy governs them in that direction? Then a NetworkPolicy lifts it, and isolates them. False where an
 * Admin rule denies it there, too.
 */
export function isLiftedByIsolating({ cluster }: Scene, namespace: string, asked: Asked): boolean {
  const own = denialsOf(asked).filter(({ step }) => isAt(cluster, step, namespace));
  return (
    own.some(({ step }) => isBaseline(step)) &&
    own.every(({ step }) => isBaseline(step) || step.because.kind === 'isolated, nothing matched')
  );
}

function isBaseline({ because }: Step): boolean {
  return because.kind === 'matched rule' && because.rule.tier === 'Baseline';
}

/**
 * What a NetworkPolicy for the pods that the Baseline tier denies would lift, and what it would cut: asked of the cluster in which such policies open nothing, of what is let through now.
 * undefined where the Baseline tier denies nothing here.
 */
export function isolatingFor(
  scene: Scene,
  namespace: string,
  denied: readonly Asked[],
  touching: readonly Asked[],
): Isolating | undefined {
  const { cluster } = scene;
  const lifted = denied.filter((asked) => isLiftedByIsolating(scene, namespace, asked));
  if (lifted.length === 0) return undefined;
  const policies = new Map<string, KindedObject>();
  const governed: Record<Direction, Set<ClusterPod>> = { ingress: new Set(), egress: new Set() };
  for (const asked of lifted)
    for (const { step } of denialsOf(asked)) {
      if (step.because.kind !== 'matched rule' || !isBaseline(step) || !isAt(cluster, step, namespace))
        continue;
      const { policy } = step.because.rule;
      policies.set(`${policy.kind} ${qualifiedName(policy)}`, policy);
      const direction = step.layer === 'egress policy' ? 'egress' : 'ingress';
      for (const pod of podsAt(cluster, step, asked)) governed[direction].add(pod);
    }
  const isolated = withPolicies(cluster, namespace, isolatingPolicies(namespace, governed));
  const cut = touching
    .filter(({ answer }) => answer.outcome === 'allow')
    .map((asked) => ({ ...asked, answer: asked.again(isolated) }))
    .filter(({ answer }) => answer.outcome === 'deny');
  return {
    policies: [...policies.values()],
    directions: directions.filter((direction) => governed[direction].size > 0),
    pods: new Set([...governed.ingress, ...governed.egress]).size,
    rows: rowsOf(lifted),
    cuts: rowsOf(cut),
  };
}

/** All pods that the one stands for at which it was denied. */
function podsAt(cluster: Cluster, { at }: Step, { source, destination }: Asked): readonly ClusterPod[] {
  const pod = at.kind === 'node' ? cluster.pods.get(at.pod) : undefined;
  if (pod === undefined) return [];
  return [source, destination].find(({ pods }) => pods.includes(pod))?.pods ?? [pod];
}

/** Policies without rules, one for each set of labels among the pods. */
function isolatingPolicies(
  namespace: string,
  governed: Readonly<Record<Direction, ReadonlySet<ClusterPod>>>,
): string {
  const chosen = directions.flatMap((direction) =>
    [...new Map([...governed[direction]].map(({ labels }) => [JSON.stringify(labels), labels])).values()].map(
      (matchLabels) => ({ direction, matchLabels }),
    ),
  );
  return chosen
    .map(({ direction, matchLabels }, i) =>
      JSON.stringify({
        apiVersion: 'networking.k8s.io/v1',
        kind: 'NetworkPolicy',
        metadata: { namespace, name: `isolating-for-portcullis-${i}` },
        spec: {
          podSelector: { matchLabels },
          policyTypes: [direction === 'ingress' ? 'Ingress' : 'Egress'],
        },
      }),
    )
    .join('\n---\n');
}
