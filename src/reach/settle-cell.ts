import type { Cluster, Policies } from '../cluster/index.ts';
import { type Layer, type Outcome, podEndpoint, type Request, type Verdict } from '../model/index.ts';
import { decide } from '../verdict/index.ts';
import type { Cell } from './cells.ts';
import { agreement } from './flow.ts';
import { passageOfSets } from './passages.ts';
import { probesOf } from './probes.ts';
import {
  allRequests,
  differenceOf,
  findWitness,
  noRequests,
  type RequestSet,
  type RequestWitness,
  unionOf,
} from './requests/index.ts';
import type { HttpPassage, MapEnd, MapLayer, Passage } from './types.ts';

/** Any request will do where no rule looks at requests. */
const anyRequest: RequestWitness = { http: { method: 'GET', path: '/', host: 'any.example' }, jwt: 'none' };

/**
 * What a verdict says of a cell that policies alone leave open: asked with bytes, with a request that the rules of requests let pass and with one that they do not. Where the
 * road is not known either, requests of all kinds that policies near the destination tell apart are asked about. Where pods of the two ends fare differently, nobody knows which of them is meant.
 */
export function settleCell(
  cluster: Cluster,
  layer: MapLayer,
  source: MapEnd,
  destination: MapEnd,
  { protocol, ports, bytes: guess, http: guessed, doubt }: Cell,
): readonly Passage[] {
  const { first } = ports[0]!;
  const judged = onlyLayer(cluster, layer);
  const ask = (sent: Partial<Request>): Outcome =>
    agreement(
      podPairs(source, destination).map(([from, to]) =>
        outcomeIn(
          layer,
          decide(judged, {
            source: from,
            destination: to,
            port: first,
            protocol,
            complete: true,
            ...sent,
          }),
        ),
      ),
    );
  const bytes = doubt === undefined ? guess : ask({});
  if (protocol !== 'TCP') return bytes === 'deny' ? [] : [{ protocol, ports, bytes, http: undefined }];
  const others =
    doubt === 'road' && destination.kind === 'workload' ? probesOf(cluster, destination.pods[0]!) : [];
  const http =
    doubt === undefined ? guessed : settleHttp(guessed, others, ({ http, jwt }) => ask({ http, jwt }));
  return bytes === 'deny' && http.outcome === 'deny' ? [] : [{ protocol, ports, bytes, http }];
}

function settleHttp(
  guessed: HttpPassage,
  probes: readonly RequestWitness[],
  ask: (witness: RequestWitness) => Outcome,
): HttpPassage {
  if (guessed.outcome !== 'depends') {
    const outcome = agreement([anyRequest, ...probes].map(ask));
    return { outcome };
  }
  const { passing, unknown, universe } = guessed;
  const regions = [passing, unknown, differenceOf(differenceOf(allRequests, passing), unknown)].flatMap(
    (set) => {
      const witness = findWitness(set, universe);
      return witness === undefined ? [] : [{ set, outcome: ask(witness) }];
    },
  );
  if (probes.length > 0)
    return { outcome: agreement([...regions.map(({ outcome }) => outcome), ...probes.map(ask)]) };
  const setOf = (wanted: Outcome): RequestSet =>
    regions
      .filter(({ outcome }) => outcome === wanted)
      .reduce((all, { set }) => unionOf(all, set), noRequests);
  return passageOfSets(setOf('allow'), setOf('unknown'), universe);
}

type Name = Request['source'];

/** Pods that stand for the pairs of two ends: only whether both are on one node can matter, and that they are two. */
function podPairs(source: MapEnd, destination: MapEnd): readonly (readonly [Name, Name])[] {
  if (source.kind === 'outside' || destination.kind === 'outside')
    return [[nameOf(source), nameOf(destination)]];
  const pairs = new Map<string, readonly [Name, Name]>();
  for (const from of source.pods) {
    for (const to of destination.pods) {
      if (from === to) continue;
      const near = from.node === undefined || to.node === undefined ? 'unknown' : from.node === to.node;
      const key = from.hostNetwork || to.hostNetwork ? `${near}` : '';
      if (!pairs.has(key)) pairs.set(key, [podEndpoint(from), podEndpoint(to)]);
    }
  }
  return [...pairs.values()];
}

function nameOf(end: MapEnd): Name {
  return end.kind === 'outside' ? { kind: 'address', address: end.address } : podEndpoint(end.pods[0]!);
}

const strippedClusters = new WeakMap<Cluster, Map<MapLayer, Cluster>>();

/** The cluster without the policies of other layers: what they leave open would hide what is certain in this one. */
function onlyLayer(cluster: Cluster, layer: MapLayer): Cluster {
  if (layer === 'all') return cluster;
  const byLayer = strippedClusters.get(cluster) ?? new Map<MapLayer, Cluster>();
  strippedClusters.set(cluster, byLayer);
  let stripped = byLayer.get(layer);
  if (stripped === undefined) {
    const none: Pick<Policies, 'authorization' | 'peerAuthentication' | 'requestAuthentication'> = {
      authorization: new Map(),
      peerAuthentication: new Map(),
      requestAuthentication: new Map(),
    };
    const others = layer === 'network' ? none : { network: new Map(), admin: [] };
    stripped = { ...cluster, policies: { ...cluster.policies, ...others } };
    byLayer.set(layer, stripped);
  }
  return stripped;
}

const networkLayers: ReadonlySet<Layer> = new Set(['egress policy', 'ingress policy']);

/** The outcome as far as one layer has a say. */
function outcomeIn(layer: MapLayer, verdict: Verdict): Outcome {
  if (layer === 'all') return verdict.outcome;
  const steps = verdict.steps.filter((step) => networkLayers.has(step.layer) === (layer === 'network'));
  if (steps.some(({ outcome }) => outcome === 'deny')) return 'deny';
  return steps.some(({ outcome }) => outcome === 'unknown') ? 'unknown' : 'allow';
}
