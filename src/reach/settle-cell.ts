import type { Cluster, ClusterPod } from '../cluster/index.ts';
import type { HttpRequest, Layer, Outcome, Request, Verdict } from '../model/index.ts';
import { decide } from '../verdict/index.ts';
import type { Cell } from './cells.ts';
import { allRequests, differenceOf, findWitness, noRequests, type RequestWitness } from './requests/index.ts';
import type { HttpPassage, MapEnd, MapLayer, Passage } from './types.ts';

/** Any request will do where no rule looks at requests. */
const anyRequest: RequestWitness = { http: { method: 'GET', path: '/', host: 'any.example' }, jwt: 'none' };

/**
 * What a verdict says of a cell that policies alone leave open: asked with bytes, with a request that the rules of requests let pass and with one that they do not. Where pods of
 * the two ends fare differently, nobody knows which of them is meant.
 */
export function settleCell(
  cluster: Cluster,
  layer: MapLayer,
  source: MapEnd,
  destination: MapEnd,
  { protocol, ports, bytes: guess, http: guessed }: Cell,
): readonly Passage[] {
  const { first } = ports[0]!;
  const ask = (sent: Partial<Request>): Outcome =>
    agreement(
      podPairs(source, destination).map(([from, to]) =>
        outcomeIn(
          layer,
          decide(cluster, { source: from, destination: to, port: first, protocol, complete: true, ...sent }),
        ),
      ),
    );
  const bytes = guess === 'deny' && guessed.outcome === 'allow' ? guess : ask({});
  if (protocol !== 'TCP') return bytes === 'deny' ? [] : [{ protocol, ports, bytes, http: undefined }];
  const http = settleHttp(guessed, (witness) => ask({ http: witness.http as HttpRequest, jwt: witness.jwt }));
  return bytes === 'deny' && http.outcome === 'deny' ? [] : [{ protocol, ports, bytes, http }];
}

function settleHttp(guessed: HttpPassage, ask: (witness: RequestWitness) => Outcome): HttpPassage {
  if (guessed.outcome !== 'depends') return { outcome: ask(anyRequest) };
  const { passing, unknown, universe } = guessed;
  const good = findWitness(passing, universe);
  const bad = findWitness(differenceOf(differenceOf(allRequests, passing), unknown), universe);
  const forGood = good === undefined ? 'deny' : ask(good);
  const forBad = bad === undefined ? 'deny' : ask(bad);
  if (forGood === 'deny' && forBad === 'deny') return { outcome: 'deny' };
  if (forGood === 'allow') {
    if (forBad === 'allow') return { outcome: 'allow' };
    return forBad === 'deny' ? guessed : { ...guessed, unknown: differenceOf(allRequests, passing) };
  }
  if (forBad !== 'deny') return { outcome: 'unknown' };
  return { ...guessed, passing: noRequests, unknown: [...passing, ...unknown] };
}

function agreement(outcomes: readonly Outcome[]): Outcome {
  return outcomes.every((outcome) => outcome === outcomes[0]) ? outcomes[0]! : 'unknown';
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
      if (!pairs.has(key)) pairs.set(key, [podName(from), podName(to)]);
    }
  }
  return [...pairs.values()];
}

function nameOf(end: MapEnd): Name {
  return end.kind === 'outside' ? { kind: 'address', address: end.address } : podName(end.pods[0]!);
}

function podName({ namespace, name }: ClusterPod): Name {
  return { kind: 'pod', namespace, name };
}

const networkLayers: ReadonlySet<Layer> = new Set(['egress policy', 'ingress policy']);

/** The outcome as far as one layer has a say. */
function outcomeIn(layer: MapLayer, verdict: Verdict): Outcome {
  if (layer === 'all') return verdict.outcome;
  const steps = verdict.steps.filter((step) => networkLayers.has(step.layer) === (layer === 'network'));
  if (steps.some(({ outcome }) => outcome === 'deny')) return 'deny';
  return steps.some(({ outcome }) => outcome === 'unknown') ? 'unknown' : 'allow';
}
