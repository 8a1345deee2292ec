import type { Cluster } from '../cluster/index.ts';
import { type Endpoint, holdsPort, podEndpoint, type Request } from '../model/index.ts';
import {
  allRequests,
  differenceOf,
  findWitness,
  type MapEnd,
  type Passage,
  type ReachMap,
  type RequestSet,
} from '../reach/index.ts';
import {
  describeClosed,
  describePassages,
  formatPassageLine,
  type PairDecision,
  type PairDetail,
  type PassageLine,
} from '../report/index.ts';
import { decide } from '../verdict/index.ts';

/**
 * Asks about a pair once for every kind of traffic that the map tells apart there: what passes on each set of ports, what of HTTP does not, and the ports that
 * are closed. undefined where there is no such pair.
 */
export function detailPair(map: ReachMap, source: MapEnd, destination: MapEnd): PairDetail | undefined {
  const passages = map.passages(source, destination);
  if (passages === undefined) return undefined;
  const ask = asker(map.cluster, source, destination);
  const open = describePassages(passages, destination).flatMap((line) =>
    samplesOf(line, passages).map(({ title, sent }) => ask(title, line.example, sent)),
  );
  const closed = describeClosed(passages, destination).map(({ ports, example }) => {
    const decision = ask(ports, example, {});
    // That a proxy refuses what is not HTTP says nothing of who may send HTTP.
    return decision.verdict.decidedBy.because.kind === 'bad request'
      ? ask(ports, example, plainRequest)
      : decision;
  });
  return { source, destination, decisions: [...open, ...closed] };
}

/** What is sent beyond the ends and the port. */
type Sent = Pick<Request, 'http' | 'jwt'>;

interface Sample {
  readonly title: string;
  readonly sent: Sent;
}

function asker(
  cluster: Cluster,
  source: MapEnd,
  destination: MapEnd,
): (title: string, port: PassageLine['example'], sent: Sent) => PairDecision {
  const from = endpointOf(source, 0);
  const to = endpointOf(destination, source === destination ? 1 : 0);
  return (title, { protocol, port }, sent) => {
    const request: Request = { source: from, destination: to, port, protocol, ...sent, complete: true };
    return { title, request, verdict: decide(cluster, request) };
  };
}

function endpointOf(end: MapEnd, index: number): Endpoint {
  if (end.kind === 'outside') return { kind: 'address', address: end.address };
  return podEndpoint(end.pods[index]!);
}

/** One request of each kind that fares differently on the ports of a line. */
function samplesOf(
  { ports, requests, example }: PassageLine,
  passages: readonly Passage[],
): readonly Sample[] {
  const title = formatPassageLine({ ports, requests });
  const passage = passages.find(
    (each) => each.protocol === example.protocol && holdsPort(each.ports, example.port),
  );
  const { http, bytes } = passage ?? { http: undefined, bytes: 'allow' };
  if (http === undefined || http.outcome === bytes || http.outcome === 'deny') return [{ title, sent: {} }];
  if (http.outcome !== 'depends') return [{ title, sent: plainRequest }];
  const { passing, unknown, universe } = http;
  const others = differenceOf(differenceOf(allRequests, passing), unknown);
  const sample = (text: string, set: RequestSet): readonly Sample[] => {
    const witness = findWitness(set, universe);
    return witness === undefined ? [] : [{ title: text, sent: witness }];
  };
  return [
    ...sample(title, passing.length > 0 ? passing : unknown),
    ...(passing.length > 0 ? sample(`${ports}: requests of which it is not known`, unknown) : []),
    ...sample(`${ports}: other HTTP`, others),
  ];
}

const plainRequest: Sent = { http: { method: 'GET', path: '/' } };
