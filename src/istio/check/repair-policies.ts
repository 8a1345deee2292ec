import { type Cluster, type ClusterPod, selectsLabels } from '../../cluster/index.ts';
import { type Direction, directions, type LabelSelector } from '../../model/index.ts';
import { selectNetworkPolicies } from '../../policy/network/index.ts';
import { selectorWords } from './policy-text.ts';
import { labelsOf, subjectsIn } from './repair-peers.ts';
import { type Gap, type Lack, lacksOf } from './repair-rules.ts';
import { beyondWords, selectorsFor } from './repair-selectors.ts';
import type { Scene } from './scene.ts';
import type { RepairPolicy, RepairRule, Role } from './types.ts';

/** Policies that close the gaps of a namespace. Each selects the pods that need its rules, as far as labels can tell. */
export function policiesFor(scene: Scene, namespace: string, gaps: readonly Gap[]): readonly RepairPolicy[] {
  const drafts = directions.flatMap((direction) => {
    const own = gaps.filter((gap) => gap.direction === direction);
    const roles = rolesOf(own);
    return lacksOf(scene, own).flatMap((lack) => draftsFor(scene, namespace, direction, lack, roles));
  });
  return join(scene.cluster, namespace, drafts);
}

interface Draft {
  readonly selector: LabelSelector;
  readonly direction: Direction;
  readonly rules: readonly RepairRule[];
  /** Pods that are selected for want of a label that tells them apart. */
  readonly beyond: readonly ClusterPod[];
}

/** What the pods of the gaps are. */
function rolesOf(gaps: readonly Gap[]): ReadonlyMap<ClusterPod, Role> {
  return new Map(
    gaps.flatMap(({ asked, direction, pods }) =>
      pods.map((pod) => [pod, direction === 'egress' ? asked.from.role : asked.to.role] as const),
    ),
  );
}

/** Every selector picks a part of what a policy picks that isolates its pods already: so it isolates nobody who was not. */
function draftsFor(
  { cluster, input }: Scene,
  namespace: string,
  direction: Direction,
  { pods, wide, rules }: Lack,
  roles: ReadonlyMap<ClusterPod, Role>,
): readonly Draft[] {
  const policies = cluster.policies.network.get(namespace) ?? [];
  const wanted = new Set(pods);
  const all = subjectsIn(cluster, namespace);
  const selectors = selectorsFor({
    pods: wanted,
    harmless: new Set(),
    all,
    within: (pod) => selectNetworkPolicies(policies, pod.view, direction).map(({ spec }) => spec.podSelector),
    told: (pod) => labelsOf(pod, roles.get(pod)!, input.components),
    wide,
  });
  return selectors.map((selector) => ({
    selector,
    direction,
    rules,
    beyond: all.filter((pod) => !wanted.has(pod) && selectsLabels(selector, pod.labels)),
  }));
}

/** Drafts with one selector are one policy; names are free in the namespace. */
function join(cluster: Cluster, namespace: string, drafts: readonly Draft[]): readonly RepairPolicy[] {
  const taken = new Set((cluster.policies.network.get(namespace) ?? []).map(({ metadata }) => metadata.name));
  const groups = Map.groupBy(drafts, ({ selector }) => JSON.stringify(selector));
  return [...groups.values()].map((own) => {
    const { selector } = own[0]!;
    const name = freeName(taken);
    taken.add(name);
    const rules = (wanted: Direction): readonly RepairRule[] =>
      own.filter(({ direction }) => direction === wanted).flatMap((each) => each.rules);
    return {
      name,
      namespace,
      why: `Lets ${selectorWords(selector)} of namespace ${namespace} have what Istio needs, beside the policies that are there.${beyondWords([...new Set(own.flatMap(({ beyond }) => beyond))])}`,
      podSelector: selector,
      ingress: rules('ingress'),
      egress: rules('egress'),
    };
  });
}

function freeName(taken: ReadonlySet<string>): string {
  if (!taken.has('allow-istio')) return 'allow-istio';
  for (let i = 2; ; i++) if (!taken.has(`allow-istio-${i}`)) return `allow-istio-${i}`;
}
