import type { PodHost } from './pod-host.ts';
import type { ProbeOrigin } from './probe-network.ts';

/** Where a pod's probes come from: the node's address, as the kubelet's do. A sidecar's agent answers for its application, because injection has sent the probes there. */
export function probeOrigin({ node }: PodHost): ProbeOrigin {
  const { plan, node: namespace } = node.network;
  return { namespace, options: { source: plan.nodeAddress } };
}
