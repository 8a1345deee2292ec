import { type ClusterPod, isDeclaredHttp, serviceHostFor, servicePortFor } from '../cluster/index.ts';
import {
  type Endpoint,
  type HttpRequest,
  holdsPort,
  hostHeader,
  type PortRange,
  type Protocol,
  podEndpoint,
  type Request,
} from '../model/index.ts';
import type { RequestWitness } from '../reach/index.ts';
import type { MatchedEnd, MatchedWorkload } from './match-ends.ts';

/** Ports that people know, for where nobody declares one. */
const usualPorts = [80, 443, 8080, 53];

/** A request as each side has it. */
export interface TwoRequests {
  readonly before: Request;
  readonly after: Request;
}

/** One pair of a group: the ends, and whether they are pods of one workload. */
export interface Pair {
  readonly scope: 'between' | 'within';
  readonly source: MatchedEnd;
  readonly destination: MatchedEnd;
}

/** The request on both sides. `http`: its HTTP part; undefined = bytes, or on a port that is declared as HTTP a plain GET where `mayBeHttp`. */
export function requestsFor(
  pair: Pair,
  protocol: Protocol,
  ports: readonly PortRange[],
  sample: RequestWitness | undefined,
  mayBeHttp: boolean,
): TwoRequests {
  const port = choosePort(pair.destination, protocol, ports);
  const { source, destination } = pair;
  const told = sample ?? (mayBeHttp && isHttpPort(destination, port) ? plainGet : undefined);
  const make = (side: 'before' | 'after'): Request => ({
    source: endpointOf(source, side, 0),
    destination: endpointOf(destination, side, pair.scope === 'within' ? 1 : 0),
    port,
    protocol,
    ...(told === undefined ? {} : { http: completeHttp(told.http, destination, port) }),
    // A request that is complete has no token unless it says so.
    ...(told === undefined || told.jwt === 'none' ? {} : { jwt: told.jwt }),
    complete: true,
  });
  return { before: make('before'), after: make('after') };
}

const plainGet: RequestWitness = { http: { method: 'GET', path: '/' }, jwt: 'none' };

function endpointOf(end: MatchedEnd, side: 'before' | 'after', index: number): Endpoint {
  if (end.kind === 'outside') return { kind: 'address', address: end.address };
  return podEndpoint((end.pods[index] ?? end.pods[0]!)[side]);
}

/** A port that a Service leads to, else one that a container declares, else one that people know, else the first. */
function choosePort(end: MatchedEnd, protocol: Protocol, ports: readonly PortRange[]): number {
  const isIn = (port: number): boolean => holdsPort(ports, port);
  const pods = end.kind === 'workload' ? podsOf(end) : [];
  const declared = pods.flatMap((pod) =>
    pod.ports.filter((port) => port.protocol === protocol).map(({ containerPort }) => containerPort),
  );
  const targets = pods.flatMap((pod) =>
    pod.services.flatMap(({ spec }) =>
      spec.ports.map(({ port, targetPort = port }) => targetPort).filter((port) => typeof port === 'number'),
    ),
  );
  const isServed = (port: number): boolean =>
    pods.some((pod) => servicePortFor(pod, port, protocol) !== undefined);
  const candidates = [...declared, ...targets].filter(isIn);
  return candidates.find(isServed) ?? candidates[0] ?? usualPorts.find(isIn) ?? ports[0]!.first;
}

function isHttpPort(end: MatchedEnd, port: number): boolean {
  if (end.kind === 'outside') return false;
  return podsOf(end).every((pod) => isDeclaredHttp(pod, port));
}

function podsOf({ pods }: MatchedWorkload): readonly ClusterPod[] {
  return [pods[0]!.after, pods[0]!.before];
}

/** What is not said is what a client would write: `GET`, `/` and the Host of the Service that leads to the port. */
function completeHttp(http: HttpRequest, end: MatchedEnd, port: number): HttpRequest {
  return { method: 'GET', path: '/', host: usualHost(end, port), ...http };
}

function usualHost(end: MatchedEnd, port: number): string {
  const [pod] = end.kind === 'workload' ? podsOf(end) : [];
  const called = pod && serviceHostFor(pod, port);
  if (called !== undefined) return called;
  const address = pod === undefined ? (end as { readonly address: string }).address : pod.addresses[0];
  if (address === undefined) return `${pod!.name.replace(/#\d+$/, '')}.${pod!.namespace}`;
  return hostHeader(address, port, 80);
}
