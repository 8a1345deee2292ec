import type { Cluster } from '../cluster/index.ts';
import type { Endpoint, Protocol, ServiceReference } from '../model/index.ts';
import { inputError, usageError } from './exit.ts';
import type { Resolved } from './resolve-endpoint.ts';

interface DeclaredPort {
  readonly name?: string;
  readonly number: number;
}

type Destination = Endpoint | ServiceReference;

/**
 * The port to ask for: the one that was said, else the only one that the destination declares. Throws a usage error with the ports to choose from, and an
 * input error for a port name that the destination does not declare: clients send to numbers, so a name can only be a slip.
 */
export function findPort(
  cluster: Cluster,
  destination: Destination,
  protocol: Protocol,
  said: number | string | undefined,
): Resolved<number | string> {
  const ports = declaredPorts(cluster, destination, protocol);
  if (typeof said === 'string' && !ports.some(({ name }) => name === said)) {
    throw inputError(`the destination declares no ${protocol} port named ${said}`, listPorts(ports));
  }
  if (said !== undefined) return { end: said, notes: [] };
  const numbers = new Set(ports.map(({ number }) => number));
  const [only] = numbers;
  if (only !== undefined && numbers.size === 1) {
    return { end: only, notes: [`port ${only} is the only ${protocol} port that the destination declares`] };
  }
  if (ports.length === 0) throw usageError('which port? The destination declares none; say --port PORT');
  throw usageError('which port? Say --port PORT', listPorts(ports));
}

/** The number of a port that the destination declares by name; a number stays as it is. undefined where nobody declares the name. */
export function portNumber(
  cluster: Cluster,
  destination: Destination,
  port: number | string,
): number | undefined {
  if (typeof port === 'number') return port;
  return declaredPorts(cluster, destination, 'TCP').find(({ name }) => name === port)?.number;
}

function declaredPorts(cluster: Cluster, destination: Destination, protocol: Protocol): DeclaredPort[] {
  if (destination.kind === 'service') {
    const service = cluster.services.get(`${destination.namespace}/${destination.name}`);
    return (service?.spec.ports ?? [])
      .filter((port) => port.protocol === protocol)
      .map(({ name, port }) => declare(name, port));
  }
  if (destination.kind !== 'pod') return [];
  const pod = cluster.pods.get(`${destination.namespace}/${destination.name}`);
  return (pod?.ports ?? [])
    .filter((port) => port.protocol === protocol)
    .map(({ name, containerPort }) => declare(name, containerPort));
}

function declare(name: string | undefined, number: number): DeclaredPort {
  return name === undefined ? { number } : { name, number };
}

function listPorts(ports: readonly DeclaredPort[]): string[] {
  return ports.map(({ name, number }) => `  ${number}${name === undefined ? '' : ` (${name})`}`);
}
