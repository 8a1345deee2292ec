import { type Condition, timestamp } from '../store/index.ts';

export function conditionOf<T extends Condition>(
  conditions: readonly T[] | undefined,
  type: string,
): T | undefined {
  return conditions?.find((condition) => condition.type === type);
}

/** True where the object says so: `isTrue(job.status?.conditions, 'Complete')`. */
export function isTrue(conditions: readonly Condition[] | undefined, type: string): boolean {
  return conditionOf(conditions, type)?.status === 'True';
}

/**
 * The conditions with this one in them, as the controllers of apps set theirs: the same status and reason leave all as it is; the time of the transition is kept where the status is the same.
 */
export function withCondition<T extends Condition>(
  conditions: readonly T[] | undefined,
  wanted: T,
): readonly T[] {
  const current = conditionOf(conditions, wanted.type);
  if (current?.status === wanted.status && current.reason === wanted.reason) return conditions ?? [];
  const since =
    current?.status === wanted.status && current.lastTransitionTime !== undefined
      ? { lastTransitionTime: current.lastTransitionTime }
      : undefined;
  return [...withoutCondition(conditions, wanted.type), { ...wanted, ...since }];
}

export function withoutCondition<T extends Condition>(
  conditions: readonly T[] | undefined,
  type: string,
): readonly T[] {
  return (conditions ?? []).filter((condition) => condition.type !== type);
}

/** A condition that begins now. */
export function newCondition(
  type: string,
  status: Condition['status'],
  reason: string,
  message: string,
): Condition {
  return { type, status, lastTransitionTime: timestamp(), reason, message };
}
