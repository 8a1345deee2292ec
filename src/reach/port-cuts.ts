import type { Cluster } from '../cluster/index.ts';
import { type AuthorizationRule, labelOf, type Protocol } from '../model/index.ts';
import type { EndClass } from './ends.ts';
import type { NetworkRows } from './network-rows.ts';
import type { PortRange } from './types.ts';

const lastPort = 65535;
/** Ports that Istio's redirect treats apart, and that of tunnels. */
const istioPorts = [15008, 15020, 15021, 15090];

/** Cuts the ports of a destination where anything that decides may change its mind. */
export type PortCutter = (destination: EndClass, protocol: Protocol) => readonly PortRange[];

/** Prepares the cuts of a cluster. */
export function portCutter(cluster: Cluster, rows: NetworkRows): PortCutter {
  const named = new Map<string, readonly number[]>();
  const istioPortsIn = (namespace: string): readonly number[] => {
    const found = named.get(namespace) ?? portsOfIstio(cluster, namespace);
    named.set(namespace, found);
    return found;
  };
  return (destination, protocol) => {
    const cuts = new Set([1, ...rows.cuts(destination.index, protocol)]);
    const single = (port: number): void => {
      cuts.add(port);
      cuts.add(port + 1);
    };
    const { pod } = destination.end;
    if (pod !== undefined) {
      for (const declared of pod.ports) if (declared.protocol === protocol) single(declared.containerPort);
      for (const { spec } of pod.services)
        for (const { port, targetPort = port } of spec.ports) {
          if (typeof targetPort === 'number') single(targetPort);
          single(port);
        }
      if (protocol === 'TCP' && (pod.membership.kind !== 'none' || pod.membership.facts !== undefined)) {
        istioPorts.forEach(single);
        istioPortsIn(pod.namespace).forEach(single);
        istioPortsIn(cluster.mesh.rootNamespace).forEach(single);
        for (const gateway of cluster.gateways.values())
          istioPortsIn(gateway.metadata.namespace).forEach(single);
        for (const name of [
          'includeInboundPorts',
          'excludeInboundPorts',
          'includeOutboundPorts',
          'excludeOutboundPorts',
        ])
          numbersIn(labelOf(pod.annotations, `traffic.sidecar.istio.io/${name}`)).forEach(single);
      }
    }
    const starts = [...cuts].filter((port) => port >= 1 && port <= lastPort).sort((a, b) => a - b);
    return starts.map((first, i) => ({ first, last: (starts[i + 1] ?? lastPort + 1) - 1 }));
  };
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
