import { type Cluster, type ClusterPod, selectsLabels } from '../../cluster/index.ts';
import { type Direction, directions, type LabelSelector, type Protocol } from '../../model/index.ts';
import { selectNetworkPolicies } from '../../policy/network/index.ts';
import { selectorWords } from './policy-text.ts';
import type { RepairPeer } from './repair-peers.ts';
import type { Asked } from './rows.ts';
import type { Scene } from './scene.ts';
import type { RepairPolicy, RepairRule } from './types.ts';

/** A step that denies a connection at a pod of the namespace, and what would let it through. */
export interface Gap {
  readonly asked: Asked;
  readonly direction: Direction;
  readonly pods: readonly ClusterPod[];
  readonly peers: readonly RepairPeer[];
  /** Whom the policy selects that lets the same ends connect by another port. */
  readonly selector?: LabelSelector;
}

/** Policies that close the gaps of a namespace. */
export function policiesFor(
  { cluster }: Scene,
  namespace: string,
  gaps: readonly Gap[],
): readonly RepairPolicy[] {
  const drafts = directions.flatMap((direction) =>
    coverGaps(
      cluster,
      namespace,
      direction,
      gaps.filter((gap) => gap.direction === direction),
    ),
  );
  return join(cluster, namespace, drafts);
}

interface Draft {
  readonly selector: LabelSelector;
  readonly direction: Direction;
  readonly rules: readonly RepairRule[];
}

/**
 * Gives each gap the selector of a policy that isolates its pods already: a new policy with it isolates nobody who was not. Where a rule is widened, that of its policy; else on the way in the one
 * that selects the fewest pods, for it opens a port to others; on the way out the one that covers most gaps.
 */
function coverGaps(
  cluster: Cluster,
  namespace: string,
  direction: Direction,
  gaps: readonly Gap[],
): readonly Draft[] {
  const all = cluster.policies.network.get(namespace) ?? [];
  const pods = [...cluster.pods.values()].filter((pod) => pod.namespace === namespace);
  const selectors = new Map<string, LabelSelector>();
  const candidates = gaps.map((gap): readonly string[] => {
    const governing = selectNetworkPolicies(all, gap.pods[0]!.view, direction);
    const own = gap.selector === undefined ? governing.map(({ spec }) => spec.podSelector) : [gap.selector];
    return [...new Set(own.map((selector) => keyOf(selectors, selector)))];
  });
  const sizes = new Map(
    [...selectors].map(([key, selector]) => [
      key,
      direction === 'ingress'
        ? pods.filter(({ labels }) => selectsLabels(selector, labels)).length
        : -candidates.filter((keys) => keys.includes(key)).length,
    ]),
  );
  const chosen = Map.groupBy(
    gaps.map((gap, i) => ({ gap, key: smallest(candidates[i]!, sizes) })),
    ({ key }) => key,
  );
  return [...chosen].flatMap(([key, own]) =>
    key === undefined
      ? []
      : [{ selector: selectors.get(key)!, direction, rules: rulesFor(own.map(({ gap }) => gap)) }],
  );
}

function keyOf(selectors: Map<string, LabelSelector>, selector: LabelSelector): string {
  const key = JSON.stringify(selector);
  selectors.set(key, selector);
  return key;
}

function smallest(keys: readonly string[], sizes: ReadonlyMap<string, number>): string | undefined {
  const [first, ...others] = keys;
  return others.reduce((best, key) => (sizes.get(key)! < sizes.get(best!)! ? key : best), first);
}

/** One rule for each set of peers, with the ports that are missing for them. */
function rulesFor(gaps: readonly Gap[]): readonly RepairRule[] {
  const byPeers = Map.groupBy(gaps, ({ peers }) => (peers.includes(undefined) ? '' : JSON.stringify(peers)));
  const rules = [...byPeers.values()].map((own): RepairRule => {
    const ports = new Map<string, { readonly protocol: Protocol; readonly port: number }>();
    for (const { asked } of own)
      ports.set(`${asked.protocol} ${asked.port}`, { protocol: asked.protocol, port: asked.port });
    const { peers } = own[0]!;
    const open = own.flatMap(({ asked, direction }) => whyOpen(asked, direction));
    const why = [...new Set(own.map(({ asked }) => reasonOf(asked)))].join('; ');
    const left = peers.includes(undefined) && open[0] !== undefined ? `. Open to anyone, for ${open[0]}` : '';
    return {
      why: `${why}${left}`,
      peers: peers.includes(undefined) ? undefined : (peers as RepairRule['peers']),
      ports: [...ports.values()],
    };
  });
  return mergePorts(rules);
}

/** Why no peer can be named for the other end. */
function whyOpen({ source, destination }: Asked, direction: Direction): readonly string[] {
  const { unknown, pods } = direction === 'egress' ? destination : source;
  if (unknown !== undefined) return [`it is not known who that is: ${unknown.advice}`];
  const host = pods.find((pod) => pod.hostNetwork && pod.addresses.length === 0);
  if (host === undefined) return [];
  return [
    `${host.key} shares the network of its node, where a policy sees the address of the node and no labels, and that address is not known: give its pods or Nodes as the cluster has them, and put their addresses here`,
  ];
}

/** DNS by TCP says nothing that DNS does not. */
function reasonOf({ flow }: Asked): string {
  return flow.id.endsWith('-tcp') ? flow.why.split(';')[0]! : flow.why;
}

/** Rules for the same ports and reason are one rule with all of their peers. */
function mergePorts(rules: readonly RepairRule[]): readonly RepairRule[] {
  const groups = Map.groupBy(rules, ({ ports, why, peers }) =>
    JSON.stringify([ports, why, peers === undefined]),
  );
  return [...groups.values()].map((own) => {
    const [first] = own;
    if (first!.peers === undefined) return first!;
    const peers = new Map(
      own.flatMap((rule) => rule.peers ?? []).map((peer) => [JSON.stringify(peer), peer]),
    );
    return { ...first!, peers: [...peers.values()] };
  });
}

/** Drafts of both directions with one selector are one policy; names are free in the namespace. */
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
      why: `Lets ${selectorWords(selector)} of namespace ${namespace} have what Istio needs, beside the policies that are there.`,
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
