import type { Cluster, ClusterPod } from '../cluster/index.ts';
import { type AuthorizationRule, labelOf, type PortRange, type Protocol } from '../model/index.ts';
import type { EndClass } from './ends.ts';
import type { NetworkRows } from './network-rows.ts';

const lastPort = 65535;
/** Ports that Istio's redirect treats apart, and that of tunnels. */
const istioPorts = [15008, 15020, 15021, 15090];

/** Ports that behave alike as far as rules go. `ordinary`: nothing but the network's rules can tell them from other ordinary ports. */
export interface PortPiece extends PortRange {
  readonly ordinary: boolean;
}

/** Cuts the ports of a destination where anything that decides may change its mind. */
export type PortCutter = (destination: EndClass, protocol: Protocol) => readonly PortPiece[];

const everyPort: readonly PortPiece[] = [{ first: 1, last: lastPort, ordinary: true }];

/** Prepares the cuts of a cluster. */
export function portCutter(cluster: Cluster, rows: NetworkRows): PortCutter {
  const named = new Map<string, readonly number[]>();
  const istioPortsIn = (namespace: string): readonly number[] => {
    const found = named.get(namespace) ?? portsOfIstio(cluster, namespace);
    named.set(namespace, found);
    return found;
  };
  const clientPorts = portsOfClients(cluster);
  const gatewayNamespaces = new Set([...cluster.gateways.values()].map(({ metadata }) => metadata.namespace));
  return ({ index, end: { pod } }, protocol) => {
    const cuts = rows.cuts(index, protocol);
    const special = pod === undefined ? [] : specialPorts(pod, protocol);
    if (protocol === 'TCP') special.push(...clientPorts);
    // A waypoint may stand before a pod that is not in the mesh itself.
    if (pod !== undefined && protocol === 'TCP' && (mayBeMeshed(pod) || gatewayNamespaces.size > 0)) {
      special.push(...istioPorts, ...portsOfAnnotations(pod));
      for (const namespace of new Set([pod.namespace, cluster.mesh.rootNamespace, ...gatewayNamespaces]))
        special.push(...istioPortsIn(namespace));
    }
    if (cuts.length === 0 && special.length === 0) return everyPort;
    return pieces(cuts, new Set(special));
  };
}

function pieces(cuts: readonly number[], special: ReadonlySet<number>): readonly PortPiece[] {
  const all = new Set([1, ...cuts]);
  for (const port of special) all.add(port).add(port + 1);
  const starts = [...all].filter((port) => port >= 1 && port <= lastPort).sort((a, b) => a - b);
  return starts.map((first, i) => ({
    first,
    last: (starts[i + 1] ?? lastPort + 1) - 1,
    ordinary: !special.has(first),
  }));
}

function mayBeMeshed({ membership }: ClusterPod): boolean {
  return membership.kind !== 'none' || membership.facts !== undefined;
}

/** Ports that a pod declares, and those that its Services lead to. */
function specialPorts({ ports, services }: ClusterPod, protocol: Protocol): number[] {
  const special: number[] = [];
  for (const declared of ports) if (declared.protocol === protocol) special.push(declared.containerPort);
  for (const { spec } of services) {
    for (const { port, targetPort = port, protocol: own } of spec.ports) {
      if (own !== protocol) continue;
      special.push(port);
      if (typeof targetPort === 'number') special.push(targetPort);
    }
  }
  return special;
}

function portsOfAnnotations({ annotations }: ClusterPod): readonly number[] {
  return ['includeInboundPorts', 'excludeInboundPorts'].flatMap((name) =>
    numbersIn(labelOf(annotations, `traffic.sidecar.istio.io/${name}`)),
  );
}

/** Ports that some clients' sidecars treat apart. Where nothing is unread, that matters only to Services, whose ports are cut anyway. */
function portsOfClients({ pods, foreign, unreadable }: Cluster): readonly number[] {
  if (foreign.length === 0 && unreadable.length === 0) return [];
  const ports = new Set<number>();
  for (const { annotations } of pods.values())
    for (const name of ['includeOutboundPorts', 'excludeOutboundPorts'])
      for (const port of numbersIn(labelOf(annotations, `traffic.sidecar.istio.io/${name}`))) ports.add(port);
  return [...ports];
}

/** Ports that Istio's policies in a namespace name. */
function portsOfIstio({ policies }: Cluster, namespace: string): readonly number[] {
  const ports = new Set<number>();
  const note = (rule: AuthorizationRule): void => {
    for (const operation of rule.to)
      for (const text of [...(operation?.ports ?? []), ...(operation?.notPorts ?? [])])
        ports.add(Number(text));
    for (const { key, values, notValues } of rule.when)
      if (key === 'destination.port')
        for (const text of [...(values ?? []), ...(notValues ?? [])]) ports.add(Number(text));
  };
  for (const { spec } of policies.authorization.get(namespace) ?? []) spec.rules.forEach(note);
  for (const { spec } of policies.peerAuthentication.get(namespace) ?? [])
    for (const port of spec.portLevel.keys()) ports.add(port);
  return [...ports].filter(Number.isInteger);
}

function numbersIn(text: string | undefined): readonly number[] {
  return (text ?? '').split(',').flatMap((part) => (/^\s*\d+\s*$/.test(part) ? [Number(part)] : []));
}
