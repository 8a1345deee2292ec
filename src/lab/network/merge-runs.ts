/**
 * Runs something one at a time. A call that comes while it runs waits for one more run that begins afterwards, together with all others that came meanwhile. The promise is that
 * of the run which began after the call.
 */
export function mergeRuns(work: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | undefined;
  let next: Promise<void> | undefined;
  const start = (): Promise<void> => {
    // Calls of the same turn share the run, too: the work begins once all of them have said what they want.
    const run = Promise.resolve().then(work);
    const ended = (): void => {
      if (running === run) running = undefined;
    };
    running = run;
    run.then(ended, ended);
    return run;
  };
  return () => {
    if (running === undefined) return start();
    next ??= running.then(ignore, ignore).then(() => {
      next = undefined;
      return start();
    });
    return next;
  };
}

function ignore(): void {}
