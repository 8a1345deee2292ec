import { setImmediate as turn } from 'node:timers/promises';

/**
 * Runs something one at a time. A call that comes while it runs waits for one more run that begins afterwards, together with all others that came meanwhile. The promise is that
 * of the run which began after the call. A run begins in the next turn of the event loop: whatever was already due then, such as news of the same change, is heard before.
 */
export function mergeRuns(work: () => Promise<void>): () => Promise<void> {
  let last: Promise<void> = Promise.resolve();
  let waiting: Promise<void> | undefined;
  return () => {
    if (waiting !== undefined) return waiting;
    const run = last
      .then(() => turn())
      .then(() => {
        // From here on a call is too late for this run.
        waiting = undefined;
        return work();
      });
    waiting = run;
    last = run.catch(() => undefined);
    return run;
  };
}
