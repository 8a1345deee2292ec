import type { Cluster, PolicyHabits } from '../cluster/index.ts';
import type { Packet, Truth } from '../model/index.ts';
import { pluginDecides } from '../verdict/index.ts';
import type { AdminTables } from './admin-policies.ts';
import {
  addBits,
  allBits,
  type Bits,
  clearBit,
  dropBits,
  hasBit,
  isEmptyBits,
  keepBits,
  noBits,
  setBit,
} from './bits.ts';
import type { Ends } from './ends.ts';
import type { EgressRule, NetworkTables, SharedRule } from './network-policies.ts';
import { fewSources, manySources, type Sources } from './sources.ts';

/** The sources that the tiers let through to one port of one destination. `ask`: those of which only a verdict can tell. */
export interface NetworkRow {
  readonly allow: Sources;
  readonly ask: Bits | undefined;
  /** Nothing comes through, for certain. */
  readonly closed: boolean;
}

/** What all rows are made of. */
export interface RowContext {
  readonly cluster: Cluster;
  readonly ends: Ends;
  readonly tables: NetworkTables;
  readonly admin: AdminTables | undefined;
  readonly habits: PolicyHabits;
  /** Sources of whose egress an unread policy may decide. */
  readonly unreadOut: Bits | undefined;
  /** Sources that use a node's address: a pod's own node may always send to it. */
  readonly hosts: Bits | undefined;
  /** Empty between uses. */
  readonly scratch: Bits;
}

/** What the rules of a destination say of one of its ports; each is true or unknown. */
export interface PortView {
  readonly ingress: readonly (readonly [SharedRule, Truth])[];
  readonly egress: readonly (readonly [EgressRule, Truth])[];
}

/** The row of one port of a destination: past the tiers of both directions. `view` is what the rules say of the port. */
export function buildRow(
  context: RowContext,
  destination: number,
  packet: Packet,
  view: PortView,
): NetworkRow {
  const { ends, hosts, unreadOut } = context;
  const few = fewAllowed(context, destination, view);
  if (few !== undefined) return { allow: fewSources(few), ask: undefined, closed: few.length === 0 };
  const ingress = ingressRow(context, destination, packet, view);
  const egress = egressRow(context, destination, packet, view);
  const open = egress.allow.slice();
  if (ingress.allow !== undefined) keepBits(open, ingress.allow);
  const ask = undecided(ingress, egress, open);
  const nearby = packet.destination.pod === undefined ? undefined : hosts;
  // A policy that nobody can read may speak of both directions.
  const unread =
    unreadOut !== undefined && hasBit(unreadOut, destination) ? allBits(ends.virtual.length) : unreadOut;
  if (ask === undefined && nearby === undefined && unread === undefined)
    return { allow: manySources(open), ask: undefined, closed: isEmptyBits(open) };
  const all = ask ?? noBits(ends.virtual.length);
  if (nearby !== undefined) addBits(all, nearby);
  // A pod's own node may always send to it: to hosts that may come anyway that makes no difference.
  dropBits(all, open);
  if (unread !== undefined) addBits(all, unread);
  dropBits(open, all);
  const certain = isEmptyBits(all);
  return {
    allow: manySources(open),
    ask: certain ? undefined : all,
    closed: certain && isEmptyBits(open),
  };
}

/** Candidates are counted out one by one where they are fewer than one in this many. */
const sparse = 16;

/**
 * The allowed sources where they are few and rules alone decide, as in most namespaces that deny by default: then nobody else has to be looked at. undefined where that is
 * not so.
 */
function fewAllowed(
  { tables, ends, admin, hosts, unreadOut, scratch }: RowContext,
  destination: number,
  { ingress, egress }: PortView,
): readonly number[] | undefined {
  const size = ends.virtual.length;
  if (admin !== undefined || hosts !== undefined || unreadOut !== undefined) return undefined;
  const isPlain = ([{ peers }, truth]: readonly [SharedRule, Truth]): boolean =>
    truth === true && (peers === undefined || peers.maybe.length === 0);
  if (!ingress.every(isPlain) || !egress.every(isPlain)) return undefined;
  const isolated = tables.ingress[ends.virtual[destination]!.class] !== undefined;
  const lists = isolated
    ? ingress.map(([{ peers }]) => peers?.sure)
    : [tables.openOutList, ...egress.flatMap(([{ subjects }]) => [...subjects.values()])];
  let count = 0;
  for (const list of lists) {
    if (list === undefined) return undefined;
    count += list.length;
  }
  if (count * sparse > size) return undefined;
  const candidates = lists.length === 1 ? lists[0]! : new Set(lists.flatMap((list) => list ?? []));
  const found = isolated ? leaving(candidates, egress, tables, scratch) : [...candidates];
  return found.sort((a, b) => a - b);
}

/** Those of the candidates whose own policies let them out. */
function leaving(
  candidates: Iterable<number>,
  egress: PortView['egress'],
  { openOut }: NetworkTables,
  scratch: Bits,
): number[] {
  for (const [{ subjects }] of egress)
    for (const own of subjects.values()) for (const index of own) setBit(scratch, index);
  const found: number[] = [];
  for (const index of candidates) if (hasBit(openOut, index) || hasBit(scratch, index)) found.push(index);
  for (const [{ subjects }] of egress)
    for (const own of subjects.values()) for (const index of own) clearBit(scratch, index);
  return found;
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

function ingressRow(context: RowContext, destination: number, packet: Packet, view: PortView): DirectionRow {
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
    const skippable = hasBit(tables.openOut, destination) ? noBits(size) : allBits(size);
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

function egressRow(context: RowContext, destination: number, packet: Packet, view: PortView): EgressRow {
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
  { cluster }: RowContext,
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
