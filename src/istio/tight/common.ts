import type { NetworkPolicyPort } from '../../model/index.ts';
import type { WayIn } from '../check/index.ts';
import type { DataPlane, DnsServer } from '../components/index.ts';
import {
  type Answer,
  addressesOf,
  addressPeer,
  anyOf,
  anyPod,
  certain,
  nobody,
  notKnown,
  podAnswer,
  podsOf,
} from './answers.ts';
import { type Context, globalValue } from './context.ts';
import { mayBeIn, peerInWords, planesOf } from './planes.ts';
import { portsOf, ruleOf, tcp } from './rules.ts';
import { serverAt, serverRules } from './servers.ts';
import type { TightRule } from './types.ts';

/** Egress to DNS, over both protocols: one rule for each server, as their ports may differ. */
export function dnsRules(context: Context, reason: string): readonly TightRule[] {
  const why = `DNS: ${reason}`;
  const without = 'no name can be looked up, and what connects by name times out.';
  const { dns } = context.around;
  if (dns === undefined) {
    const notes = ['53 is the usual port of its pods, 5353 that of OpenShift'];
    return ruleOf(context, { peers: notKnown('dns'), ports: dnsPorts([53, 5353]), why, without, notes });
  }
  return dns.flatMap((server) => {
    const { ports, clusterIPs = [], notes = [] } = server;
    const peers = dnsPeers(context, server);
    const fronts: Answer = { peers: clusterIPs.map(addressPeer), from: ['dns'], open: [] };
    const rule = (of: Answer, numbers: readonly number[]): readonly TightRule[] =>
      ruleOf(context, { peers: of, ports: dnsPorts(numbers), why, without, notes });
    const isUsual = ports.length === 1 && ports[0] === 53;
    return isUsual ? rule(anyOf(peers, fronts), [53]) : [...rule(peers, ports), ...rule(fronts, [53])];
  });
}

function dnsPeers(context: Context, { pods, cidrs = [] }: DnsServer): Answer {
  const told: Answer = { peers: cidrs.map(addressPeer), from: ['dns'], open: [] };
  return pods === undefined ? told : anyOf(podAnswer(context, pods, ['dns']), told);
}

/** Long answers come over TCP. */
function dnsPorts(ports: readonly number[]): readonly NetworkPolicyPort[] {
  return [...portsOf('UDP', ports), ...portsOf('TCP', ports)];
}

/** Egress to the API server: its Service's port and its own, as plugins look at packets before or after the Service is resolved. */
export function apiServerRules(context: Context, why: string, without: string): readonly TightRule[] {
  const { apiServerPorts } = context.around;
  const notes =
    apiServerPorts === undefined
      ? ["443 is the port of the Service kubernetes, 6443 the API server's own in most clusters"]
      : [];
  const ports = tcp(...(apiServerPorts ?? [443, 6443]));
  return ruleOf(context, { peers: addressesOf(context, 'apiServer'), ports, why, without, notes });
}

/** Egress to istiod, and to a certificate authority of its own where the values name one. */
export function istiodRules(context: Context, why: string, without: string): readonly TightRule[] {
  return [
    ...ruleOf(context, { peers: context.istiod, ports: tcp(15012), why, without }),
    ...authorityRules(context),
  ];
}

/** `global.caAddress`: certificates come from there and not from istiod. */
function authorityRules(context: Context): readonly TightRule[] {
  const addresses = new Set(context.values.map((values) => globalValue(values, 'caAddress')));
  return [...addresses].flatMap((address) => {
    if (typeof address !== 'string' || address === '' || address.startsWith('istiod')) return [];
    return serverRules(context, serverAt(address, 443), undefined, {
      why: `Certificates come from ${address} (global.caAddress)`,
      without: 'no certificate is issued, and mutual TLS fails once the old ones expire.',
    });
  });
}

/** Ingress for metrics. */
export function metricsRules(context: Context, ports: readonly number[], what: string): readonly TightRule[] {
  return ruleOf(context, {
    peers: podsOf(context, 'monitoring'),
    ports: tcp(...ports),
    why: `Prometheus scrapes ${what}`,
    without: 'these metrics are missing.',
  });
}

/** Ingress for probes of the kubelet. Kubernetes lets a pod's own node through, but plugins do not for every address of a node. */
export function probeRules(context: Context, port: number, what: string): readonly TightRule[] {
  return ruleOf(context, {
    peers: addressesOf(context, 'nodes'),
    ports: tcp(port),
    why: `The kubelet of its node probes ${what}`,
    without: 'pods do not become ready, where the network plugin does not let their own node in anyway.',
  });
}

/** Pods of the mesh. Where nobody said which, they are still pods of the cluster. */
export function meshPods(context: Context): Answer {
  return context.around.mesh === undefined ? notKnown('mesh', [anyPod]) : podsOf(context, 'mesh');
}

/** Pods of the mesh that are, or for all that is known may be, in one data plane. */
export function meshPodsIn(context: Context, plane: DataPlane): Answer {
  const { around, seen, ambient } = context;
  if (around.mesh === undefined) return meshPods(context);
  const own = around.mesh.filter((peer) => mayBeIn(plane, peer));
  if (own.length === 0) return nobody;
  const isAll = own.length === around.mesh.length;
  // Without an ambient data plane all are sidecars.
  const unsure = ambient ? own.filter((peer) => planesOf(peer) === undefined) : [];
  const here = plane === 'sidecar' ? 'those with sidecars' : 'those in ambient mode';
  return {
    ...anyOf(...own.map((peer) => podAnswer(context, peer, isAll ? ['mesh'] : []))),
    open: unsure.map((peer) => ({ kind: 'planes', of: peerInWords(peer) })),
    notes: isAll || seen.mesh === undefined ? [] : [`Seen in ${seen.mesh}; here ${here}`],
  };
}

/** istiod labels what it runs: gateways of the Gateway API, waypoints, and gateways between networks. */
const managedLabel = 'gateway.istio.io/managed';

/** Gateways of the Gateway API and waypoints, which need not be listed. */
export function managedGateways(context: Context): Answer {
  if (context.around.gateways !== undefined) return podsOf(context, 'gateways');
  const podSelector = { matchExpressions: [{ key: managedLabel, operator: 'Exists' as const }] };
  return certain([{ namespaceSelector: {}, podSelector }]);
}

/** Waypoints. */
export function waypoints(context: Context): Answer {
  if (context.around.gateways !== undefined) return podsOf(context, 'gateways');
  const podSelector = { matchLabels: { [managedLabel]: 'istio.io-mesh-controller' } };
  return certain([{ namespaceSelector: {}, podSelector }]);
}

/** Addresses of other networks: nobody where nothing hints at any. */
export function remoteAddresses(context: Context): Answer {
  if (context.around.remoteNetworks === undefined && !context.manyNetworks) return nobody;
  return addressesOf(context, 'remoteNetworks');
}

/** Who comes to a public port: its clients, and the nodes, whose address a Service with externalTrafficPolicy Cluster puts in place of theirs. */
export function publicClients(context: Context, way: WayIn): Answer {
  const clients = addressesOf(context, 'clients');
  if (way === 'inside') return anyOf(clients, certain([anyPod]));
  return way === 'own address' || clients.peers.length === 0
    ? clients
    : anyOf(clients, addressesOf(context, 'nodes'));
}
