import { buildCluster, type Cluster } from '../../src/cluster/index.ts';
import { readManifests } from '../../src/manifest/index.ts';
import type { Outcome, Protocol, Request } from '../../src/model/index.ts';
import {
  allRequests,
  contains,
  differenceOf,
  findWitness,
  type HttpPassage,
  type MapEnd,
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
const everywhere = [53, 80, 443, 7777, 8080, 9000, 15008, 15020];
const requests: readonly RequestWitness[] = [
  { http: { method: 'GET', path: '/', host: 'web.a' }, jwt: 'none' },
  { http: { method: 'POST', path: '/a/b', host: 'x.y', headers: { 'x-a': '1' } }, jwt: 'none' },
  { http: { method: 'DELETE', path: '/admin/b?q=1', host: 'other.a:80' }, jwt: 'none' },
  {
    http: { method: 'GET', path: '/a', host: 'web.a.svc.cluster.local', headers: { 'x-a': '2x' } },
    jwt: { claims: { iss: 'https://i', sub: 'u', group: 'ops' } },
  },
];

/** Holds every cell of the map of a cluster against `decide`, pod by pod and port by port. */
export function checkMap(documents: readonly Document[], random: Random): MapCheck {
  const text = JSON.stringify({ apiVersion: 'v1', kind: 'List', items: documents });
  const cluster = buildCluster(readManifests([{ name: 'cluster.json', text }]));
  const map = mapReach(cluster);
  const count = { cells: 0, conditional: 0 };
  for (const source of map.ends) {
    for (const destination of map.ends) {
      const passages = map.passages(source, destination);
      if (passages === undefined) continue;
      const difference = comparePair(cluster, random, source, destination, passages, count);
      if (difference !== undefined) return { ...count, difference };
    }
  }
  return { ...count, difference: undefined };
}

interface Count {
  cells: number;
  conditional: number;
}

function comparePair(
  cluster: Cluster,
  random: Random,
  source: MapEnd,
  destination: MapEnd,
  passages: readonly Passage[],
  count: Count,
): string | undefined {
  // Where it is not known whether an end is in the mesh, the map may say unknown of requests of which some are certain.
  const vague = isVague(cluster, source, destination);
  const pairs = podPairs(source, destination);
  for (const protocol of protocols) {
    const own = passages.filter((passage) => passage.protocol === protocol);
    const bounds = own.flatMap(({ ports }) => ports.flatMap(({ first, last }) => [first, last]));
    for (const port of new Set([...everywhere, ...bounds])) {
      const passage = own.find(({ ports }) => ports.some(({ first, last }) => first <= port && port <= last));
      for (const [from, to] of pairs) {
        const ask = (sent: Partial<Request>): Outcome =>
          decide(cluster, { source: from, destination: to, port, protocol, complete: true, ...sent }).outcome;
        count.cells++;
        const where = `${source.label} -> ${destination.label}, ${protocol} ${port}`;
        const open = vague || pairs.length > 1;
        const bytes = compare(passage?.bytes ?? 'deny', ask({}), open);
        if (bytes !== undefined) return `${where}, bytes: ${bytes}`;
        if (protocol !== 'TCP') continue;
        const http = compareHttp(passage?.http ?? { outcome: 'deny' }, ask, random, open, count);
        if (http !== undefined) return `${where}, ${http}`;
      }
    }
  }
  return undefined;
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
  if (cluster.foreign.length > 0 || cluster.unreadable.length > 0 || source.kind === 'outside') return true;
  return [source, destination].some(
    (end) => end.kind === 'workload' && end.pods.some(({ membership }) => membership.facts !== undefined),
  );
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
