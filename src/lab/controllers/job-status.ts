import type { Condition, Pod } from '../store/index.ts';
import { conditionOf, isTrue } from './conditions.ts';
import type { Job } from './types.ts';

export const indexAnnotation = 'batch.kubernetes.io/job-completion-index';

/** How a job's pods have ended so far; pods that are gone are counted, too. */
export interface Tally {
  /** uids of pods that succeeded, each with its index. */
  readonly succeeded: Map<string, number | undefined>;
  /** uids of pods that failed, each with the time. */
  readonly failed: Map<string, number>;
  /** Pods that the controller itself took away: they count for nothing. */
  readonly withdrawn: Set<string>;
}

export function emptyTally(): Tally {
  return { succeeded: new Map(), failed: new Map(), withdrawn: new Set() };
}

/** Counts a pod that has ended, or that was taken away before it could. */
export function count(tally: Tally, pod: Pod, gone: boolean): void {
  const { uid } = pod.metadata;
  if (tally.succeeded.has(uid) || tally.failed.has(uid)) return;
  const phase = pod.status?.phase;
  if (phase === 'Succeeded') tally.succeeded.set(uid, indexOf(pod));
  else if (phase === 'Failed' || (gone && !tally.withdrawn.has(uid))) tally.failed.set(uid, Date.now());
}

export function indexOf({ metadata }: Pod): number | undefined {
  const index = metadata.annotations?.[indexAnnotation];
  return index === undefined ? undefined : Number(index);
}

export function isIndexed({ spec }: Job): boolean {
  return spec.completionMode === 'Indexed';
}

export function isJobFinished({ status }: Job): boolean {
  return isTrue(status?.conditions, 'Complete') || isTrue(status?.conditions, 'Failed');
}

/** The condition by which a job ended. */
export function finishedBy({ status }: Job): Condition | undefined {
  const ends = ['Complete', 'Failed'].map((type) => conditionOf(status?.conditions, type));
  return ends.find((condition) => condition?.status === 'True');
}

/** Indexes that succeeded, below the number of completions. */
export function completedIndexes({ spec }: Job, tally: Tally): ReadonlySet<number> {
  const all = [...tally.succeeded.values()];
  return new Set(all.filter((index) => index !== undefined && index < (spec.completions ?? 0)) as number[]);
}

/** Numbers as Kubernetes writes sets of indexes: `0,2-4`. */
export function formatIndexes(indexes: ReadonlySet<number>): string {
  const sorted = [...indexes].sort((a, b) => a - b);
  const runs: [number, number][] = [];
  for (const index of sorted) {
    const last = runs.at(-1);
    if (last !== undefined && last[1] === index - 1) last[1] = index;
    else runs.push([index, index]);
  }
  return runs
    .map(([from, to]) => {
      if (from === to) return String(from);
      return to === from + 1 ? `${from},${to}` : `${from}-${to}`;
    })
    .join();
}
