import type { Pod } from '../store/index.ts';
import { conditionOf, isTrue } from './conditions.ts';

export function isFinished({ status }: Pod): boolean {
  return status?.phase === 'Succeeded' || status?.phase === 'Failed';
}

export function isTerminating({ metadata }: Pod): boolean {
  return metadata.deletionTimestamp !== undefined;
}

/** Neither finished nor on its way out. */
export function isActive(pod: Pod): boolean {
  return !isFinished(pod) && !isTerminating(pod);
}

export function isReady(pod: Pod): boolean {
  return isTrue(pod.status?.conditions, 'Ready');
}

/** Milliseconds until the pod has been ready for `minReadySeconds`: 0 for an available pod, undefined for one that is not ready. */
function untilAvailable(pod: Pod, minReadySeconds: number, now: number): number | undefined {
  if (!isReady(pod)) return undefined;
  if (minReadySeconds === 0) return 0;
  const since = conditionOf(pod.status.conditions, 'Ready')?.lastTransitionTime;
  if (since === undefined) return undefined;
  return Math.max(0, Date.parse(since) + minReadySeconds * 1000 - now);
}

export function isAvailable(pod: Pod, minReadySeconds: number, now: number): boolean {
  return untilAvailable(pod, minReadySeconds, now) === 0;
}

/** How long to wait for the next of these pods to become available; undefined where none is about to. */
export function nextAvailability(
  pods: readonly Pod[],
  minReadySeconds: number,
  now: number,
): number | undefined {
  const waits = pods
    .map((pod) => untilAvailable(pod, minReadySeconds, now))
    .filter((wait) => wait !== undefined && wait > 0) as number[];
  return waits.length === 0 ? undefined : Math.min(...waits);
}
