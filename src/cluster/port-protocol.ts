import type { Service, ServiceEntry, ServicePort } from '../model/index.ts';

const httpNames: ReadonlySet<string> = new Set(['http', 'http_proxy', 'http2', 'grpc', 'grpc-web']);
const tcpNames: ReadonlySet<string> = new Set(['tcp', 'tls', 'https', 'mongo', 'mysql', 'redis']);

/** Names of the Service API that only `appProtocol` may have. */
const kubernetesNames: Readonly<Record<string, string>> = {
  'kubernetes.io/h2c': 'http2',
  'kubernetes.io/ws': 'http',
  'kubernetes.io/wss': 'https',
};

/** Ports of server-first protocols, which sniffing would break: SMTP, DNS, MySQL, MongoDB. */
const neverSniffed: ReadonlySet<number> = new Set([25, 53, 3306, 27017]);

/**
 * How Istio treats a Service port: as HTTP, as raw bytes, or by looking at the first bytes. `appProtocol` decides, else the port's name up to its first
 * dash. Source: istio pkg/config/kube/conversion.go.
 */
export function portProtocolOf(port: NamedPort): 'http' | 'tcp' | 'sniffed' {
  const name = protocolNameOf(port);
  if (httpNames.has(name)) return 'http';
  if (tcpNames.has(name) || neverSniffed.has(port.port)) return 'tcp';
  return 'sniffed';
}

type NamedPort = Pick<ServicePort, 'port' | 'name' | 'appProtocol'>;

/** The protocol that a Service port names, in lower case (`http`, `mongo`); any other word, or none, where it names no protocol. */
export function protocolNameOf({ name, appProtocol }: NamedPort): string {
  const given = appProtocol ?? name ?? '';
  const text =
    Object.hasOwn(kubernetesNames, given) && appProtocol !== undefined ? kubernetesNames[given]! : given;
  const lower = text.toLowerCase();
  return lower.startsWith('grpc-web') ? 'grpc-web' : lower.split('-')[0]!;
}

/** The ports for which a sidecar has one listener for all HTTP that leaves its pod. Source: istio pilot/pkg/networking/core/listener.go (`0.0.0.0_PORT`). */
export function collectHttpPorts(
  services: readonly Service[],
  entries: readonly ServiceEntry[],
): ReadonlySet<number> {
  const ofServices = services
    .filter(({ spec }) => spec.type !== 'ExternalName')
    .flatMap(({ spec }) => spec.ports)
    .filter((port) => port.protocol === 'TCP' && portProtocolOf(port) === 'http');
  const ofEntries = entries
    .flatMap(({ spec }) => spec.ports)
    .filter(({ protocol }) => httpNames.has(protocol.toLowerCase()));
  return new Set([...ofServices.map(({ port }) => port), ...ofEntries.map(({ number }) => number)]);
}
