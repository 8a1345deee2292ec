import { type Cluster, selectsLabels } from '../cluster/index.ts';
import { addMadeUpPods, type MadeUpPod, type MeshPart } from './made-up-pods.ts';
import { mapReach } from './map.ts';
import { passagesKey } from './passages-key.ts';
import { type PeerShape, shapeKey, widerShape } from './peer-shape.ts';
import { collectPeerShapes, distinctShapes, type PeerMention, type PeerShapes } from './peer-shapes.ts';
import type { MapEnd, MapLayer, OutsideEnd, Passage, ReachMap, WorkloadEnd } from './types.ts';

/** Someone who could be there: pods of a shape, or addresses outside. */
export type ExposurePeer =
  | {
      readonly kind: 'pods';
      readonly shape: PeerShape;
      /** `any`: in the mesh or not, all the same. */
      readonly mesh: MeshPart | 'any';
      /** The made-up pod that was asked about. Its names mean nothing to anybody. */
      readonly end: WorkloadEnd;
    }
  | { readonly kind: 'outside'; readonly end: OutsideEnd };

/** A peer and what passes; no passages: it is an exception from a wider one that something passes for. */
export interface ExposureItem {
  readonly peer: ExposurePeer;
  readonly passages: readonly Passage[];
}

/** What workloads accept from anything that could exist, and what they may reach of it. */
export interface ExposureMap {
  readonly layer: MapLayer;
  /** Those of the cluster, in the map's order. */
  readonly workloads: readonly WorkloadEnd[];
  readonly outside: readonly OutsideEnd[];
  /** Wider peers first; a narrower one only where it differs from them. */
  accepts(workload: WorkloadEnd): readonly ExposureItem[];
  /** The same for receivers; what their own part in the mesh does is left out. */
  reaches(workload: WorkloadEnd): readonly ExposureItem[];
}

/** A made-up pod as an end of the map. */
interface Stranger extends MadeUpPod {
  readonly end: WorkloadEnd;
}

/** Asks a cluster with pods that could exist who of them gets where. */
export function mapExposure(cluster: Cluster, options: { readonly layer?: MapLayer } = {}): ExposureMap {
  const layer = options.layer ?? 'all';
  const peers = collectPeerShapes(cluster);
  const shapes = distinctShapes([...peers.general, ...peers.mentions.flatMap((mention) => mention.shapes)]);
  const extended = addMadeUpPods(cluster, shapes, partsOf(cluster, layer));
  const map = mapReach(extended.cluster, { layer });
  const strangers = strangersOf(map, extended.madeUp);
  const isMadeUp = new Set([...strangers.values()].flat().map(({ end }) => end));
  const outside = map.ends.filter((end) => end.kind === 'outside');
  const concerning = mentionIndex(peers);
  return {
    layer,
    outside,
    workloads: map.ends.filter((end) => end.kind === 'workload').filter((end) => !isMadeUp.has(end)),
    accepts: (workload) => {
      const ask = (end: MapEnd): readonly Passage[] => map.passages(end, workload) ?? [];
      const variants = concerning(workload, 'accepts').map((shape) => strangers.get(shapeKey(shape)) ?? []);
      return [...simplify(variants, ask), ...askOutside(outside, ask)];
    },
    reaches: (workload) => {
      const ask = (end: MapEnd): readonly Passage[] => map.passages(workload, end) ?? [];
      const variants = concerning(workload, 'reaches').map((shape) =>
        (strangers.get(shapeKey(shape)) ?? []).filter(({ mesh }) => mesh === 'none'),
      );
      return [...simplify(variants, ask), ...askOutside(outside, ask)];
    },
  };
}

/** Finds the shapes to ask about for a workload: the general ones, and those that policies about it name. */
function mentionIndex({
  general,
  mentions,
}: PeerShapes): (workload: WorkloadEnd, direction: PeerMention['direction']) => readonly PeerShape[] {
  const byNamespace = Map.groupBy(mentions, ({ namespace }) => namespace);
  return ({ namespace, pods }, direction) => {
    const near = [...(byNamespace.get(namespace) ?? []), ...(byNamespace.get(undefined) ?? [])];
    const own = near.filter(
      (mention) => mention.direction === direction && selectsLabels(mention.pods, pods[0]!.labels),
    );
    return distinctShapes([...general, ...own.flatMap(({ shapes }) => shapes)]);
  };
}

/** To the network alone the mesh is nothing; without a sign of a data plane nobody is in it. */
function partsOf({ traces }: Cluster, layer: MapLayer): readonly MeshPart[] {
  if (layer === 'network') return ['none'];
  return [
    'none',
    ...(traces.sidecars ? ['sidecar' as const] : []),
    ...(traces.ambient ? ['ambient' as const] : []),
  ];
}

/** The made-up pods by their shape's key. */
function strangersOf(map: ReachMap, madeUp: readonly MadeUpPod[]): ReadonlyMap<string, readonly Stranger[]> {
  const ends = new Map(
    map.ends.flatMap((end) =>
      end.kind === 'workload' ? end.pods.map((pod) => [pod.key, end] as const) : [],
    ),
  );
  const found = madeUp.flatMap((each) => {
    const end = ends.get(each.pod.key);
    return end === undefined ? [] : [{ ...each, end }];
  });
  return Map.groupBy(found, ({ shape }) => shapeKey(shape));
}

function askOutside(
  ends: readonly OutsideEnd[],
  ask: (end: MapEnd) => readonly Passage[],
): readonly ExposureItem[] {
  return ends
    .map((end): ExposureItem => ({ peer: { kind: 'outside', end }, passages: ask(end) }))
    .filter(({ passages }) => passages.length > 0);
}

/**
 * Leaves out every shape for which the same passes as for the next wider one, and the widest where nothing passes for it; shapes that differ by their part in
 * the mesh alone, and for which the same passes, become one.
 */
function simplify(
  shapes: readonly (readonly Stranger[])[],
  ask: (end: MapEnd) => readonly Passage[],
): readonly ExposureItem[] {
  const answers = new Map<string, ReadonlyMap<MeshPart, Answered>>();
  const items: ExposureItem[] = [];
  for (const variants of shapes) {
    const shape = variants[0]?.shape;
    if (shape === undefined) continue;
    const own = new Map(variants.map(({ mesh, end }) => [mesh, answer(end, ask)]));
    answers.set(shapeKey(shape), own);
    const wider = widerAnswers(shape, answers);
    const news = [...own].filter(([mesh, { text }]) => text !== (wider?.get(mesh)?.text ?? nothing));
    const [first] = news;
    if (first === undefined) continue;
    const isOne = news.length === own.size && news.every(([, { text }]) => text === first[1].text);
    const shown = isOne && shape.account === undefined ? [['any', first[1]] as const] : news;
    for (const [mesh, { end, passages }] of shown)
      items.push({ peer: { kind: 'pods', shape, mesh, end }, passages });
  }
  return items;
}

interface Answered {
  readonly end: WorkloadEnd;
  readonly passages: readonly Passage[];
  readonly text: string;
}

const nothing = passagesKey([]);

function answer(end: WorkloadEnd, ask: (end: MapEnd) => readonly Passage[]): Answered {
  const passages = ask(end);
  return { end, passages, text: passagesKey(passages) };
}

/** What passes for the next wider shape that was asked. */
function widerAnswers(
  shape: PeerShape,
  answers: ReadonlyMap<string, ReadonlyMap<MeshPart, Answered>>,
): ReadonlyMap<MeshPart, Answered> | undefined {
  for (let wider = widerShape(shape); wider !== undefined; wider = widerShape(wider)) {
    const found = answers.get(shapeKey(wider));
    if (found !== undefined) return found;
  }
  return undefined;
}
