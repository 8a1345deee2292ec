import { type Cluster, type ClusterPod, matchSelector, selectsLabels } from '../cluster/index.ts';
import { suggestName } from '../manifest/index.ts';
import {
  all,
  allRanges,
  any,
  commonRanges,
  type IpRange,
  type LabelSelector,
  not,
  otherRanges,
  type Truth,
} from '../model/index.ts';
import { describeSet } from './describe-set.ts';
import type { Desk } from './desk.ts';
import { isProblem, type Problem } from './results.ts';
import type { SetWords } from './types.ts';

/** What is in a set: pods, and addresses outside the cluster. */
export interface Members {
  /** Unknown where a label of a namespace decides that nobody gave. */
  has(pod: ClusterPod): Truth;
  readonly ranges: readonly IpRange[];
}

/**
 * Looks a set up in the cluster. A problem where it names what is not there, or where labels select nothing at all: a statement about nothing holds
 * whatever the policies say, and would only look like a test.
 */
export function findMembers(set: SetWords, side: 'from' | 'to', desk: Desk): Members | Problem {
  const { cluster } = desk;
  switch (set.kind) {
    case 'anything':
      return { has: () => true, ranges: allRanges };
    case 'outside':
      return { has: () => false, ranges: allRanges };
    case 'addresses':
      return { has: () => false, ranges: [set.range] };
    case 'named': {
      const found = desk.find(set.text, side);
      if (isProblem(found)) return found;
      const keys = new Set(found.pods);
      return { has: ({ key }) => keys.has(key), ranges: found.ranges };
    }
    case 'namespace':
      return cluster.namespaces.has(set.name) ? inNamespace(set.name) : noNamespace(set.name, cluster);
    case 'namespace labels':
      return selecting(set, { has: (pod) => hasNamespaceLabels(pod, set.selector), ranges: [] }, cluster);
    case 'pod labels':
      return selecting(set, { has: (pod) => selectsLabels(set.selector, pod.labels), ranges: [] }, cluster);
    case 'complement': {
      const inner = findMembers(set.set, side, desk);
      if (isProblem(inner)) return inner;
      return { has: (pod) => not(inner.has(pod)), ranges: otherRanges(inner.ranges) };
    }
    case 'union':
      return combine(set.sets, side, desk, (sets) => ({
        has: (pod) => any(sets, (each) => each.has(pod)),
        ranges: sets.flatMap(({ ranges }) => ranges),
      }));
    case 'intersection': {
      const members = combine(set.sets, side, desk, (sets) => ({
        has: (pod) => all(sets, (each) => each.has(pod)),
        ranges: sets.reduce((left, { ranges }) => commonRanges(left, ranges), allRanges),
      }));
      const isNarrowed = set.sets.length > 1;
      return isProblem(members) || !isNarrowed ? members : selecting(set, members, cluster);
    }
  }
}

/** True where nothing can be in the set. */
export function isEmptySet({ has, ranges }: Members, cluster: Cluster): boolean {
  return ranges.length === 0 && ![...cluster.pods.values()].some((pod) => has(pod) !== false);
}

function combine(
  sets: readonly SetWords[],
  side: 'from' | 'to',
  desk: Desk,
  join: (sets: readonly Members[]) => Members,
): Members | Problem {
  const found = sets.map((set) => findMembers(set, side, desk));
  const problem = found.find(isProblem);
  return problem ?? join(found.filter((members): members is Members => !isProblem(members)));
}

function inNamespace(name: string): Members {
  return { has: ({ namespace }) => namespace === name, ranges: [] };
}

function hasNamespaceLabels(pod: ClusterPod, selector: LabelSelector): Truth {
  return matchSelector(selector, pod.view.namespaceLabels, pod.namespace);
}

function selecting(set: SetWords, members: Members, cluster: Cluster): Members | Problem {
  if (!isEmptySet(members, cluster)) return members;
  return { problem: `${describeSet(set)}: there is no such pod in the manifests`, details: [] };
}

function noNamespace(name: string, { namespaces }: Cluster): Problem {
  const near = suggestName(name, [...namespaces.keys()]);
  return {
    problem: `no namespace ${name} in the manifests`,
    details: near === undefined ? [] : [`did you mean ${near}?`],
  };
}
