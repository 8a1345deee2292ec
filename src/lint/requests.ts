import { type Cluster, isDeclaredHttp, portProtocolOf, serviceHostFor } from '../cluster/index.ts';
import {
  type Endpoint,
  hostHeader,
  type Protocol,
  type Request,
  type ServiceReference,
} from '../model/index.ts';

/**
 * The request that `portcullis check FROM TO --port PORT` asks about: on a port that is declared as HTTP a plain GET, else bytes. Everything that is not
 * said is absent.
 */
export function plainRequest(
  cluster: Cluster,
  source: Endpoint,
  destination: Endpoint | ServiceReference,
  port: number,
  protocol: Protocol = 'TCP',
): Request {
  const host = protocol === 'TCP' ? declaredHost(cluster, destination, port) : undefined;
  const http = host === undefined ? {} : { http: { method: 'GET', path: '/', host } };
  return { source, destination, port, protocol, ...http, complete: true };
}

/** The Host header of a request to a port that some Service declares as HTTP. */
function declaredHost(
  cluster: Cluster,
  destination: Endpoint | ServiceReference,
  port: number,
): string | undefined {
  if (destination.kind === 'service') {
    const service = cluster.services.get(`${destination.namespace}/${destination.name}`);
    const found = service?.spec.ports.find((each) => each.protocol === 'TCP' && each.port === port);
    if (found === undefined || portProtocolOf(found) !== 'http') return undefined;
    return hostHeader(`${destination.name}.${destination.namespace}`, port, 80);
  }
  if (destination.kind !== 'pod') return undefined;
  const pod = cluster.pods.get(`${destination.namespace}/${destination.name}`);
  return pod !== undefined && isDeclaredHttp(pod, port) ? serviceHostFor(pod, port) : undefined;
}
