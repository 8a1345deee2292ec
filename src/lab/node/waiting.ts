import { setTimeout as sleep } from 'node:timers/promises';

/** Waits so many milliseconds, or until the signal is aborted; never rejects. */
export async function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  await sleep(milliseconds, undefined, { signal }).catch(() => {});
}

/** Resolves when the signal is aborted. */
export function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}

/** A signal that is aborted at a time that can be brought forward, never put off. */
export interface Deadline {
  readonly signal: AbortSignal;
  /** At the latest so many milliseconds from now. */
  within(milliseconds: number): void;
}

export function createDeadline(): Deadline {
  const controller = new AbortController();
  let due = Number.POSITIVE_INFINITY;
  let timer: NodeJS.Timeout | undefined;
  return {
    signal: controller.signal,
    within(milliseconds) {
      const wanted = Date.now() + milliseconds;
      if (wanted >= due || controller.signal.aborted) return;
      due = wanted;
      clearTimeout(timer);
      if (milliseconds <= 0) controller.abort();
      else timer = setTimeout(() => controller.abort(), milliseconds);
    },
  };
}
