import { randomInt } from 'node:crypto';
import type { Service, ServicePort, Store } from '../store/index.ts';
import { invalid } from './invalid.ts';

const first = 30_000;
const last = 32_767;

/** Gives the ports of Services of type NodePort and LoadBalancer their numbers. */
export interface NodePorts {
  /** Throws a StatusError (422) for a number that cannot be had. */
  complete(service: Service, previous: Service | undefined): Service;
}

/** Numbers are taken by chance from 30000–32767, none twice; which ones are taken is what the store says. */
export function nodePorts(store: Store): NodePorts {
  const owners = new Map<number, string>();
  const note = ({ spec, metadata }: Service, add: boolean): void => {
    for (const { nodePort } of spec.ports ?? []) {
      if (nodePort === undefined || nodePort === 0) continue;
      if (add) owners.set(nodePort, metadata.uid);
      else if (owners.get(nodePort) === metadata.uid) owners.delete(nodePort);
    }
  };
  for (const service of store.list<Service>('services')) note(service, true);
  store.subscribe('services', (event) => {
    if (event.type !== 'ADDED') note(event.previous as Service, false);
    if (event.type !== 'DELETED') note(event.object as Service, true);
  });

  function check(service: Service, number: number, i: number, taken: ReadonlySet<number>): void {
    const refuse = (why: string): never => {
      throw invalid(service, `spec.ports[${i}].nodePort`, String(number), why);
    };
    if (number < first || number > last) {
      refuse(`provided port is not in the valid range. The range of valid ports is ${first}-${last}`);
    }
    const owner = owners.get(number);
    if (taken.has(number) || (owner !== undefined && owner !== service.metadata.uid)) {
      refuse('provided port is already allocated');
    }
  }

  function free(service: Service, taken: ReadonlySet<number>): number {
    const size = last - first + 1;
    const start = randomInt(size);
    for (let i = 0; i < size; i++) {
      const number = first + ((start + i) % size);
      if (!owners.has(number) && !taken.has(number)) return number;
    }
    throw invalid(service, 'spec.ports', '[]', 'failed to allocate a nodePort: range is full');
  }

  return {
    complete(service, previous) {
      const { ports = [] } = service.spec;
      if (ports.length === 0) return service;
      if (!needsNumbers(service)) return withoutNumbers(service, previous);
      const taken = new Set<number>();
      const byProtocol = new Map<number, string>();
      const numbered = ports.map((port, i): ServicePort => {
        const { protocol = 'TCP' } = port;
        const wanted = port.nodePort || numberBefore(previous, port);
        if (wanted === undefined) {
          const number = free(service, taken);
          taken.add(number);
          return { ...port, nodePort: number };
        }
        // One number may serve a TCP and a UDP port of the same Service.
        const shared = byProtocol.get(wanted) !== undefined && byProtocol.get(wanted) !== protocol;
        check(service, wanted, i, shared ? new Set() : taken);
        taken.add(wanted);
        byProtocol.set(wanted, protocol);
        return { ...port, nodePort: wanted };
      });
      return { ...service, spec: { ...service.spec, ports: numbered } };
    },
  };
}

function needsNumbers({ spec }: Service): boolean {
  if (spec.type === 'NodePort') return true;
  return spec.type === 'LoadBalancer' && spec.allocateLoadBalancerNodePorts !== false;
}

function numberBefore(previous: Service | undefined, port: ServicePort): number | undefined {
  const { protocol = 'TCP' } = port;
  return previous?.spec.ports?.find(
    (each) => each.port === port.port && (each.protocol ?? 'TCP') === protocol,
  )?.nodePort;
}

/** A Service that had numbers and no longer needs them loses those that it had. */
function withoutNumbers(service: Service, previous: Service | undefined): Service {
  const had = new Set((previous?.spec.ports ?? []).map(({ nodePort }) => nodePort));
  if (!service.spec.ports?.some(({ nodePort }) => nodePort !== undefined && had.has(nodePort)))
    return service;
  const ports = service.spec.ports.map((port) => {
    const { nodePort, ...rest } = port;
    return nodePort !== undefined && had.has(nodePort) ? rest : port;
  });
  return { ...service, spec: { ...service.spec, ports } };
}
