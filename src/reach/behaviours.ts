import type { Cluster } from '../cluster/index.ts';
import type { Outcome, PortRange, Protocol } from '../model/index.ts';
import { type EndSet, isIn, newShelf, type Shelf, shelve } from './end-set.ts';
import type { EndClass, Ends, VirtualEnd } from './ends.ts';
import type { Doubt, Flow } from './flow.ts';
import { type FlowContext, flowContext, type Surroundings, surroundingsOf } from './flow-context.ts';
import { flowsTo, isShut } from './flows.ts';
import { type NetworkTables, readNetworkPolicies } from './network-policies.ts';
import { networkRows } from './network-rows.ts';
import type { NetworkRow } from './network-tiers.ts';
import { indexPeers, type PeerSets } from './peer-sets.ts';
import { type PortCutter, type PortPiece, portCutter } from './port-cuts.ts';
import { type SourceConditions, sourceConditions } from './source-conditions.ts';
import { join } from './sources.ts';
import type { HttpPassage, MapLayer } from './types.ts';

/** What comes from some sources through some ports of a destination. */
export interface Stream {
  readonly sources: EndSet;
  readonly bytes: Outcome;
  readonly http: HttpPassage;
  readonly doubt: Doubt | undefined;
}

/** Ports of a destination that behave alike, and what comes through them. */
export interface Behaviour {
  readonly protocol: Protocol;
  readonly ports: readonly PortRange[];
  readonly streams: readonly Stream[];
}

const protocols: readonly Protocol[] = ['TCP', 'UDP', 'SCTP'];

/** What is worked out once for all destinations, and kept to make the next map from. */
export interface Tables {
  readonly context: FlowContext;
  readonly cutter: PortCutter;
  readonly shelf: Shelf;
  readonly peers: PeerSets;
  readonly network: NetworkTables;
  readonly conditions: SourceConditions;
}

/** Prepares everything that destinations share. */
export function prepareTables(cluster: Cluster, ends: Ends, layer: MapLayer): Tables {
  const peers = indexPeers(cluster, ends);
  return assembleTables(cluster, surroundingsOf(cluster, ends, layer), {
    peers,
    network: readNetworkPolicies(cluster, ends, peers),
    conditions: sourceConditions(cluster, ends),
    shelf: newShelf(ends.virtual.length),
  });
}

/** Puts tables together for a cluster that has those policies. */
export function assembleTables(
  cluster: Cluster,
  around: Surroundings,
  parts: Pick<Tables, 'peers' | 'network' | 'conditions' | 'shelf'>,
): Tables {
  const rows =
    around.layer === 'authorization'
      ? undefined
      : networkRows(cluster, around.ends, parts.peers, parts.network);
  const context = flowContext(cluster, around, rows, parts.conditions);
  return { ...parts, context, cutter: portCutter(cluster, context.rows) };
}

/** Works out what comes to one class of destinations: for each of its virtual ends. */
export function behavioursOf(tables: Tables, destination: EndClass): readonly (readonly Behaviour[])[] {
  const { context, cutter } = tables;
  const cuts = protocols.map((protocol) => ({ protocol, ranges: cutter(destination, protocol) }));
  return destination.virtual.map((index) =>
    cuts.flatMap(({ protocol, ranges }) =>
      mergePorts(tables, context.ends.virtual[index]!, protocol, ranges),
    ),
  );
}

/** Puts ports together that come out alike; those through which nothing comes are left out. */
function mergePorts(
  { context, shelf }: Tables,
  destination: VirtualEnd,
  protocol: Protocol,
  pieces: readonly PortPiece[],
): readonly Behaviour[] {
  context.rows.prepare(destination.index, protocol, pieces);
  const ordinary = new Map<NetworkRow, readonly Stream[]>();
  const found = new Map<string, { readonly ports: PortRange[]; readonly streams: readonly Stream[] }>();
  for (const { first, last, ordinary: isOrdinary } of pieces) {
    const row = context.rows.row(destination.index, protocol, first);
    if (isShut(context, destination, protocol, row)) continue;
    const streams =
      (isOrdinary ? ordinary.get(row) : undefined) ??
      streamsOf(flowsTo(context, destination, protocol, first), shelf);
    if (isOrdinary) ordinary.set(row, streams);
    if (streams.length === 0) continue;
    const alike = streams.map(streamKey).join(';');
    // What a verdict is asked for may come out differently for ports that look alike here.
    const key = streams.some(({ doubt }) => doubt !== undefined) ? `${alike} ${first}` : alike;
    const known = found.get(key);
    const before = known?.ports.at(-1);
    if (known === undefined) found.set(key, { ports: [{ first, last }], streams });
    else if (before!.last + 1 === first) known.ports[known.ports.length - 1] = { first: before!.first, last };
    else known.ports.push({ first, last });
  }
  return [...found.values()].map(({ ports, streams }) => ({ protocol, ports, streams }));
}

/** Sources that fare alike, together. */
function streamsOf(flows: readonly Flow[], shelf: Shelf): readonly Stream[] {
  const alike = new Map<string, Flow>();
  for (const flow of flows) {
    const key = `${flow.bytes} ${flow.doubt} ${idOf(flow.http)}`;
    const before = alike.get(key);
    const sources = before === undefined ? flow.sources : join(before.sources, flow.sources, shelf.bound);
    alike.set(key, { ...flow, sources });
  }
  return [...alike.values()].map(({ sources, bytes, http, doubt }) => ({
    sources: shelve(shelf, sources),
    bytes,
    http,
    doubt,
  }));
}

function streamKey({ sources, bytes, http, doubt }: Stream): string {
  return `${idOf(sources)} ${bytes} ${doubt} ${idOf(http)}`;
}

const ids = new WeakMap<object, number>();
let lastId = 0;

/** A number for an object: the same for the same one. */
export function idOf(object: object): number {
  let id = ids.get(object);
  if (id === undefined) {
    id = ++lastId;
    ids.set(object, id);
  }
  return id;
}

/** What comes from a source through each of some ports: the stream that holds it. */
export function streamFrom({ streams }: Behaviour, source: number): Stream | undefined {
  return streams.find(({ sources }) => isIn(sources, source));
}
