import type { Cluster, ClusterPod } from '../../cluster/index.ts';
import { coversPeerOf, coversPortOf } from '../../lint/index.ts';
import {
  type Direction,
  directions,
  type Endpoint,
  type KindedObject,
  type NetworkPolicy,
  type PolicyReference,
  type Protocol,
  podEndpoint,
  type Verdict,
} from '../../model/index.ts';
import { type Port, type Rule, rulesOf, selectNetworkPolicies } from '../../policy/network/index.ts';
import { decideConnection, type WireConnection } from '../../verdict/index.ts';
import { endsOfRule, portsOfRule } from './rule-ends.ts';
import type { PlacedComponent, Scene } from './scene.ts';
import type { PolicySum } from './types.ts';

/**
 * What policies that govern the same pods of a component let through together although one of them alone denies it: at least one of the two is rendered. One sum for each component, direction
 * and policy that is made wider; a policy without rules is there to be added to, and is none.
 */
export function sumsOf(scene: Scene): readonly PolicySum[] {
  const sums = scene.components.flatMap((placed) =>
    directions.flatMap((direction) =>
      podKinds(scene.cluster, placed, direction).flatMap((pod) => sumsAt(scene, placed, pod, direction)),
    ),
  );
  const byKey = new Map<string, PolicySum>();
  for (const sum of sums) {
    const { namespace, name } = sum.tight.metadata;
    const key = `${sum.component} ${sum.direction} ${sum.tight.kind} ${namespace}/${name}`;
    if (!byKey.has(key)) byKey.set(key, sum);
  }
  return [...byKey.values()];
}

/** A pod for each set of policies that governs some. */
function podKinds(cluster: Cluster, { pods }: PlacedComponent, direction: Direction): readonly ClusterPod[] {
  const kinds = Map.groupBy(
    pods.filter(({ hostNetwork }) => !hostNetwork),
    (pod) =>
      governing(cluster, pod, direction)
        .map(({ metadata }) => metadata.name)
        .join(),
  );
  return [...kinds.values()].map(([first]) => first!);
}

function governing(
  { policies }: Cluster,
  { namespace, view }: ClusterPod,
  direction: Direction,
): readonly NetworkPolicy[] {
  return selectNetworkPolicies(policies.network.get(namespace) ?? [], view, direction);
}

function sumsAt(
  scene: Scene,
  { component }: PlacedComponent,
  pod: ClusterPod,
  direction: Direction,
): readonly PolicySum[] {
  const { cluster, input } = scene;
  const own = governing(cluster, pod, direction);
  const rendered = new Set<KindedObject>(input.policies);
  const label = `${component.release.chart} ${component.namespace}/${component.name}`;
  const among = own.some((policy) => rendered.has(policy)) ? own : [];
  const found = among.flatMap((tight) => {
    const rules = rulesOf(tight, direction) ?? [];
    const others = among.filter((each) => each !== tight);
    if (rules.length === 0 || (!rendered.has(tight) && !others.some((each) => rendered.has(each)))) return [];
    const alone = withOnly(cluster, pod, own, tight);
    const candidates = others
      .filter((open) => rendered.has(tight) || rendered.has(open))
      .flatMap((open) => [...connectionsOf(cluster, pod, direction, rulesOf(open, direction) ?? [])]);
    // A port that the tight policy is about shows best that it limits nothing.
    const sorted = [...candidates.filter((each) => isAbout(rules, each)), ...candidates];
    for (const connection of sorted) {
      const verdict = decideConnection(cluster, connection);
      const rule = ruleAt(verdict, direction);
      if (verdict.outcome !== 'allow' || rule === undefined || rule.policy === tight) continue;
      if (!rendered.has(tight) && !rendered.has(rule.policy)) continue;
      const without = decideConnection(alone, connection);
      if (without.outcome !== 'deny') continue;
      const wide = others.flatMap((each) => rulesOf(each, direction) ?? []);
      return [
        {
          component: label,
          direction,
          tight,
          open: rule.policy,
          idle: rules.every((each) => isCovered(each, wide)),
          samePort: isAbout(rules, connection),
          witness: { ...connection, verdict },
          without,
        },
      ];
    }
    return [];
  });
  return [
    ...found,
    ...adminSums(
      scene,
      label,
      pod,
      direction,
      own.filter((policy) => rendered.has(policy)),
    ),
  ];
}

/** The rule that lets the connection through at the pod that is governed. */
function ruleAt({ steps }: Verdict, direction: Direction): PolicyReference | undefined {
  const step = steps.find(({ layer }) => layer === `${direction} policy`);
  return step?.because.kind === 'matched rule' ? step.because.rule : undefined;
}

/** The cluster in which of the policies that govern the pod only one is left. */
function withOnly(
  cluster: Cluster,
  { namespace }: ClusterPod,
  own: readonly NetworkPolicy[],
  kept: NetworkPolicy | undefined,
): Cluster {
  const gone = new Set(own.filter((policy) => policy !== kept));
  const rest = (cluster.policies.network.get(namespace) ?? []).filter((policy) => !gone.has(policy));
  const network = new Map(cluster.policies.network).set(namespace, rest);
  return { ...cluster, policies: { ...cluster.policies, network } };
}

/** Connections of the pod that the rules match, by ends that are there, and an address outside. */
function* connectionsOf(
  cluster: Cluster,
  pod: ClusterPod,
  direction: Direction,
  rules: readonly Rule[],
): Iterable<WireConnection> {
  for (const rule of rules)
    for (const other of endsOfRule(cluster, pod, rule))
      for (const { port, protocol } of portsOfRule(rule, pod, direction))
        yield connectionOf(pod, direction, other, port, protocol);
}

function connectionOf(
  pod: ClusterPod,
  direction: Direction,
  other: Endpoint,
  port: number,
  protocol: Protocol,
): WireConnection {
  const [source, destination] =
    direction === 'egress' ? [podEndpoint(pod), other] : [other, podEndpoint(pod)];
  return { source, destination, port, protocol };
}

/** Do the rules name the port of the connection? Then they limit who comes to it. */
function isAbout(rules: readonly Rule[], { port, protocol }: WireConnection): boolean {
  return rules.some(({ ports }) => ports === undefined || ports.some((each) => holds(each, port, protocol)));
}

function holds({ numbers, protocol }: Port, port: number, asked: Protocol): boolean {
  if (protocol !== asked) return false;
  if (numbers === 'any') return true;
  return 'first' in numbers && numbers.first <= port && port <= numbers.last;
}

/** Is every connection of the rule one of some other rule's? */
function isCovered(rule: Rule, wide: readonly Rule[]): boolean {
  const peers = rule.peers ?? [undefined];
  const ports = rule.ports ?? [undefined];
  return peers.every((peer) =>
    ports.every((port) => wide.some((each) => coversPeerOf(each, peer) && coversPortOf(each, port))),
  );
}

/**
 * Where a rendered policy and an admin tier meet: a Baseline policy has no say any more about pods that a NetworkPolicy governs, and an Admin policy that accepts goes before what a NetworkPolicy
 * leaves out.
 */
function adminSums(
  scene: Scene,
  component: string,
  pod: ClusterPod,
  direction: Direction,
  rendered: readonly NetworkPolicy[],
): readonly PolicySum[] {
  const { cluster } = scene;
  const [policy] = rendered;
  if (policy === undefined || cluster.policies.admin.length === 0) return [];
  const own = governing(cluster, pod, direction);
  const open = withOnly(cluster, pod, own, undefined);
  const noAdmin: Cluster = { ...cluster, policies: { ...cluster.policies, admin: [] } };
  const found: PolicySum[] = [];
  const connections = [
    ...connectionsOf(cluster, pod, direction, rulesOf(policy, direction) ?? []),
    ...endsOfRule(cluster, pod, undefined).map((other) =>
      connectionOf(pod, direction, other, unlistedPort, 'TCP'),
    ),
  ];
  for (const connection of connections) {
    const verdict = decideConnection(cluster, connection);
    if (verdict.outcome !== 'allow') continue;
    const rule = ruleAt(verdict, direction);
    const before = decideConnection(open, connection);
    const baseline = ruleAt(before, direction);
    const shared = {
      component,
      direction,
      idle: false,
      samePort: false,
      witness: { ...connection, verdict },
    };
    if (before.outcome === 'deny' && baseline?.tier === 'Baseline')
      found.push({ ...shared, tight: baseline.policy, open: policy, without: before });
    const without = decideConnection(noAdmin, connection);
    if (rule?.tier === 'Admin' && without.outcome === 'deny')
      found.push({ ...shared, tight: policy, open: rule.policy, without });
  }
  return found;
}

/** A port that no policy of Istio's names. */
const unlistedPort = 4444;
