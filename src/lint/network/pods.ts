import { type Cluster, type ClusterPod, matchSelector, selectsLabels } from '../../cluster/index.ts';
import { isUnknown, type LabelSelector, listNames, type NetworkPolicy } from '../../model/index.ts';
import type { Peer } from '../../policy/network/index.ts';

/** Pods that policies see, by namespace: those on the host network are addresses to them. */
interface PodIndex {
  readonly byNamespace: ReadonlyMap<string, readonly ClusterPod[]>;
  /** Pods by selector and namespaces, worked out when first asked for. */
  readonly selected: Map<string, Selection>;
}

/** Pods that a pair of selectors picks. */
export interface Selection {
  readonly pods: readonly ClusterPod[];
  /** True where labels of a namespace that nobody gave may add some. */
  readonly open: boolean;
}

const nothing: readonly ClusterPod[] = [];
const indexes = new WeakMap<Cluster['pods'], PodIndex>();

function indexOf({ pods }: Cluster): PodIndex {
  let index = indexes.get(pods);
  if (index === undefined) {
    const visible = [...pods.values()].filter(({ hostNetwork }) => !hostNetwork);
    index = { byNamespace: Map.groupBy(visible, ({ namespace }) => namespace), selected: new Map() };
    indexes.set(pods, index);
  }
  return index;
}

/** The pods of a namespace that policies see. */
export function podsIn(cluster: Cluster, namespace: string): readonly ClusterPod[] {
  return indexOf(cluster).byNamespace.get(namespace) ?? nothing;
}

/** Namespaces with such pods. */
export function namespacesWithPods(cluster: Cluster): Iterable<string> {
  return indexOf(cluster).byNamespace.keys();
}

/** The pods that a NetworkPolicy selects. */
export function podsOfPolicy(cluster: Cluster, { metadata, spec }: NetworkPolicy): readonly ClusterPod[] {
  return selectIn(cluster, metadata.namespace, spec.podSelector).pods;
}

/** The pods of a peer of a policy in `namespace`; none for a block, which sees addresses. */
export function podsOfPeer(cluster: Cluster, peer: Peer, namespace: string): Selection {
  if (peer.kind !== 'pods') return { pods: nothing, open: false };
  if (peer.namespaceSelector === undefined) return selectIn(cluster, namespace, peer.podSelector);
  return selectAcross(cluster, peer.namespaceSelector, peer.podSelector);
}

/** Pods of one namespace by labels. */
export function selectIn(
  cluster: Cluster,
  namespace: string,
  selector: LabelSelector | undefined,
): Selection {
  return remembered(cluster, `${namespace} ${JSON.stringify(selector ?? {})}`, () => ({
    pods: podsIn(cluster, namespace).filter(({ labels }) => selectsLabels(selector, labels)),
    open: false,
  }));
}

/** Pods by labels in the namespaces with certain labels. */
export function selectAcross(
  cluster: Cluster,
  namespaces: LabelSelector,
  selector: LabelSelector | undefined,
): Selection {
  return remembered(cluster, `${JSON.stringify(namespaces)} ${JSON.stringify(selector ?? {})}`, () => {
    let open = false;
    const pods: ClusterPod[] = [];
    for (const [name, { labels }] of cluster.namespaces) {
      const chosen = matchSelector(namespaces, labels, name);
      if (chosen === false) continue;
      const found = selectIn(cluster, name, selector).pods;
      if (!isUnknown(chosen)) pods.push(...found);
      else if (found.length > 0) open = true;
    }
    return { pods, open };
  });
}

function remembered(cluster: Cluster, key: string, make: () => Selection): Selection {
  const { selected } = indexOf(cluster);
  let selection = selected.get(key);
  if (selection === undefined) {
    selection = make();
    selected.set(key, selection);
  }
  return selection;
}

/** Namespaces that a selector picks for certain, and whether labels that nobody gave may add some. */
export function selectNamespaces(
  cluster: Cluster,
  selector: LabelSelector,
): { readonly names: readonly string[]; readonly open: boolean } {
  const names: string[] = [];
  let open = false;
  for (const [name, { labels }] of cluster.namespaces) {
    const chosen = matchSelector(selector, labels, name);
    if (isUnknown(chosen)) open = true;
    else if (chosen) names.push(name);
  }
  return { names, open };
}

/** One pod for each group of replicas that nothing tells apart, in the order given. */
export function oneOfEach(pods: readonly ClusterPod[]): readonly ClusterPod[] {
  const seen = new Set<string>();
  return pods.filter((pod) => {
    const { owner, namespace, key } = pod;
    const group =
      owner === undefined ? key : `${namespace}/${owner.kind}/${owner.name} ${JSON.stringify(pod.labels)}`;
    return !seen.has(group) && seen.add(group) !== undefined;
  });
}

/** `web` of Deployment web, or the pod's own name: what people call it. */
export function workloadName({ owner, name }: ClusterPod): string {
  return owner?.name ?? name;
}

/** `a, b, c and 4 others`: names of pods' workloads, each once. */
export function listWorkloads(pods: readonly ClusterPod[], most = 3): string {
  return listNames(pods.map(workloadName), most);
}
