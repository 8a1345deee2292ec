import type { Pod } from '../store/index.ts';
import { conditionOf } from './conditions.ts';
import { isReady } from './pod-state.ts';

const phases = { Pending: 0, Unknown: 1, Running: 2 } as const;
const costAnnotation = 'controller.kubernetes.io/pod-deletion-cost';

/** Which of two pods goes first when there are too many (ActivePodsWithRanks of controller_utils.go; on one node the rank says nothing). Negative: `a`. */
export function byDeletionOrder(a: Pod, b: Pod): number {
  return (
    Number(a.spec.nodeName !== undefined) - Number(b.spec.nodeName !== undefined) ||
    phaseOf(a) - phaseOf(b) ||
    Number(isReady(a)) - Number(isReady(b)) ||
    costOf(a) - costOf(b) ||
    readyTime(b) - readyTime(a) ||
    restarts(b) - restarts(a) ||
    Date.parse(b.metadata.creationTimestamp) - Date.parse(a.metadata.creationTimestamp)
  );
}

function phaseOf({ status }: Pod): number {
  return phases[(status?.phase ?? 'Pending') as keyof typeof phases] ?? 0;
}

function costOf({ metadata }: Pod): number {
  return Number(metadata.annotations?.[costAnnotation] ?? 0) || 0;
}

function readyTime(pod: Pod): number {
  if (!isReady(pod)) return 0;
  return Date.parse(conditionOf(pod.status.conditions, 'Ready')?.lastTransitionTime ?? '') || 0;
}

function restarts({ status }: Pod): number {
  return Math.max(0, ...(status?.containerStatuses ?? []).map(({ restartCount }) => restartCount));
}
