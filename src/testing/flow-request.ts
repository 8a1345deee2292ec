import { type ClusterPod, isDeclaredHttp, serviceHostFor } from '../cluster/index.ts';
import { type Endpoint, holdsPort, podEndpoint, type Request } from '../model/index.ts';
import type { RequestWitness } from '../reach/index.ts';
import type { Flow } from './traffic.ts';

/** One end of a pair: a pod, or an address outside. */
export type PairEnd = { readonly pod: ClusterPod } | { readonly address: string };

/** A request of the flow from one end to another. */
export function requestOf(flow: Flow, source: PairEnd, destination: PairEnd): Request {
  const target = 'pod' in destination ? destination.pod : undefined;
  const port = choosePort(flow, target);
  return {
    source: endpointOf(source),
    destination: endpointOf(destination),
    port,
    protocol: flow.protocol,
    ...(flow.http === undefined
      ? {}
      : httpOf(flow.http, flow.anyHost && target !== undefined ? serviceHostFor(target, port) : undefined)),
    complete: true,
  };
}

/** A request that a person would ask about comes first: HTTP where the port is declared so, bytes elsewhere. */
export function sortFlows(flows: readonly Flow[], destination: PairEnd): readonly Flow[] {
  const pod = 'pod' in destination ? destination.pod : undefined;
  const fits = (flow: Flow): boolean =>
    (flow.http !== undefined) ===
    (flow.protocol === 'TCP' && pod !== undefined && isDeclaredHttp(pod, choosePort(flow, pod)));
  const declares = (flow: Flow): boolean => declaredPort(flow, pod) !== undefined;
  const rank = (flow: Flow): number => (declares(flow) ? 0 : 2) + (fits(flow) ? 0 : 1);
  return [...flows].sort((a, b) => rank(a) - rank(b));
}

function httpOf({ http, jwt }: RequestWitness, host: string | undefined): Pick<Request, 'http' | 'jwt'> {
  const said = host === undefined ? http : { ...http, host };
  return jwt === 'none' ? { http: said } : { http: said, jwt };
}

function endpointOf(end: PairEnd): Endpoint {
  if ('address' in end) return { kind: 'address', address: end.address };
  return podEndpoint(end.pod);
}

/** A port that the destination declares, else the first. */
function choosePort(flow: Flow, pod: ClusterPod | undefined): number {
  return declaredPort(flow, pod) ?? flow.ports[0]!.first;
}

function declaredPort({ ports, protocol }: Flow, pod: ClusterPod | undefined): number | undefined {
  const holds = (number: number): boolean => holdsPort(ports, number);
  return pod?.ports.find((port) => port.protocol === protocol && holds(port.containerPort))?.containerPort;
}
