import { buildCluster, type Cluster, type ClusterOptions, type ClusterPod } from '../../src/cluster/index.ts';
import { readManifests } from '../../src/manifest/index.ts';
import type { Layer, Outcome, Protocol, Request, Verdict } from '../../src/model/index.ts';
import {
  allRequests,
  contains,
  differenceOf,
  findWitness,
  type HttpPassage,
  type MapEnd,
  type MapLayer,
  mapReach,
  type Passage,
  type RequestWitness,
} from '../../src/reach/index.ts';
import { arriveAtRules } from '../../src/reach/requests/arrive.ts';
import { decide } from '../../src/verdict/index.ts';
import type { Document, Random } from './random-cluster.ts';

/** What holding a map against verdicts came to: the cells that were compared, and the first that differs. */
export interface MapCheck {
  readonly cells: number;
  readonly conditional: number;
  readonly difference: string | undefined;
}

const protocols: readonly Protocol[] = ['TCP', 'UDP', 'SCTP'];
const everywhere = [53, 80, 443, 3306, 7777, 8080, 9000, 15008, 15020];
const requests: readonly RequestWitness[] = [
  { http: { method: 'GET', path: '/', host: 'web.a' }, jwt: 'none' },
  { http: { method: 'POST', path: '/a/b', host: 'x.y', headers: { 'x-a': '1' } }, jwt: 'none' },
  { http: { method: 'DELETE', path: '/admin/b?q=1', host: 'other.a:80' }, jwt: 'none' },
  {
    http: { method: 'GET', path: '/a', host: 'web.a.svc.cluster.local', headers: { 'x-a': '2x' } },
    jwt: { claims: { iss: 'https://i', sub: 'u', group: 'ops' } },
  },
  {
    http: { method: 'GET', path: '/a/c', host: 'x.b', headers: { 'x-user': 'u', 'x-group': 'ops' } },
    jwt: 'none',
  },
  { http: { method: 'POST', path: '/', host: 'x.b' }, jwt: 'none' },
];

/** Holds every cell of the map of a cluster against `decide`, pod by pod and port by port. */
export function checkMap(
  documents: readonly Document[],
  random: Random,
  options: ClusterOptions = {},
  layer: MapLayer = 'all',
): MapCheck {
  const text = JSON.stringify({ apiVersion: 'v1', kind: 'List', items: documents });
  const cluster = buildCluster(readManifests([{ name: 'cluster.json', text }]), options);
  const map = mapReach(cluster, { layer });
  const count = { cells: 0, conditional: 0 };
  const listed = new Map<MapEnd, Set<MapEnd>>();
  for (const { source, destination } of map.pairs())
    listed.set(source, (listed.get(source) ?? new Set<MapEnd>()).add(destination));
  for (const source of map.ends) {
    for (const destination of map.ends) {
      const passages = map.passages(source, destination);
      if (passages === undefined) continue;
      if (listed.get(source)?.has(destination) !== passages.length > 0 && passages.length > 0)
        return { ...count, difference: `${source.label} -> ${destination.label} is not among the pairs` };
      const difference = comparePair({ cluster, layer, random, count }, source, destination, passages);
      if (difference !== undefined) return { ...count, difference };
    }
  }
  return { ...count, difference: undefined };
}

interface Count {
  cells: number;
  conditional: number;
}

interface Check {
  readonly cluster: Cluster;
  readonly layer: MapLayer;
  readonly random: Random;
  readonly count: Count;
}

function comparePair(
  { cluster, layer, random, count }: Check,
  source: MapEnd,
  destination: MapEnd,
  passages: readonly Passage[],
): string | undefined {
  // Where it is not known whether an end is in the mesh, the map may say unknown of requests of which some are certain.
  const judged = onlyLayer(cluster, layer);
  const vague = isVague(cluster, source, destination);
  const pairs = podPairs(source, destination);
  for (const protocol of protocols) {
    const own = passages.filter((passage) => passage.protocol === protocol);
    const bounds = own.flatMap(({ ports }) => ports.flatMap(({ first, last }) => [first, last]));
    for (const port of new Set([...everywhere, ...bounds])) {
      const passage = own.find(({ ports }) => ports.some(({ first, last }) => first <= port && port <= last));
      const ask = (sent: Partial<Request>): Outcome =>
        agreement(
          pairs.map(([from, to]) => {
            const request: Request = {
              source: from,
              destination: to,
              port,
              protocol,
              complete: true,
              ...sent,
            };
            return outcomeIn(layer, decide(judged, request));
          }),
        );
      count.cells += pairs.length;
      const where = `${source.label} -> ${destination.label}, ${protocol} ${port}`;
      const bytes = compare(passage?.bytes ?? 'deny', ask({}), false);
      if (bytes !== undefined) return `${where}, bytes: ${bytes}`;
      if (protocol !== 'TCP') continue;
      const http = compareHttp(passage?.http ?? { outcome: 'deny' }, ask, random, vague, count);
      if (http !== undefined) return `${where}, ${http}`;
    }
  }
  return undefined;
}

/** The cluster without the policies of the other layer. */
function onlyLayer(cluster: Cluster, layer: MapLayer): Cluster {
  const { policies } = cluster;
  if (layer === 'authorization')
    return { ...cluster, policies: { ...policies, network: new Map(), admin: [] } };
  if (layer === 'all') return cluster;
  const istio = { authorization: new Map(), peerAuthentication: new Map(), requestAuthentication: new Map() };
  return { ...cluster, policies: { ...policies, ...istio } };
}

const networkLayers: ReadonlySet<Layer> = new Set(['egress policy', 'ingress policy']);

/** The outcome as far as one layer has a say. */
function outcomeIn(layer: MapLayer, { outcome, steps }: Verdict): Outcome {
  if (layer === 'all') return outcome;
  const own = steps.filter((step) => networkLayers.has(step.layer) === (layer === 'network'));
  if (own.some((step) => step.outcome === 'deny')) return 'deny';
  return own.some((step) => step.outcome === 'unknown') ? 'unknown' : 'allow';
}

/** Pods of one end that fare differently: nobody knows which of them is meant. */
function agreement(outcomes: readonly Outcome[]): Outcome {
  return outcomes.every((outcome) => outcome === outcomes[0]) ? outcomes[0]! : 'unknown';
}

function compareHttp(
  passage: HttpPassage,
  ask: (sent: Partial<Request>) => Outcome,
  random: Random,
  open: boolean,
  count: Count,
): string | undefined {
  const sample = [random.pick(requests), random.pick(requests)];
  if (passage.outcome !== 'depends') {
    for (const request of sample) {
      const told = compare(passage.outcome, ask(request), open);
      // A token where nobody takes any passes unseen; one that is refused is not on the map.
      if (told !== undefined && request.jwt === 'none') return `${JSON.stringify(request)}: ${told}`;
    }
    return undefined;
  }
  const { passing, unknown, universe } = passage;
  count.conditional++;
  const rest = differenceOf(differenceOf(allRequests, passing), unknown);
  for (const [set, expected] of [
    [passing, 'allow'],
    [unknown, 'unknown'],
    [rest, 'deny'],
  ] as const) {
    const witness = findWitness(set, universe);
    const told = witness === undefined ? undefined : compare(expected, ask(witness), open);
    if (told !== undefined) return `the witness ${JSON.stringify(witness)}: ${told}`;
  }
  for (const request of sample) {
    const arrived = arriveAtRules(request, universe);
    if (arrived === undefined) continue;
    const expected =
      contains(passing, arrived) === true
        ? 'allow'
        : contains(unknown, arrived) === true
          ? 'unknown'
          : 'deny';
    const told = compare(expected, ask(request), open);
    if (told !== undefined) return `the request ${JSON.stringify(request)}: ${told}`;
  }
  return undefined;
}

function compare(told: Outcome, verdict: Outcome, open: boolean): string | undefined {
  if (told === verdict || (open && told === 'unknown')) return undefined;
  return `the map says ${told}, the verdict is ${verdict}`;
}

function isVague(cluster: Cluster, source: MapEnd, destination: MapEnd): boolean {
  if (cluster.foreign.length > 0 || cluster.unreadable.length > 0) return true;
  // It is not known either whose address is seen of a client outside that comes in by a Service.
  if (source.kind === 'outside' && podsOf(destination).some(isOpenOutside)) return true;
  const pods = [source, destination].flatMap(podsOf);
  if (pods.some(({ membership }) => membership.facts !== undefined)) return true;
  // Nor which address a host has that a proxy asks for it.
  if (pods.some(({ hostNetwork, addresses }) => hostNetwork && addresses.length === 0)) return true;
  // Nor of which family the connections of a waypoint are, or which address it has.
  const waypoints = [...cluster.waypointPods.values()].map((key) => cluster.pods.get(key)!);
  if (waypoints.length === 0) return false;
  return new Set([...waypoints, ...pods].map(({ addresses }) => familiesOf(addresses))).size > 1;
}

function familiesOf(addresses: readonly string[]): string {
  return addresses.map((address) => (address.includes(':') ? 'IPv6' : 'IPv4')).join();
}

function podsOf(end: MapEnd): readonly ClusterPod[] {
  return end.kind === 'workload' ? end.pods : [];
}

function isOpenOutside({ services }: ClusterPod): boolean {
  return services.some(({ spec }) => spec.type !== 'ClusterIP' || spec.externalIPs.length > 0);
}

type Name = Request['source'];

function podPairs(source: MapEnd, destination: MapEnd): readonly (readonly [Name, Name])[] {
  return namesOf(source).flatMap((from) =>
    namesOf(destination)
      .filter((to) => JSON.stringify(to) !== JSON.stringify(from))
      .map((to) => [from, to] as const),
  );
}

function namesOf(end: MapEnd): readonly Name[] {
  if (end.kind === 'outside') return [{ kind: 'address', address: end.address }];
  return end.pods.map(({ namespace, name }) => ({ kind: 'pod', namespace, name }));
}
