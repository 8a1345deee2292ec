import type { ClusterPod } from '../cluster/index.ts';
import type { MapEnd, ReachMap, WorkloadEnd } from '../reach/index.ts';
import { type MatchedOutside, matchOutside } from './match-outside.ts';

/** An end that both maps have: pods, or addresses outside, that neither map tells apart. */
export type MatchedEnd = MatchedWorkload | MatchedOutside;

export interface MatchedWorkload {
  readonly kind: 'workload';
  readonly label: string;
  readonly namespace: string;
  readonly before: WorkloadEnd;
  readonly after: WorkloadEnd;
  /** Pods by name where both sides have it; at least one. */
  readonly pods: readonly PodPair[];
}

/** One pod on both sides; where names are made anew with each roll-out, a pod of the same end. */
export interface PodPair {
  readonly before: ClusterPod;
  readonly after: ClusterPod;
}

export interface MatchedEnds {
  readonly both: readonly MatchedEnd[];
  readonly added: readonly MapEnd[];
  readonly removed: readonly MapEnd[];
}

/**
 * Finds what the ends of two maps have in common. Workloads are matched by namespace, kind and name, and where a map tells pods of one apart, pods by name;
 * addresses are cut by the ranges of both maps.
 */
export function matchEnds(before: ReachMap, after: ReachMap): MatchedEnds {
  const left = workloadsOf(before);
  const right = workloadsOf(after);
  const both: MatchedEnd[] = [];
  const matched = new Set<MapEnd>();
  for (const [key, ends] of left) {
    for (const match of matchWorkload(ends, right.get(key) ?? [])) {
      both.push(match);
      matched.add(match.before).add(match.after);
    }
  }
  both.push(...matchOutside(before, after));
  return { both, added: lone(right, matched), removed: lone(left, matched) };
}

/** Is there traffic between pods of the end, on both sides? */
export function hasTwoPods({ before, after }: MatchedEnd): boolean {
  return [before, after].every((end) => end.kind === 'workload' && end.pods.length > 1);
}

/** What is left over is there on one side only. */
function lone(
  ends: ReadonlyMap<string, readonly WorkloadEnd[]>,
  matched: ReadonlySet<MapEnd>,
): WorkloadEnd[] {
  return [...ends.values()].flat().filter((end) => !matched.has(end));
}

function workloadsOf({ ends }: ReachMap): ReadonlyMap<string, readonly WorkloadEnd[]> {
  const workloads = ends.filter((end) => end.kind === 'workload');
  return Map.groupBy(workloads, ({ workload: { namespace, kind, name } }) => `${namespace}/${kind}/${name}`);
}

function matchWorkload(before: readonly WorkloadEnd[], after: readonly WorkloadEnd[]): MatchedWorkload[] {
  const [left, right] = [before[0], after[0]];
  if (left === undefined || right === undefined) return [];
  if (before.length === 1 && after.length === 1)
    return [matchOf(left, right, pairPods(left, right), left.label)];
  const common = before.flatMap((b) =>
    after.flatMap((a) => {
      const pods = commonPods(b, a);
      return pods.length === 0 ? [] : [matchOf(b, a, pods, labelOf(b, a, pods))];
    }),
  );
  const matched = new Set<WorkloadEnd>(common.flatMap((match) => [match.before, match.after]));
  const rest = before
    .filter((b) => !matched.has(b))
    .flatMap((b) =>
      after.filter((a) => !matched.has(a)).map((a) => matchOf(b, a, pairPods(b, a), labelOf(b, a, []))),
    );
  return [...common, ...rest];
}

function matchOf(
  before: WorkloadEnd,
  after: WorkloadEnd,
  pods: readonly PodPair[],
  label: string,
): MatchedWorkload {
  return { kind: 'workload', label, namespace: after.namespace, before, after, pods };
}

/** The label of the side that tells more pods apart. */
function labelOf(before: WorkloadEnd, after: WorkloadEnd, pods: readonly PodPair[]): string {
  if (pods.length === after.pods.length) return after.label;
  if (pods.length === before.pods.length) return before.label;
  const { namespace, kind, name } = after.workload;
  const names = pods.map((pair) => pair.after.name);
  return `${namespace}/${kind}/${name}${names.length === 0 ? '' : ` (${names.join(', ')})`}`;
}

function commonPods(before: WorkloadEnd, after: WorkloadEnd): PodPair[] {
  const byKey = new Map(after.pods.map((pod) => [pod.key, pod]));
  return before.pods.flatMap((pod) => {
    const same = byKey.get(pod.key);
    return same === undefined ? [] : [{ before: pod, after: same }];
  });
}

/** Pods of the same name first; without any, in their order. All pods of an end are alike. */
function pairPods(before: WorkloadEnd, after: WorkloadEnd): PodPair[] {
  const common = commonPods(before, after);
  const size = Math.min(before.pods.length, after.pods.length, 2);
  if (common.length >= size) return common;
  const taken = new Set(common.flatMap((pair) => [pair.before, pair.after]));
  const left = before.pods.filter((pod) => !taken.has(pod));
  const right = after.pods.filter((pod) => !taken.has(pod));
  const rest = left.slice(0, right.length).map((pod, i) => ({ before: pod, after: right[i]! }));
  return [...common, ...rest];
}
