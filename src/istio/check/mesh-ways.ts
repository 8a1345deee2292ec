import type { Cluster, ClusterPod } from '../../cluster/index.ts';
import type { Outcome, Request, Verdict } from '../../model/index.ts';
import { selectNetworkPolicies } from '../../policy/network/index.ts';
import { decide } from '../../verdict/index.ts';
import type { Answer } from './ask.ts';
import type { PartyEnd } from './types.ts';

/** The cluster without what proxies judge: only packets count here. */
export function withoutProxyPolicies(cluster: Cluster): Cluster {
  const none = new Map<string, never>();
  return {
    ...cluster,
    policies: {
      ...cluster.policies,
      authorization: none,
      peerAuthentication: none,
      requestAuthentication: none,
      destinationRules: [],
    },
  };
}

/** What packets meet on the way that the mesh takes: a tunnel, a waypoint, or straight. `alone`: a cluster without what proxies judge. */
export function askByMesh(alone: Cluster, source: PartyEnd, destination: PartyEnd, port: number): Answer {
  const ends = { source: source.endpoint, destination: destination.endpoint };
  const request: Request = { ...ends, port, protocol: 'TCP', complete: true };
  const verdict = decide(alone, request);
  return {
    outcome: networkOutcome(verdict),
    witness: { ...ends, port, protocol: 'TCP', verdict },
    notes: [],
  };
}

/** What the packets meet: a denial of a proxy (for its TLS) is none of a policy. */
function networkOutcome({ outcome, steps }: Verdict): Outcome {
  const network = steps.filter(({ layer }) => layer === 'egress policy' || layer === 'ingress policy');
  if (network.some((step) => step.outcome === 'deny')) return 'deny';
  if (outcome === 'unknown') return 'unknown';
  return network.some((step) => step.outcome === 'unknown') ? 'unknown' : 'allow';
}

/** Tells pods that nothing of the network tiers can close. */
export function openChecker({
  policies,
  foreign,
  unreadable,
  waypointPods,
}: Cluster): (pod: ClusterPod) => boolean {
  const simple =
    policies.admin.length === 0 && foreign.length === 0 && unreadable.length === 0 && waypointPods.size === 0;
  return (pod) => {
    const own = policies.network.get(pod.namespace) ?? [];
    return (
      simple &&
      selectNetworkPolicies(own, pod.view, 'ingress').length === 0 &&
      selectNetworkPolicies(own, pod.view, 'egress').length === 0
    );
  };
}

/** Ports on which a pod is meant to be reached: those that it declares, and targets of its Services. */
export function portsOf(pod: ClusterPod): readonly number[] {
  const declared = pod.ports
    .filter(({ protocol }) => protocol === 'TCP')
    .map(({ containerPort }) => containerPort);
  return [...new Set([...servedPorts(pod), ...declared])];
}

/** Target ports of the Services of a pod. */
export function servedPorts({ ports, services }: ClusterPod): readonly number[] {
  const found = services
    .flatMap(({ spec }) => spec.ports)
    .filter(({ protocol }) => protocol === 'TCP')
    .flatMap(({ port, targetPort = port }) =>
      typeof targetPort === 'number'
        ? [targetPort]
        : ports
            .filter(({ name, protocol }) => name === targetPort && protocol === 'TCP')
            .map(({ containerPort }) => containerPort),
    );
  return [...new Set(found)];
}
