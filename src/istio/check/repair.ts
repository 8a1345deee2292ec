import { type Cluster, replacePolicy } from '../../cluster/index.ts';
import { readManifests } from '../../manifest/index.ts';
import type { Direction, NetworkPolicy, Outcome, Step } from '../../model/index.ts';
import { writePolicies } from './policy-text.ts';
import { farEndsOf, replicasOf } from './repair-peers.ts';
import { policiesFor } from './repair-policies.ts';
import type { Gap } from './repair-rules.ts';
import type { Asked } from './rows.ts';
import type { Scene } from './scene.ts';
import type { Repair } from './types.ts';

/** What was asked and is denied at a pod of a namespace by its NetworkPolicies: these a further policy can let through. */
export function gapsOf(scene: Scene, namespace: string, asked: Asked): readonly Gap[] {
  return denialsOf(asked).flatMap(({ step, other }) => {
    const pod = step.at.kind === 'node' ? scene.cluster.pods.get(step.at.pod) : undefined;
    if (pod === undefined || pod.namespace !== namespace || step.because.kind !== 'isolated, nothing matched')
      return [];
    const direction: Direction = step.layer === 'egress policy' ? 'egress' : 'ingress';
    const own = [asked.source, asked.destination].find(({ pods }) => pods.includes(pod));
    const pods = (own?.pods ?? replicasOf(scene.cluster, pod)).filter((each) => each.namespace === namespace);
    return [{ asked, direction, pods, far: farEndsOf(scene, asked, direction, other) }];
  });
}

/** The network steps that deny, each with the pod at the other end of its connection. */
export function denialsOf({
  answer,
}: Asked): readonly { readonly step: Step; readonly other: string | undefined }[] {
  const network = answer.witness.verdict.steps.filter(
    ({ layer }) => layer === 'egress policy' || layer === 'ingress policy',
  );
  return network.flatMap((step, i) => {
    if (step.outcome !== 'deny') return [];
    // Steps come in pairs, one for each end of a connection.
    const at = network[i % 2 === 0 ? i + 1 : i - 1]?.at;
    return [{ step, other: at?.kind === 'node' ? at.pod : undefined }];
  });
}

/**
 * Policies that close the gaps of a namespace, verified against everything that was asked of it; undefined where there is no gap that a NetworkPolicy can close.
 */
export function repairFor(
  scene: Scene,
  namespace: string,
  gaps: readonly Gap[],
  touching: readonly Asked[],
): Repair | undefined {
  if (gaps.length === 0) return undefined;
  const policies = policiesFor(scene, namespace, gaps);
  const yaml = writePolicies(policies);
  const repaired = withPolicies(scene.cluster, namespace, yaml);
  const promised = new Set(gaps.map(({ asked }) => asked.again));
  const rank: Readonly<Record<Outcome, number>> = { allow: 0, unknown: 1, deny: 2 };
  const verified = touching.every((asked) => {
    const { outcome, witness } = asked.again(repaired);
    if (!promised.has(asked.again)) return rank[outcome] <= rank[asked.answer.outcome];
    // What another namespace denies as well is not for these policies to let through.
    return (
      outcome === 'allow' ||
      !witness.verdict.steps.some((step) => step.outcome === 'deny' && isAt(scene.cluster, step, namespace))
    );
  });
  return { policies, yaml, verified };
}

/** The cluster with the policies of a text added. */
export function withPolicies(cluster: Cluster, namespace: string, text: string): Cluster {
  const { objects } = readManifests([{ name: `repair of ${namespace}`, text }], { namespace });
  const policies = objects.filter((object): object is NetworkPolicy => object.kind === 'NetworkPolicy');
  return policies.reduce(
    (changed, policy) => replacePolicy<NetworkPolicy>(changed, undefined, policy),
    cluster,
  );
}

export function isAt(cluster: Cluster, { at }: Step, namespace: string): boolean {
  return at.kind === 'node' && cluster.pods.get(at.pod)?.namespace === namespace;
}
