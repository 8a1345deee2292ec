import type { Probe } from '../store/index.ts';
import { checkOnce, type ProbeTarget } from './probe-check.ts';
import { pause } from './waiting.ts';

interface Hook extends Pick<Probe, 'exec' | 'httpGet' | 'tcpSocket'> {
  readonly sleep?: { readonly seconds: number };
}

/** What a container does right after its start or right before its end. */
export interface Lifecycle {
  readonly postStart?: Hook;
  readonly preStop?: Hook;
}

/** Runs a hook to its end; undefined where it went well or was cut off, else what went wrong. */
export async function runHook(
  hook: Hook,
  target: ProbeTarget,
  signal: AbortSignal,
): Promise<string | undefined> {
  if (hook.sleep !== undefined) {
    await pause(hook.sleep.seconds * 1000, signal);
    return undefined;
  }
  try {
    const failure = await checkOnce(target, hook, signal);
    return signal.aborted ? undefined : failure;
  } catch (error) {
    return (error as Error).message;
  }
}
