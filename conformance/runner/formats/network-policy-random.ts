import type { Format } from '../format.ts';
import { checkTables, type Surroundings, type Table } from './reachability.ts';

interface RandomCluster extends Omit<Surroundings, 'namespaces'> {
  readonly id: string;
  readonly namespaces: Readonly<Record<string, { readonly labels: Readonly<Record<string, string>> }>>;
  readonly probes: readonly Table[];
  /** Cells for which only kube-network-policies has an answer. */
  readonly kubeNetworkPoliciesOnly?: readonly Table[] | null;
}

/** Random clusters with NetworkPolicies, judged by independent implementations. */
export const networkPolicyRandom: Format = {
  name: 'random NetworkPolicy clusters',
  recognises: ({ clusters }) =>
    Array.isArray(clusters) && clusters.some((c) => Array.isArray(c?.probes?.[0]?.rows)),
  *run(data) {
    for (const cluster of data.clusters as readonly RandomCluster[]) {
      const { id, namespaces, probes, kubeNetworkPoliciesOnly, ...rest } = cluster;
      const labels = Object.fromEntries(Object.entries(namespaces).map(([name, ns]) => [name, ns.labels]));
      const tables = [...probes, ...(kubeNetworkPoliciesOnly ?? [])];
      // Every mark is that project's own answer, also where Kubernetes leaves it open.
      yield checkTables(id, { ...rest, namespaces: labels }, tables, { cni: 'kube-network-policies' });
    }
  },
};
