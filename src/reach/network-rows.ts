import { type Cluster, type PolicyHabits, selectsLabels } from '../cluster/index.ts';
import type { Direction, Packet, PacketEnd, Protocol, Truth } from '../model/index.ts';
import { any } from '../model/index.ts';
import { matchPort, rulesOf } from '../policy/network/index.ts';
import { habitsOf, pluginDecides, unreadNetworkPolicies } from '../verdict/index.ts';
import { type AdminTables, readAdminPolicies } from './admin-policies.ts';
import { addBits, allBits, type Bits, dropBits, isEmptyBits, keepBits, noBits, setBit } from './bits.ts';
import type { Ends } from './ends.ts';
import type { EgressRule, NetworkTables, SharedRule } from './network-policies.ts';
import type { PeerSets } from './peer-sets.ts';

/** The sources that the tiers let through to one port of one destination. `ask`: those of which only a verdict can tell. */
export interface NetworkRow {
  readonly allow: Bits;
  readonly ask: Bits | undefined;
  /** Nothing comes through, for certain. */
  readonly closed: boolean;
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
  readonly tables: NetworkTables;
  readonly admin: AdminTables | undefined;
  readonly habits: PolicyHabits;
  /** Sources of whose egress an unread policy may decide. */
  readonly unreadOut: Bits | undefined;
  /** Sources that use a node's address: a pod's own node may always send to it. */
  readonly hosts: Bits | undefined;
}

/** Prepares the rows of a cluster; each is worked out when it is asked for. */
export function networkRows(
  cluster: Cluster,
  ends: Ends,
  peers: PeerSets,
  tables: NetworkTables,
): NetworkRows {
  const context: Context = {
    cluster,
    ends,
    tables,
    admin: readAdminPolicies(cluster, ends, peers),
    habits: habitsOf(cluster.settings.cni),
    unreadOut: unreadSources(cluster, ends),
    hosts: hostSources(ends),
  };
  let current = rulesTo(context, 0);
  return {
    row(destination, protocol, port) {
      if (destination !== current.destination) current = rulesTo(context, destination);
      return rowOf(context, current, protocol, port);
    },
    cuts: (index, protocol) => cutsOf(context, index, protocol),
  };
}

/** The rules that speak of a destination, and the rows that they have come to so far. */
interface DestinationRules {
  readonly destination: number;
  readonly packet: PacketEnd;
  readonly ingress: readonly SharedRule[];
  readonly egress: readonly EgressRule[];
  readonly known: Map<string, NetworkRow>;
}

function rulesTo({ tables, ends }: Context, destination: number): DestinationRules {
  const { packet, class: own } = ends.virtual[destination]!;
  return {
    destination,
    packet,
    ingress: tables.ingress[own] ?? [],
    egress: egressRulesTo(tables, destination),
    known: new Map(),
  };
}

function egressRulesTo(
  { egress, egressTo, egressAnywhere }: NetworkTables,
  destination: number,
): EgressRule[] {
  return [...(egressTo[destination] ?? []), ...egressAnywhere].map((key) => egress.get(key)!);
}

/** What the rules of a destination say of one of its ports; each is true or unknown. */
interface PortView {
  readonly ingress: readonly (readonly [SharedRule, Truth])[];
  readonly egress: readonly (readonly [EgressRule, Truth])[];
}

function rowOf(context: Context, rules: DestinationRules, protocol: Protocol, port: number): NetworkRow {
  const { known, packet: to, destination } = rules;
  const packet: Packet = { source: to, destination: to, protocol, port };
  const view: { ingress: [SharedRule, Truth][]; egress: [EgressRule, Truth][] } = { ingress: [], egress: [] };
  let key = '';
  for (const rule of rules.ingress) {
    const truth = portTruth(rule, packet, context.habits);
    key += truth === true ? '1' : truth === false ? '0' : '?';
    if (truth !== false) view.ingress.push([rule, truth]);
  }
  for (const rule of rules.egress) {
    const truth = portTruth(rule, packet, context.habits);
    key += truth === true ? '1' : truth === false ? '0' : '?';
    if (truth !== false) view.egress.push([rule, truth]);
  }
  // Admin rules are few: where there are any, each port is a case of its own.
  if (context.admin !== undefined) key = `${protocol} ${port}`;
  const before = known.get(key);
  if (before !== undefined) return before;
  const row = buildRow(context, destination, packet, view);
  known.set(key, row);
  return row;
}

function portTruth({ ports }: SharedRule, packet: Packet, habits: PolicyHabits): Truth {
  return ports === undefined || any(ports, (port) => matchPort(port, packet, habits));
}

function buildRow(context: Context, destination: number, packet: Packet, view: PortView): NetworkRow {
  const { ends, hosts, unreadOut } = context;
  const ingress = ingressRow(context, destination, packet, view);
  const egress = egressRow(context, destination, packet, view);
  const open = egress.allow.slice();
  if (ingress.allow !== undefined) keepBits(open, ingress.allow);
  const ask = undecided(ingress, egress, open);
  const nearby = packet.destination.pod === undefined ? undefined : hosts;
  const unread = isReadIncompletely(context, destination) ? allBits(ends.virtual.length) : unreadOut;
  if (ask === undefined && nearby === undefined && unread === undefined)
    return { allow: open, ask: undefined, closed: isEmptyBits(open) };
  const all = ask ?? noBits(ends.virtual.length);
  if (nearby !== undefined) addBits(all, nearby);
  // A pod's own node may always send to it: to hosts that may come anyway that makes no difference.
  dropBits(all, open);
  if (unread !== undefined) addBits(all, unread);
  dropBits(open, all);
  const certain = isEmptyBits(all);
  return { allow: open, ask: certain ? undefined : all, closed: certain && isEmptyBits(open) };
}

/** Sources of whom one direction does not know, while the other does not deny them. */
function undecided(ingress: DirectionRow, egress: DirectionRow, open: Bits): Bits | undefined {
  if (ingress.ask === undefined && egress.ask === undefined) return undefined;
  const found = new Uint32Array(open.length);
  for (const { ask } of [ingress, egress]) if (ask !== undefined) addBits(found, ask);
  for (const { allow, ask } of [ingress, egress]) {
    if (allow === undefined) continue;
    const possible = allow.slice();
    if (ask !== undefined) addBits(possible, ask);
    keepBits(found, possible);
  }
  // The sets of one direction are disjoint, so what both allow is in neither's doubt.
  dropBits(found, open);
  return found;
}

/** `allow` undefined = everybody; `ask` undefined = nobody. The two are disjoint. */
interface DirectionRow {
  readonly allow: Bits | undefined;
  readonly ask: Bits | undefined;
}

/** The way out is governed for some sources and not for others, so it is always spelled out. */
interface EgressRow extends DirectionRow {
  readonly allow: Bits;
}

function ingressRow(context: Context, destination: number, packet: Packet, view: PortView): DirectionRow {
  const { ends, tables, admin } = context;
  const size = ends.virtual.length;
  const { pod } = packet.destination;
  if (pod === undefined) return { allow: undefined, ask: undefined };
  const isolated = tables.ingress[ends.virtual[destination]!.class] !== undefined;
  const row = isolated ? matchIngress(view, size) : { allow: undefined, ask: undefined };
  if (admin === undefined) return row;
  const next = { allow: row.allow ?? allBits(size), ask: row.ask ?? noBits(size) };
  if (!isolated) {
    const baseline = admin.judge('Baseline', 'ingress', destination, packet);
    const skippable = isGoverned(context, pod.namespace, pod.labels, 'egress') ? allBits(size) : noBits(size);
    withBaseline(context, baseline, next, allBits(size), skippable);
  }
  return behindAdmin(admin.judge('Admin', 'ingress', destination, packet), next);
}

/** Whoever some rule of the governing policies matches. */
function matchIngress({ ingress }: PortView, size: number): DirectionRow {
  const allow = noBits(size);
  let ask: Bits | undefined;
  for (const [{ peers }, truth] of ingress) {
    if (truth !== true) ask ??= noBits(size);
    const into = truth === true ? allow : ask!;
    if (peers === undefined) {
      addBits(into, allBits(size));
      continue;
    }
    for (const index of peers.sure) setBit(into, index);
    if (peers.maybe.length > 0) ask ??= noBits(size);
    for (const index of peers.maybe) setBit(ask!, index);
  }
  if (ask !== undefined) dropBits(ask, allow);
  return { allow, ask };
}

function egressRow(context: Context, destination: number, packet: Packet, view: PortView): EgressRow {
  const { ends, tables, admin } = context;
  const size = ends.virtual.length;
  const allow = tables.openOut.slice();
  let ask: Bits | undefined;
  for (const [group, truth] of view.egress) {
    const certain = truth === true && !(group.peers?.maybe.includes(destination) ?? false);
    if (!certain) ask ??= noBits(size);
    const into = certain ? allow : ask!;
    for (const own of group.subjects.values()) for (const index of own) setBit(into, index);
  }
  if (ask !== undefined) dropBits(ask, allow);
  if (admin === undefined) return { allow, ask };
  const next = { allow, ask: ask ?? noBits(size) };
  const skippable = tables.openOut.slice();
  keepBits(skippable, tables.governedIn);
  const baseline = admin.judge('Baseline', 'egress', destination, packet);
  withBaseline(context, baseline, next, tables.openOut, skippable);
  return behindAdmin(admin.judge('Admin', 'egress', destination, packet), next);
}

/** What an admin tier says to sources: of the rest, the next tier decides. */
export interface TierRow {
  readonly accept: Bits;
  readonly deny: Bits;
  readonly ask: Bits;
}

interface Decided {
  readonly allow: Bits;
  readonly ask: Bits;
}

/** The Baseline tier speaks to the `free`; `skippable` are those of them whom only policies of the other direction select. */
function withBaseline(
  { cluster }: Context,
  baseline: TierRow | undefined,
  into: Decided,
  free: Bits,
  skippable: Bits,
): void {
  if (baseline === undefined) return;
  const denied = baseline.deny.slice();
  keepBits(denied, free);
  const doubtful = baseline.ask.slice();
  keepBits(doubtful, free);
  addBits(into.ask, doubtful);
  const skipped = skippable.slice();
  keepBits(skipped, denied);
  const habit = pluginDecides(cluster.settings.cni, 'baseline skip');
  if (habit === 'skips Baseline') dropBits(denied, skipped);
  dropBits(into.allow, denied);
  dropBits(into.allow, doubtful);
  if (habit === undefined) addBits(into.ask, skipped);
}

function behindAdmin(tier: TierRow | undefined, { allow, ask }: Decided): Decided {
  if (tier === undefined) return { allow, ask };
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

function cutsOf({ tables, ends, admin }: Context, index: number, protocol: Protocol): readonly number[] {
  const cuts: number[] = [];
  const groups = [
    ...(tables.ingress[index] ?? []),
    ...ends.classes[index]!.virtual.flatMap((each) => egressRulesTo(tables, each)),
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
