import { type Cluster, matchSelector } from '../cluster/index.ts';
import type { AdminPeer, LabelSelector, Labels, NamespacedPods, NetworkPolicyRule } from '../model/index.ts';
import { selectorKey } from './selector-keys.ts';

/** Which labels of pods some selector looks at: by namespace (`*` = of pods anywhere) and key, the values that it names. */
export type LabelMentions = ReadonlyMap<string, ReadonlyMap<string, ReadonlySet<string>>>;

const anywhere = '*';

/**
 * Collects what selectors of policies look at in pods' labels. A policy's own selectors see its namespace alone, those of Istio's root namespace see all, and a peer with a
 * namespaceSelector sees the namespaces that it may select.
 */
export function collectLabelMentions(cluster: Cluster): LabelMentions {
  const mentions = new Map<string, Map<string, Set<string>>>();
  const note = (scope: string, key: string, values: readonly string[]): void => {
    const keys = mentions.get(scope) ?? new Map<string, Set<string>>();
    mentions.set(scope, keys);
    const known = keys.get(key) ?? new Set<string>();
    keys.set(key, known);
    for (const value of values) known.add(value);
  };
  const noteSelector = (scopes: readonly string[], selector: LabelSelector | undefined): void => {
    if (selector === undefined) return;
    for (const scope of scopes) {
      for (const [key, value] of Object.entries(selector.matchLabels ?? {})) note(scope, key, [value]);
      for (const { key, values } of selector.matchExpressions ?? []) note(scope, key, values ?? []);
    }
  };
  const scopesOf = namespaceScopes(cluster);
  const noteRule = (own: readonly string[], { peers }: NetworkPolicyRule): void => {
    for (const { namespaceSelector, podSelector } of peers ?? [])
      if (podSelector !== undefined)
        noteSelector(namespaceSelector === undefined ? own : scopesOf(namespaceSelector), podSelector);
  };
  for (const [namespace, policies] of cluster.policies.network) {
    const own = [namespace];
    for (const { spec } of policies) {
      noteSelector(own, spec.podSelector);
      for (const rule of spec.ingress ?? []) noteRule(own, rule);
      for (const rule of spec.egress ?? []) noteRule(own, rule);
    }
  }
  const notePods = (pods: NamespacedPods | undefined): void => noteSelector([anywhere], pods?.podSelector);
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
        noteSelector([scope], selector);
      }
    }
  }
  for (const { metadata, spec } of destinationRules)
    if (spec.workloadSelector !== undefined)
      noteSelector([metadata.namespace], { matchLabels: spec.workloadSelector });
  return mentions;
}

/** Selectors that may select more namespaces than this count as looking everywhere. */
const manyNamespaces = 20;

/** Gives the namespaces that a selector may select; each selector is asked once. */
function namespaceScopes({ namespaces }: Cluster): (selector: LabelSelector) => readonly string[] {
  const known = new Map<string, readonly string[]>();
  return (selector) => {
    const key = selectorKey(selector);
    let scopes = known.get(key);
    if (scopes === undefined) {
      const named = selector.matchLabels?.['kubernetes.io/metadata.name'];
      const among =
        named === undefined
          ? [...namespaces.values()]
          : [namespaces.get(named)].filter((each) => each !== undefined);
      const found = among.filter(({ labels, name }) => matchSelector(selector, labels, name) !== false);
      scopes = found.length > manyNamespaces ? [anywhere] : found.map(({ name }) => name);
      known.set(key, scopes);
    }
    return scopes;
  };
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
