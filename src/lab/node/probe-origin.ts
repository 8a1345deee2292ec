import type { PodHost } from './pod-host.ts';
import type { ProbeOrigin } from './probe-network.ts';

/** Istio's mark on what must not be captured. */
const uncaptured = 1337;

/**
 * Where a pod's probes come from: the node, as the kubelet's do. In a pod with a sidecar from within, past the capture: there Istio has rewritten the probes to its agent, which asks the application so.
 */
export function probeOrigin({ node, link, pod }: PodHost): ProbeOrigin {
  const { containers, initContainers = [] } = pod().spec;
  const hasSidecar = [...containers, ...initContainers].some(({ name }) => name === 'istio-proxy');
  if (hasSidecar) return { namespace: link.namespace, options: { mark: uncaptured } };
  return { namespace: node.network.node, options: { source: node.network.plan.nodeAddress } };
}
