import type { Cluster } from '../../cluster/index.ts';

const nothing: ReadonlyMap<string, never[]> = new Map();

/** The same cluster with nothing that proxies ask of what is sent: whose packets get through is what is left. */
export function withoutProxyPolicies(cluster: Cluster): Cluster {
  const policies = {
    ...cluster.policies,
    authorization: nothing,
    peerAuthentication: nothing,
    requestAuthentication: nothing,
    destinationRules: [],
  };
  const foreign = cluster.foreign.filter(({ apiVersion }) => !apiVersion.includes('.istio.io/'));
  return { ...cluster, policies, foreign };
}
