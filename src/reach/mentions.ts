import type { Cluster } from '../cluster/index.ts';
import type { AdminPeer, LabelSelector, Labels, NamespacedPods, NetworkPolicyRule } from '../model/index.ts';

/** Which labels of pods some selector looks at: by namespace (`*` = of pods anywhere) and key, the values that it names. */
export type LabelMentions = ReadonlyMap<string, ReadonlyMap<string, ReadonlySet<string>>>;

const anywhere = '*';

/** Collects what selectors of policies look at in pods' labels. A policy's own selectors see its namespace alone; those of Istio's root namespace see all. */
export function collectLabelMentions(cluster: Cluster): LabelMentions {
  const mentions = new Map<string, Map<string, Set<string>>>();
  const note = (scope: string, key: string, values: readonly string[]): void => {
    const keys = mentions.get(scope) ?? new Map<string, Set<string>>();
    mentions.set(scope, keys);
    const known = keys.get(key) ?? new Set<string>();
    keys.set(key, known);
    for (const value of values) known.add(value);
  };
  const noteSelector = (scope: string, selector: LabelSelector | undefined): void => {
    for (const [key, value] of Object.entries(selector?.matchLabels ?? {})) note(scope, key, [value]);
    for (const { key, values } of selector?.matchExpressions ?? []) note(scope, key, values ?? []);
  };
  const noteRule = (namespace: string, { peers }: NetworkPolicyRule): void => {
    for (const { namespaceSelector, podSelector } of peers ?? [])
      noteSelector(namespaceSelector === undefined ? namespace : anywhere, podSelector);
  };
  for (const [namespace, policies] of cluster.policies.network) {
    for (const { spec } of policies) {
      noteSelector(namespace, spec.podSelector);
      for (const rule of spec.ingress ?? []) noteRule(namespace, rule);
      for (const rule of spec.egress ?? []) noteRule(namespace, rule);
    }
  }
  const notePods = (pods: NamespacedPods | undefined): void => noteSelector(anywhere, pods?.podSelector);
  for (const { spec } of cluster.policies.admin) {
    notePods(spec.subject.pods);
    for (const rule of [...(spec.ingress ?? []), ...(spec.egress ?? [])])
      rule.peers.forEach(({ pods }: AdminPeer) => {
        notePods(pods);
      });
  }
  const { authorization, peerAuthentication, requestAuthentication, destinationRules } = cluster.policies;
  for (const byNamespace of [authorization, peerAuthentication, requestAuthentication]) {
    for (const [namespace, policies] of byNamespace) {
      const scope = namespace === cluster.mesh.rootNamespace ? anywhere : namespace;
      for (const { spec } of policies) {
        const { selector } = spec as { readonly selector?: { readonly matchLabels: Labels } };
        noteSelector(scope, selector);
      }
    }
  }
  for (const { metadata, spec } of destinationRules)
    noteSelector(
      metadata.namespace,
      spec.workloadSelector === undefined ? undefined : { matchLabels: spec.workloadSelector },
    );
  return mentions;
}

/** What selectors can see of a pod's labels: equal texts, equal to every selector. */
export function labelsSeen(mentions: LabelMentions, namespace: string, labels: Labels): string {
  const local = mentions.get(namespace);
  const global = mentions.get(anywhere);
  const seen: string[] = [];
  for (const key of Object.keys(labels)) {
    const here = local?.get(key);
    const everywhere = global?.get(key);
    if (here === undefined && everywhere === undefined) continue;
    const value = labels[key]!;
    const named = here?.has(value) === true || everywhere?.has(value) === true;
    seen.push(named ? `${key}=${value}` : key);
  }
  return seen.sort().join(',');
}
