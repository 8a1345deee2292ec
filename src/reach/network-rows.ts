import type { Cluster, PolicyHabits } from '../cluster/index.ts';
import { any, type Packet, type PacketEnd, type Protocol, type Truth } from '../model/index.ts';
import { matchPort, type Port } from '../policy/network/index.ts';
import { habitsOf, unreadNetworkPolicies } from '../verdict/index.ts';
import { readAdminPolicies } from './admin-policies.ts';
import { type Bits, isEmptyBits, noBits, setBit } from './bits.ts';
import type { Ends } from './ends.ts';
import type { EgressRule, NetworkTables, SharedRule } from './network-policies.ts';
import { buildRow, type NetworkRow, type PortView, type RowContext } from './network-tiers.ts';
import type { PeerSets } from './peer-sets.ts';
import type { PortPiece } from './port-cuts.ts';

/** The network policies of a cluster as rows: for a destination and port, who may come. */
export interface NetworkRows {
  /** Works out the rows of all pieces of a protocol's ports together, which is faster than port by port. */
  prepare(destination: number, protocol: Protocol, pieces: readonly PortPiece[]): void;
  /** The row of a virtual end; rows of one end that come out alike are the same object. */
  row(destination: number, protocol: Protocol, port: number): NetworkRow;
  /** Numbers at which the rules that speak of a class may change their mind; port names are among the pod's own ports. */
  cuts(destinationClass: number, protocol: Protocol): readonly number[];
}

/** Prepares the rows of a cluster; each is worked out when it is asked for. */
export function networkRows(
  cluster: Cluster,
  ends: Ends,
  peers: PeerSets,
  tables: NetworkTables,
): NetworkRows {
  const context: RowContext = {
    cluster,
    ends,
    tables,
    admin: readAdminPolicies(cluster, ends, peers),
    habits: habitsOf(cluster.settings.cni),
    unreadOut: unreadSources(cluster, ends),
    hosts: hostSources(ends),
    scratch: noBits(ends.virtual.length),
  };
  let current = rulesTo(context, 0);
  return {
    row(destination, protocol, port) {
      if (destination !== current.destination) current = rulesTo(context, destination);
      return rowOf(context, current, protocol, port);
    },
    prepare(destination, protocol, pieces) {
      if (context.admin !== undefined) return;
      if (destination !== current.destination) current = rulesTo(context, destination);
      prepareRows(context, current, protocol, pieces);
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
  readonly byPort: Map<number, NetworkRow>;
}

function rulesTo({ tables, ends }: RowContext, destination: number): DestinationRules {
  const { packet, class: own } = ends.virtual[destination]!;
  return {
    destination,
    packet,
    ingress: tables.ingress[own] ?? [],
    egress: egressRulesTo(tables, destination),
    known: new Map(),
    byPort: new Map(),
  };
}

function egressRulesTo(
  { egress, egressTo, egressAnywhere }: NetworkTables,
  destination: number,
): EgressRule[] {
  return [...(egressTo[destination] ?? []), ...egressAnywhere].map((key) => egress.get(key)!);
}

function rowOf(context: RowContext, rules: DestinationRules, protocol: Protocol, port: number): NetworkRow {
  const place = placeOf(protocol, port);
  const before = rules.byPort.get(place);
  if (before !== undefined) return before;
  const packet: Packet = { source: rules.packet, destination: rules.packet, protocol, port };
  const hits: Hit[] = [];
  for (const [at, rule] of [...rules.ingress, ...rules.egress].entries()) {
    const truth = portTruth(rule, packet, context.habits);
    if (truth !== false) hits.push({ at, truth });
  }
  const row =
    context.admin === undefined
      ? rowFor(context, rules, packet, hits)
      : buildRow(context, rules.destination, packet, viewOf(rules, hits));
  rules.byPort.set(place, row);
  return row;
}

function placeOf(protocol: Protocol, port: number): number {
  return port * 4 + (protocol === 'TCP' ? 0 : protocol === 'UDP' ? 1 : 2);
}

/** A rule whose ports hold, or may; `at` counts ingress rules first, then egress rules. */
interface Hit {
  readonly at: number;
  readonly truth: Truth;
}

/** Each rule enters itself at the pieces that its ports hold: as a rule few of many. */
function prepareRows(
  context: RowContext,
  rules: DestinationRules,
  protocol: Protocol,
  pieces: readonly PortPiece[],
): void {
  const packetAt = (port: number): Packet => ({
    source: rules.packet,
    destination: rules.packet,
    protocol,
    port,
  });
  const places = new Map(pieces.map(({ first }, i) => [first, i]));
  const hits = pieces.map((): Hit[] => []);
  for (const [at, { ports }] of [...rules.ingress, ...rules.egress].entries()) {
    if (ports === undefined || ports.some((port) => port.protocol === protocol && port.numbers === 'any')) {
      for (const own of hits) own.push({ at, truth: true });
      continue;
    }
    for (const port of ports) {
      if (port.protocol !== protocol || port.numbers === 'any') continue;
      const [first, last] = rangeOf(port.numbers);
      for (let i = places.get(first) ?? 0; i < pieces.length && pieces[i]!.first <= last; i++) {
        const piece = pieces[i]!;
        if (piece.first < first) continue;
        const truth = matchPort(port, packetAt(piece.first), context.habits);
        if (truth !== false) enter(hits[i]!, at, truth);
      }
    }
  }
  for (const [i, { first }] of pieces.entries())
    rules.byPort.set(placeOf(protocol, first), rowFor(context, rules, packetAt(first), hits[i]!));
}

/** A name may stand for any port. */
function rangeOf(numbers: Exclude<Port['numbers'], 'any'>): readonly [number, number] {
  return 'name' in numbers ? [1, 65535] : [numbers.first, numbers.last];
}

function enter(hits: Hit[], at: number, truth: Truth): void {
  const last = hits.at(-1);
  if (last?.at !== at) hits.push({ at, truth });
  else if (truth === true) hits[hits.length - 1] = { at, truth };
}

/** The row for some rules; the same rules, the same row. */
function rowFor(
  context: RowContext,
  rules: DestinationRules,
  packet: Packet,
  hits: readonly Hit[],
): NetworkRow {
  let key = '';
  for (const { at, truth } of hits)
    key += String.fromCharCode((at & 0x7fff) | (truth === true ? 0 : 0x8000), at >>> 15);
  let row = rules.known.get(key);
  if (row === undefined) {
    row = buildRow(context, rules.destination, packet, viewOf(rules, hits));
    rules.known.set(key, row);
  }
  return row;
}

function viewOf({ ingress, egress }: DestinationRules, hits: readonly Hit[]): PortView {
  const inward = ingress.length;
  return {
    ingress: hits.filter(({ at }) => at < inward).map(({ at, truth }) => [ingress[at]!, truth]),
    egress: hits.filter(({ at }) => at >= inward).map(({ at, truth }) => [egress[at - inward]!, truth]),
  };
}

function portTruth({ ports }: SharedRule, packet: Packet, habits: PolicyHabits): Truth {
  return ports === undefined || any(ports, (port) => matchPort(port, packet, habits));
}

function cutsOf({ tables, ends, admin }: RowContext, index: number, protocol: Protocol): readonly number[] {
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

function hostSources({ classes, virtual }: Ends): Bits | undefined {
  const bits = noBits(virtual.length);
  for (const { end, virtual: own } of classes) if (end.host) for (const index of own) setBit(bits, index);
  return isEmptyBits(bits) ? undefined : bits;
}
