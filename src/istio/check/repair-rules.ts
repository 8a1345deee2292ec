import type { ClusterPod } from '../../cluster/index.ts';
import type { Direction, Protocol } from '../../model/index.ts';
import { type FarEnds, isPlain, namedBeyond, peersFor, type RepairPeer } from './repair-peers.ts';
import { beyondWords } from './repair-selectors.ts';
import type { Asked } from './rows.ts';
import type { Scene } from './scene.ts';
import type { RepairRule, Role } from './types.ts';

/** A step that denies a connection at pods of the namespace, and who is at the other end. */
export interface Gap {
  readonly asked: Asked;
  readonly direction: Direction;
  readonly pods: readonly ClusterPod[];
  readonly far: FarEnds;
}

/** Rules of one direction that the same pods lack. */
export interface Lack {
  readonly pods: readonly ClusterPod[];
  /** True where every pod of its kind needs them, those to come as well. */
  readonly wide: boolean;
  readonly rules: readonly RepairRule[];
}

/** What one pod lacks on one port. */
interface Need {
  readonly protocol: Protocol;
  readonly port: number;
  readonly far: Map<ClusterPod, Role>;
  readonly peers: Map<string, RepairPeer>;
  readonly gaps: Set<Gap>;
}

/** What pods lack in one direction: who else is let in by a rule than asked for is let in for nothing, so pods that lack other things, or for others, are kept apart. */
export function lacksOf(scene: Scene, gaps: readonly Gap[]): readonly Lack[] {
  const needs = needsOf(gaps);
  const ids = new Map([...scene.cluster.pods.values()].map((pod, i) => [pod, i]));
  const idOf = (pods: Iterable<ClusterPod>): string =>
    [...pods]
      .map((pod) => ids.get(pod) ?? -1)
      .sort((a, b) => a - b)
      .join();
  const met = othersByPort(gaps);
  const shared = Map.groupBy(
    [...needs].flatMap(([pod, ports]) => [...ports.values()].map((need) => ({ pod, need }))),
    ({ pod, need: { protocol, port, far, peers } }) => {
      // Pods that lack each other lack the same: none meets a policy on the way to itself.
      const others = idOf(
        met.get(`${protocol} ${port}`)?.has(pod) === true ? new Set([...far.keys(), pod]) : far.keys(),
      );
      return [protocol, port, others, ...[...peers.keys()].sort()].join('|');
    },
  );
  const rules = [...shared.values()].map((group) => {
    const pods = new Set(group.map(({ pod }) => pod));
    const own = new Set(group.flatMap(({ need }) => [...need.gaps]));
    const wide = [...own].some(isForAll);
    return {
      pods,
      wide,
      rule: ruleFor(
        scene,
        pods,
        group.map(({ need }) => need),
        [...own],
      ),
    };
  });
  return [...Map.groupBy(rules, ({ pods, wide }) => `${wide} ${idOf(pods)}`).values()].map((group) => ({
    pods: [...group[0]!.pods],
    wide: group[0]!.wide,
    rules: mergePeers(mergePorts(group.map(({ rule }) => rule))),
  }));
}

/** Pods at the other ends, by the port that is lacked. */
function othersByPort(gaps: readonly Gap[]): ReadonlyMap<string, ReadonlySet<ClusterPod>> {
  const found = new Map<string, Set<ClusterPod>>();
  for (const { asked, far } of gaps) {
    const key = `${asked.protocol} ${asked.port}`;
    const pods = found.get(key) ?? new Set();
    found.set(key, pods);
    for (const pod of far.pods.keys()) pods.add(pod);
  }
  return found;
}

function needsOf(gaps: readonly Gap[]): ReadonlyMap<ClusterPod, ReadonlyMap<string, Need>> {
  const needs = new Map<ClusterPod, Map<string, Need>>();
  for (const gap of gaps) {
    const { protocol, port } = gap.asked;
    for (const pod of gap.pods) {
      const ports = needs.get(pod) ?? new Map<string, Need>();
      needs.set(pod, ports);
      const key = `${protocol} ${port}`;
      const need = ports.get(key) ?? { protocol, port, far: new Map(), peers: new Map(), gaps: new Set() };
      ports.set(key, need);
      need.gaps.add(gap);
      for (const [other, role] of gap.far.pods) if (other !== pod) need.far.set(other, role);
      for (const peer of gap.far.peers) need.peers.set(JSON.stringify(peer) ?? '', peer);
    }
  }
  return needs;
}

/** Flows that every proxy or ambient pod has; the rest is for some workloads. */
function isForAll({ asked, direction }: Gap): boolean {
  const { flow, from, to } = asked;
  if (asked.port === 15008 || flow.id === 'ambient-probe') return false;
  return isPlain(direction === 'egress' ? from.role : to.role);
}

function ruleFor(
  scene: Scene,
  pods: ReadonlySet<ClusterPod>,
  needs: readonly Need[],
  gaps: readonly Gap[],
): RepairRule {
  const { protocol, port, peers } = needs[0]!;
  const far = new Map(needs.flatMap((need) => [...need.far]));
  const anyone = peers.has('');
  const open = gaps.flatMap(whyOpen);
  const why = [...new Set(gaps.map(({ asked }) => reasonOf(asked)))].join('; ');
  if (anyone) {
    const left = open[0] === undefined ? '' : `. Open to anyone, for ${open[0]}`;
    return { why: `${why}${left}`, peers: undefined, ports: [{ protocol, port }] };
  }
  const named = peersFor(scene, far, pods);
  const beyond = beyondWords(namedBeyond(scene, named, new Set([...far.keys(), ...pods])));
  return {
    why: `${why}${beyond === '' ? '' : `.${beyond}`}`,
    peers: [...([...peers.values()] as NonNullable<RepairRule['peers']>), ...named],
    ports: [{ protocol, port }],
  };
}

/** Why no peer can be named for the other end. */
function whyOpen({ asked: { source, destination }, direction }: Gap): readonly string[] {
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

/** Rules with the same peers are one rule with all of their ports. */
function mergePorts(rules: readonly RepairRule[]): readonly RepairRule[] {
  const groups = Map.groupBy(rules, ({ peers, why }) =>
    peers === undefined ? `for ${why}` : JSON.stringify(peers),
  );
  return [...groups.values()].map((own) => ({
    ...own[0]!,
    why: [...new Set(own.map(({ why }) => why))].join('; '),
    ports: own.flatMap(({ ports }) => ports),
  }));
}

/** Rules for the same ports and reason are one rule with all of their peers. */
function mergePeers(rules: readonly RepairRule[]): readonly RepairRule[] {
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
