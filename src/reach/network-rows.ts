import { type Cluster, type PolicyHabits, selectsLabels } from '../cluster/index.ts';
import type { Direction, Packet, PacketEnd, Protocol, Truth } from '../model/index.ts';
import { any } from '../model/index.ts';
import { matchPort, rulesOf } from '../policy/network/index.ts';
import { habitsOf, pluginDecides, unreadNetworkPolicies } from '../verdict/index.ts';
import { type AdminTables, readAdminPolicies } from './admin-policies.ts';
import { addBits, allBits, type Bits, dropBits, isEmptyBits, keepBits, noBits, setBit } from './bits.ts';
import type { Ends } from './ends.ts';
import { type NetworkTables, type RuleGroup, readNetworkPolicies } from './network-policies.ts';
import { indexPeers, type PeerSets } from './peer-sets.ts';

/** The sources that the tiers let through to one port of one destination. `ask`: those of which only a verdict can tell. */
export interface NetworkRow {
  readonly allow: Bits;
  readonly ask: Bits | undefined;
}

/** The network policies of a cluster as rows: for a destination and port, who may come. */
export interface NetworkRows {
  /** The row of a virtual end; rows of one end that come out alike are the same object. */
  row(destination: number, protocol: Protocol, port: number): NetworkRow;
  /** Numbers at which the rules that speak of a class may change their mind; port names are among the pod's own ports. */
  cuts(destinationClass: number, protocol: Protocol): readonly number[];
}

interface Context {
  readonly cluster: Cluster;
  readonly ends: Ends;
  readonly peers: PeerSets;
  readonly tables: NetworkTables;
  readonly admin: AdminTables | undefined;
  readonly habits: PolicyHabits;
  /** Sources of whose egress an unread policy may decide. */
  readonly unreadOut: Bits | undefined;
  /** Sources that use a node's address: a pod's own node may always send to it. */
  readonly hosts: Bits | undefined;
}

/** Prepares the rows of a cluster; each is worked out when it is asked for. */
export function networkRows(cluster: Cluster, ends: Ends): NetworkRows {
  const peers = indexPeers(cluster, ends);
  const context: Context = {
    cluster,
    ends,
    peers,
    tables: readNetworkPolicies(cluster, ends, peers),
    admin: readAdminPolicies(cluster, ends, peers),
    habits: habitsOf(cluster.settings.cni),
    unreadOut: unreadSources(cluster, ends),
    hosts: hostSources(ends),
  };
  let current = -1;
  let known = new Map<string, NetworkRow>();
  return {
    row(destination, protocol, port) {
      if (destination !== current) known = new Map();
      current = destination;
      return rowOf(context, destination, protocol, port, known);
    },
    cuts: (index, protocol) => cutsOf(context, index, protocol),
  };
}

/** What the rules of a destination say of one of its ports; each is true, false or unknown. */
interface PortView {
  readonly ingress: readonly (readonly [RuleGroup, Truth])[];
  readonly egress: readonly (readonly [RuleGroup, Truth])[];
  readonly key: string;
}

function rowOf(
  context: Context,
  destination: number,
  protocol: Protocol,
  port: number,
  known: Map<string, NetworkRow>,
): NetworkRow {
  const packet = packetTo(context.ends.virtual[destination]!.packet, protocol, port);
  const view = viewPort(context, destination, packet);
  // Admin rules are few: where there are any, each port is a case of its own.
  const key = context.admin === undefined ? view.key : `${protocol} ${port}`;
  const before = known.get(key);
  if (before !== undefined) return before;
  const row = buildRow(context, destination, packet, view);
  known.set(key, row);
  return row;
}

function packetTo(destination: PacketEnd, protocol: Protocol, port: number): Packet {
  return { source: destination, destination, protocol, port };
}

function viewPort({ tables, ends, habits }: Context, destination: number, packet: Packet): PortView {
  const own = tables.ingress[ends.virtual[destination]!.class];
  const ask = (group: RuleGroup): readonly [RuleGroup, Truth] => [group, portTruth(group, packet, habits)];
  const ingress = (own ?? []).map(ask).filter(([, truth]) => truth !== false);
  const egress = [...(tables.egressTo[destination] ?? []), ...tables.egressAnywhere]
    .map(ask)
    .filter(([, truth]) => truth !== false);
  const key = [...ingress, ...egress]
    .map(([group, truth]) => `${idOf(group)}${truth === true ? '' : '?'}`)
    .join();
  return { ingress, egress, key };
}

const ids = new WeakMap<RuleGroup, number>();
let lastId = 0;

function idOf(group: RuleGroup): number {
  let id = ids.get(group);
  if (id === undefined) {
    id = ++lastId;
    ids.set(group, id);
  }
  return id;
}

function portTruth({ ports }: RuleGroup, packet: Packet, habits: PolicyHabits): Truth {
  return ports === undefined || any(ports, (port) => matchPort(port, packet, habits));
}

function buildRow(context: Context, destination: number, packet: Packet, view: PortView): NetworkRow {
  const { ends, hosts, unreadOut } = context;
  const size = ends.virtual.length;
  const ingress = ingressRow(context, destination, packet, view);
  const egress = egressRow(context, destination, packet, view);
  const allow = ingress.allow;
  const ask = noBits(size);
  // What one direction may let through counts only where the other does not deny it.
  const mayEnter = joined(ingress.allow, ingress.ask);
  const mayLeave = joined(egress.allow, egress.ask);
  const undecided = joined(ingress.ask, egress.ask);
  const open = allow.slice();
  keepBits(open, egress.allow);
  if (undecided !== undefined && !isEmptyBits(undecided)) {
    addBits(ask, undecided);
    keepBits(ask, mayEnter);
    keepBits(ask, mayLeave);
    dropBits(open, ask);
  }
  if (hosts !== undefined && context.ends.virtual[destination]!.packet.pod !== undefined) {
    const nearby = hosts.slice();
    dropBits(nearby, open);
    addBits(ask, nearby);
  }
  if (unreadOut !== undefined) addBits(ask, unreadOut);
  if (isReadIncompletely(context, destination)) addBits(ask, allBits(size));
  dropBits(open, ask);
  return { allow: open, ask: isEmptyBits(ask) ? undefined : ask };
}

function joined(a: Bits, b: Bits): Bits {
  const both = a.slice();
  addBits(both, b);
  return both;
}

interface DirectionRow {
  readonly allow: Bits;
  readonly ask: Bits;
}

function ingressRow(context: Context, destination: number, packet: Packet, view: PortView): DirectionRow {
  const { ends, tables, admin } = context;
  const size = ends.virtual.length;
  const { pod } = packet.destination;
  if (pod === undefined) return { allow: allBits(size), ask: noBits(size) };
  const isolated = tables.ingress[ends.virtual[destination]!.class] !== undefined;
  const allow = isolated ? noBits(size) : allBits(size);
  const ask = noBits(size);
  if (isolated) {
    for (const [{ peers }, truth] of view.ingress) {
      const sure = truth === true ? allow : ask;
      if (peers === undefined) {
        addBits(sure, allBits(size));
        continue;
      }
      for (const index of peers.sure) setBit(sure, index);
      for (const index of peers.maybe) setBit(ask, index);
    }
    dropBits(ask, allow);
  }
  if (admin === undefined) return { allow, ask };
  if (!isolated) {
    const baseline = admin.judge('Baseline', 'ingress', destination, packet);
    withBaseline(
      context,
      baseline,
      { allow, ask },
      allBits(size),
      isGoverned(context, pod.namespace, pod.labels, 'egress'),
    );
  }
  return behindAdmin(admin.judge('Admin', 'ingress', destination, packet), { allow, ask });
}

function egressRow(context: Context, destination: number, packet: Packet, view: PortView): DirectionRow {
  const { ends, tables, admin } = context;
  const size = ends.virtual.length;
  const allow = allBits(size);
  dropBits(allow, tables.isolatedOut);
  const ask = noBits(size);
  for (const [group, truth] of view.egress) {
    const certain = truth === true && (group.peers === undefined || !group.peers.maybe.includes(destination));
    const into = certain ? allow : ask;
    for (const index of group.subjects) setBit(into, index);
  }
  dropBits(ask, allow);
  if (admin === undefined) return { allow, ask };
  const free = allBits(size);
  dropBits(free, tables.isolatedOut);
  const baseline = admin.judge('Baseline', 'egress', destination, packet);
  const governed = governedIn(context);
  const skippable = free.slice();
  keepBits(skippable, governed);
  withBaseline(context, baseline, { allow, ask }, free, skippable);
  return behindAdmin(admin.judge('Admin', 'egress', destination, packet), { allow, ask });
}

/** What an admin tier says to sources: of the rest, the next tier decides. */
export interface TierRow {
  readonly accept: Bits;
  readonly deny: Bits;
  readonly ask: Bits;
}

/** The Baseline tier speaks to the `free`; `skippable` are those (or all of them, or none) whom only policies of the other direction select. */
function withBaseline(
  { cluster, ends }: Context,
  baseline: TierRow | undefined,
  into: DirectionRow,
  free: Bits,
  skippable: Bits | boolean,
): void {
  if (baseline === undefined) return;
  const denied = baseline.deny.slice();
  keepBits(denied, free);
  const doubtful = baseline.ask.slice();
  keepBits(doubtful, free);
  addBits(into.ask, doubtful);
  const skipped =
    typeof skippable === 'boolean'
      ? skippable
        ? allBits(ends.virtual.length)
        : noBits(ends.virtual.length)
      : skippable.slice();
  keepBits(skipped, denied);
  const habit = pluginDecides(cluster.settings.cni, 'baseline skip');
  if (habit === 'skips Baseline') dropBits(denied, skipped);
  dropBits(into.allow, denied);
  dropBits(into.allow, doubtful);
  if (habit === undefined) addBits(into.ask, skipped);
}

function behindAdmin(tier: TierRow | undefined, next: DirectionRow): DirectionRow {
  if (tier === undefined) return next;
  const allow = next.allow.slice();
  const ask = next.ask.slice();
  for (const bits of [allow, ask]) {
    dropBits(bits, tier.accept);
    dropBits(bits, tier.deny);
    dropBits(bits, tier.ask);
  }
  addBits(allow, tier.accept);
  addBits(ask, tier.ask);
  return { allow, ask };
}

function isGoverned(
  { cluster }: Context,
  namespace: string,
  labels: Readonly<Record<string, string>>,
  direction: Direction,
): boolean {
  return (cluster.policies.network.get(namespace) ?? []).some(
    (policy) => rulesOf(policy, direction) !== undefined && selectsLabels(policy.spec.podSelector, labels),
  );
}

const governed = new WeakMap<NetworkTables, Bits>();

/** Virtual ends whose ingress some policy governs. */
function governedIn({ tables, ends }: Context): Bits {
  let bits = governed.get(tables);
  if (bits === undefined) {
    bits = noBits(ends.virtual.length);
    for (const each of ends.virtual) if (tables.ingress[each.class] !== undefined) setBit(bits, each.index);
    governed.set(tables, bits);
  }
  return bits;
}

function cutsOf({ tables, ends, admin }: Context, index: number, protocol: Protocol): readonly number[] {
  const cuts: number[] = [];
  const groups = [
    ...(tables.ingress[index] ?? []),
    ...tables.egressAnywhere,
    ...ends.classes[index]!.virtual.flatMap((each) => tables.egressTo[each] ?? []),
  ];
  for (const { ports } of groups) {
    for (const { protocol: own, numbers } of ports ?? []) {
      if (own !== protocol || numbers === 'any' || 'name' in numbers) continue;
      cuts.push(numbers.first, numbers.last + 1);
    }
  }
  return admin === undefined ? cuts : [...cuts, ...admin.cuts(protocol)];
}

function unreadSources(cluster: Cluster, { classes, virtual }: Ends): Bits | undefined {
  if (cluster.foreign.length === 0 && cluster.unreadable.length === 0) return undefined;
  const bits = noBits(virtual.length);
  for (const { end, virtual: own } of classes) {
    if (end.pod === undefined || end.host || unreadNetworkPolicies(cluster, end.pod, undefined).length === 0)
      continue;
    for (const index of own) setBit(bits, index);
  }
  return isEmptyBits(bits) ? undefined : bits;
}

function isReadIncompletely({ cluster, ends }: Context, destination: number): boolean {
  if (cluster.foreign.length === 0 && cluster.unreadable.length === 0) return false;
  const { end } = ends.classes[ends.virtual[destination]!.class]!;
  return end.pod !== undefined && !end.host && unreadNetworkPolicies(cluster, end.pod, undefined).length > 0;
}

function hostSources({ classes, virtual }: Ends): Bits | undefined {
  const bits = noBits(virtual.length);
  for (const { end, virtual: own } of classes) if (end.host) for (const index of own) setBit(bits, index);
  return isEmptyBits(bits) ? undefined : bits;
}
