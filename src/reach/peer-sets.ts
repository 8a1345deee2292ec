import { type Cluster, matchSelector, selectsLabels } from '../cluster/index.ts';
import { type LabelSelector, type Labels, labelOf, type PacketEnd, type Truth } from '../model/index.ts';
import type { Ends } from './ends.ts';
import { podsKey, selectorKey } from './selector-keys.ts';

/** Virtual ends that match something, and those that may. */
export interface Matches {
  readonly sure: readonly number[];
  readonly maybe: readonly number[];
}

/** Finds the ends that selectors and address blocks match; the same question is answered once. */
export interface PeerSets {
  /** Pods by selectors; `namespaceSelector` undefined = of `namespace` alone. */
  pods(
    namespace: string,
    namespaceSelector: LabelSelector | undefined,
    podSelector: LabelSelector | undefined,
  ): Matches;
  /** Ends by any test of how packets show them; `key` names the test. */
  packets(key: string, test: (end: PacketEnd) => Truth): Matches;
  /** Labels of the pods of a class, and the classes of a namespace that may be selected: hosts and what is outside are not. */
  readonly namespaces: ReadonlyMap<string, readonly number[]>;
}

/** Indexes the classes by namespace and label. */
export function indexPeers(cluster: Cluster, { classes, virtual }: Ends): PeerSets {
  const namespaces = new Map<string, number[]>();
  for (const { index, end } of classes) {
    if (end.pod === undefined || end.host) continue;
    const list = namespaces.get(end.pod.namespace);
    if (list === undefined) namespaces.set(end.pod.namespace, [index]);
    else list.push(index);
  }
  const byLabel = new Map<string, ReadonlyMap<string, readonly number[]>>();
  const known = new Map<string, Matches>();
  const selectedNamespaces = new Map<string, readonly (readonly [string, Truth])[]>();
  const labelsOf = (index: number): Labels => classes[index]!.end.pod!.labels;

  /** Classes of a namespace that can match: by the first label that the selector wants, where it wants one. */
  const candidates = (namespace: string, selector: LabelSelector | undefined): readonly number[] => {
    const all = namespaces.get(namespace) ?? [];
    const [wanted] = Object.entries(selector?.matchLabels ?? {});
    if (wanted === undefined || all.length < 8) return all;
    const [key, value] = wanted;
    const indexKey = `${namespace}\n${key}`;
    let index = byLabel.get(indexKey);
    if (index === undefined) {
      index = Map.groupBy(all, (each) => labelOf(labelsOf(each), key) ?? '\n');
      byLabel.set(indexKey, index);
    }
    return index.get(value) ?? [];
  };

  const inNamespaces = (selector: LabelSelector): readonly (readonly [string, Truth])[] => {
    const key = selectorKey(selector);
    let found = selectedNamespaces.get(key);
    if (found === undefined) {
      found = [...namespaces.keys()]
        .map((name): readonly [string, Truth] => [
          name,
          matchSelector(selector, cluster.namespaces.get(name)!.labels, name),
        ])
        .filter(([, truth]) => truth !== false);
      selectedNamespaces.set(key, found);
    }
    return found;
  };

  return {
    namespaces,
    pods(namespace, namespaceSelector, podSelector) {
      const key = podsKey(namespace, namespaceSelector, podSelector);
      const before = known.get(key);
      if (before !== undefined) return before;
      const sure: number[] = [];
      const maybe: number[] = [];
      const places =
        namespaceSelector === undefined ? [[namespace, true] as const] : inNamespaces(namespaceSelector);
      for (const [name, truth] of places) {
        for (const index of candidates(name, podSelector)) {
          if (!selectsLabels(podSelector, labelsOf(index))) continue;
          const into = truth === true ? sure : maybe;
          for (const each of classes[index]!.virtual) into.push(each);
        }
      }
      const matches = { sure, maybe };
      known.set(key, matches);
      return matches;
    },
    packets(key, test) {
      const before = known.get(key);
      if (before !== undefined) return before;
      const sure: number[] = [];
      const maybe: number[] = [];
      for (const { index, packet } of virtual) {
        const truth = test(packet);
        if (truth === true) sure.push(index);
        else if (truth !== false) maybe.push(index);
      }
      const matches = { sure, maybe };
      known.set(key, matches);
      return matches;
    },
  };
}
