import { type Cluster, endpointsOf, ownerOfAddress, portProtocolOf } from '../cluster/index.ts';
import {
  type Endpoint,
  type Fact,
  parseAddress,
  type Reason,
  type Request,
  type Service,
  type ServicePort,
  type Step,
  type Symptom,
} from '../model/index.ts';
import { type End, hostEnd, podEnd, resolveEnd, UnknownNameError } from './ends.ts';
import { type Target, targetOfPod } from './legs.ts';
import { symptomOfNoEndpoint, symptomOfNoPort } from './symptom.ts';
import { unreadBehind, unreadEndpoints } from './unread.ts';

/** What the Service layer makes of a destination: where the connection may go, or why nowhere. */
export interface Resolution {
  readonly step: Step;
  /** Empty when the request ends here. */
  readonly targets: readonly Target[];
  readonly symptom?: Symptom;
}

/**
 * Resolves the destination of a request. A Service leads to its endpoints, by target port; an ExternalName to its host; a pod or address to itself.
 * Throws UnknownNameError for a name that is not in the cluster.
 */
export function resolveDestination(cluster: Cluster, request: Request): Resolution {
  const { destination } = request;
  if (destination.kind === 'service') {
    const service = cluster.services.get(`${destination.namespace}/${destination.name}`);
    if (service === undefined) {
      throw new UnknownNameError(`no Service ${destination.namespace}/${destination.name} in the cluster`);
    }
    return resolveService(cluster, request, service, 0);
  }
  if (destination.kind === 'address') {
    const owner = ownerOfAddress(cluster, destination.address);
    if (owner.kind === 'service') return resolveService(cluster, request, owner.service, 0);
    if (owner.kind === 'node') return resolveNode(cluster, request);
  }
  if (destination.kind === 'node') return resolveNode(cluster, request);
  if (destination.kind === 'address' && isLoopback(destination.address)) return loopback(cluster, request);
  const end = resolveEnd(cluster, destination);
  return direct(
    cluster,
    request,
    end,
    destination.kind === 'pod' ? portIn(end, request) : portNumber(request),
  );
}

/** What a pod sends to its own loopback address never leaves it. */
function loopback(cluster: Cluster, request: Request): Resolution {
  return direct(cluster, request, resolveEnd(cluster, request.source), portNumber(request));
}

function isLoopback(text: string): boolean {
  const address = parseAddress(text);
  if (address === undefined) return false;
  return address.family === 4 ? address.value >> 24n === 127n : address.value === 1n;
}

/** A node's port leads to a Service that has it as its NodePort, else to the node itself. */
function resolveNode(cluster: Cluster, request: Request): Resolution {
  const found = nodePortOf(cluster, request);
  if (found !== undefined) return resolveService(cluster, { ...request, port: found.port }, found.service, 0);
  const end = resolveEnd(cluster, request.destination as Endpoint);
  return direct(cluster, request, end, portNumber(request));
}

/** The Service that has this port of every node, and its own port for it. */
function nodePortOf(
  cluster: Cluster,
  { port: asked, protocol }: Request,
): { readonly service: Service; readonly port: number } | undefined {
  for (const service of cluster.services.values()) {
    const found = service.spec.ports.find((port) => port.nodePort === asked && port.protocol === protocol);
    if (found !== undefined) return { service, port: found.port };
  }
  return undefined;
}

function direct(cluster: Cluster, request: Request, end: End, port: number): Resolution {
  const at = clientOf(request);
  const step: Step = { layer: 'service', at, outcome: 'not applicable', because: { kind: 'direct' } };
  const { protocol } = request;
  if (request.destination.kind !== 'pod' || end.pod === undefined || request.direct === true) {
    return { step, targets: [{ end, port, protocol, ...listenerFor(cluster, request, end, port) }] };
  }
  const target = targetOfPod(end.pod, port, protocol);
  if (target.service === undefined) return { step, targets: [target] };
  return {
    step: {
      ...step,
      outcome: 'allow',
      because: resolvedBecause(target.service, target.servicePort!, [target]),
    },
    targets: [target],
  };
}

/**
 * The headless Service for whose port a sidecar has a listener at the address of each of its pods: to the sidecar a connection to that address is one to the Service. Ports that are
 * declared as HTTP have none, nor has the pod's own address. Source: istio pilot/pkg/networking/core/listener.go, buildSidecarOutboundListeners.
 */
function listenerFor(
  cluster: Cluster,
  request: Request,
  { pod }: End,
  asked: number,
): Pick<Target, 'service' | 'servicePort'> {
  const none = { service: undefined, servicePort: undefined };
  const client = resolveEnd(cluster, request.source);
  const isCaptured = !client.host && client.pod?.membership.kind === 'sidecar' && client.pod !== pod;
  if (!isCaptured || pod === undefined || request.protocol !== 'TCP') return none;
  for (const service of pod.services) {
    const { clusterIPs, ports, publishNotReadyAddresses } = service.spec;
    if (!clusterIPs.includes('None') || !(pod.ready || publishNotReadyAddresses)) continue;
    const servicePort = ports.find(({ port, protocol }) => protocol === 'TCP' && port === asked);
    if (servicePort !== undefined && portProtocolOf(servicePort) !== 'http') return { service, servicePort };
  }
  return none;
}

/** What a Service makes of one of its ports; a headless Service may have been asked for a port that it does not list. */
function resolvedBecause(service: Service, port: ServicePort, targets: readonly Target[]): Reason {
  const index = service.spec.ports.indexOf(port);
  return {
    kind: 'resolved',
    service,
    port: port.port,
    targetPort: targets[0]!.port,
    backends: targets.map(({ end, port: own }) =>
      own === targets[0]!.port ? end.label : `${end.label}:${own}`,
    ),
    path: index < 0 ? ['spec'] : ['spec', 'ports', index],
  };
}

function portIn(end: End, request: Request): number {
  if (typeof request.port === 'number') return request.port;
  const declared = end.pod?.ports.find(
    (port) => port.name === request.port && port.protocol === request.protocol,
  );
  if (declared === undefined) {
    throw new UnknownNameError(`pod ${end.label} declares no ${request.protocol} port named ${request.port}`);
  }
  return declared.containerPort;
}

function portNumber(request: Request): number {
  if (typeof request.port === 'number') return request.port;
  throw new UnknownNameError(
    `a port name needs a pod or a Service; ${JSON.stringify(request.port)} can't be looked up`,
  );
}

function resolveService(cluster: Cluster, request: Request, service: Service, depth: number): Resolution {
  if (service.spec.type === 'ExternalName') return resolveExternalName(cluster, request, service, depth);
  const at = clientOf(request);
  const doubts = unreadBehind(cluster, service);
  if (doubts.length > 0) {
    const because = { kind: 'missing facts', facts: doubts } as const;
    return { step: { layer: 'service', at, outcome: 'unknown', because }, targets: [] };
  }
  const found = endpointsOf(cluster, service, request.port, request.protocol);
  if (found.kind === 'no such port') {
    const ports = service.spec.ports.map(
      (port) => `${port.protocol} ${port.port}${port.name ? ` (${port.name})` : ''}`,
    );
    const because = { kind: 'no such port', service, port: request.port, ports } as const;
    return {
      step: { layer: 'service', at, outcome: 'deny', because },
      targets: [],
      symptom: symptomOfNoPort(cluster, resolveEnd(cluster, request.source), request),
    };
  }
  if (found.kind === 'none') {
    const facts = [...unreadEndpoints(cluster, service.metadata.namespace), ...handMade(found.why, service)];
    if (facts.length > 0) {
      const because = { kind: 'missing facts', facts } as const;
      return { step: { layer: 'service', at, outcome: 'unknown', because }, targets: [] };
    }
    const because = { kind: 'no endpoint', service, why: found.why, path: ['spec'] } as const;
    return {
      step: { layer: 'service', at, outcome: 'deny', because },
      targets: [],
      symptom: symptomOfNoEndpoint(resolveEnd(cluster, request.source), request),
    };
  }
  const targets = found.backends.map((backend): Target => {
    const end =
      backend.pod === undefined ? resolveEnd(cluster, addressOf(backend.address)) : podEnd(backend.pod);
    return { end, port: backend.port, protocol: request.protocol, service, servicePort: found.port };
  });
  const because = resolvedBecause(service, found.port, targets);
  return { step: { layer: 'service', at, outcome: 'allow', because }, targets };
}

/** Somebody makes the endpoints of a Service without a selector by hand, and nobody said where they are. */
function handMade(why: string, { metadata }: Service): readonly Fact[] {
  if (why !== 'no selector and no EndpointSlice') return [];
  const detail = `Service ${metadata.namespace}/${metadata.name} has no selector, and none of its EndpointSlices is given`;
  return [{ kind: 'implementation', topic: 'endpoint choice', detail }];
}

function addressOf(address: string | undefined): { readonly kind: 'address'; readonly address: string } {
  return { kind: 'address', address: address ?? '' };
}

/** An ExternalName is a DNS alias: of a Service of this cluster, or of a host whose address nobody said. */
function resolveExternalName(
  cluster: Cluster,
  request: Request,
  service: Service,
  depth: number,
): Resolution {
  const host = service.spec.externalName ?? '';
  const [name, namespace, marker] = host.split('.');
  const alias = marker === 'svc' ? cluster.services.get(`${namespace}/${name}`) : undefined;
  if (alias !== undefined && depth < 8) return resolveService(cluster, request, alias, depth + 1);
  const because = { kind: 'external name', service, host } as const;
  const step: Step = { layer: 'service', at: clientOf(request), outcome: 'allow', because };
  const end = hostEnd(cluster, host);
  const port = portNumber(request);
  return {
    step,
    targets: [{ end, port, protocol: request.protocol, service: undefined, servicePort: undefined }],
  };
}

function clientOf(request: Request): Step['at'] {
  const { source } = request;
  const name =
    source.kind === 'pod'
      ? `${source.namespace}/${source.name}`
      : source.kind === 'node'
        ? source.name
        : source.kind === 'host'
          ? source.host
          : source.address;
  return { kind: 'client', name };
}
