import type { ContainerRunner } from './container.ts';

/**
 * Runs a pod's containers as the kubelet does: init containers one after the other, a sidecar only until it has started, then the main ones side by side. Resolves when the main ones won't be started any
 * more, or an init container has failed for good.
 */
export async function runInOrder(
  init: readonly ContainerRunner[],
  main: readonly ContainerRunner[],
  nextChange: (signal: AbortSignal) => Promise<void>,
  halted: AbortSignal,
): Promise<void> {
  for (const container of init) {
    if (halted.aborted) return;
    const run = container.run();
    if (container.kind === 'init') {
      if ((await run)?.code !== 0) return;
      continue;
    }
    while (!container.status().started && !halted.aborted) await nextChange(halted);
  }
  if (halted.aborted) return;
  await Promise.all(main.map((container) => container.run()));
}

/** Ends all of them: main containers first, then sidecars, the last one first. */
export async function stopAll(
  init: readonly ContainerRunner[],
  main: readonly ContainerRunner[],
  hurry: AbortSignal,
): Promise<void> {
  const first = [...init.filter(({ kind }) => kind === 'init'), ...main];
  await Promise.all(first.map((container) => container.stop(hurry)));
  for (const sidecar of init.filter(({ kind }) => kind === 'sidecar').toReversed()) await sidecar.stop(hurry);
}
