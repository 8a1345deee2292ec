import type { Probe } from '../store/index.ts';
import type { ProbeFailure } from './probe-network.ts';
import { pause } from './waiting.ts';

/** Whether the probe's last word is well: it takes `successThreshold` or `failureThreshold` results in a row to change it. */
export type Verdict = 'success' | 'failure';

export interface ProbeLoop {
  readonly probe: Probe;
  /** One try. */
  readonly check: (signal: AbortSignal) => Promise<ProbeFailure>;
  /** A try of the kubelet's rhythm that failed. */
  readonly onFailure: (message: string) => void;
  readonly onVerdict: (verdict: Verdict) => void;
  /** Until the first success, looks more often than `periodSeconds`; only successes of these tries count. Nothing is decided otherwise than the kubelet would, but nobody waits ten seconds for a server that is up after half a one. */
  readonly eager: boolean;
  /** The loop ends with the first success (a startup probe). */
  readonly once?: boolean;
  readonly signal: AbortSignal;
}

const eagerMilliseconds = 150;

/** Tries a probe again and again until the signal is aborted. */
export async function runProbe(loop: ProbeLoop): Promise<void> {
  const { probe, signal } = loop;
  const period = (probe.periodSeconds ?? 10) * 1000;
  let successes = 0;
  let failures = 0;
  let well = false;
  await pause((probe.initialDelaySeconds ?? 0) * 1000, signal);
  let due = Date.now();
  while (!signal.aborted) {
    const counted = Date.now() >= due;
    if (counted) due = Date.now() + period;
    const failure = await tryOnce(loop);
    if (signal.aborted) return;
    if (failure === undefined) {
      failures = 0;
      successes++;
      if (successes >= (probe.successThreshold ?? 1)) {
        well = true;
        loop.onVerdict('success');
        if (loop.once === true) return;
      }
    } else {
      successes = 0;
      if (counted) {
        failures++;
        loop.onFailure(failure);
        if (failures >= (probe.failureThreshold ?? 3)) {
          well = false;
          failures = 0;
          loop.onVerdict('failure');
        }
      }
    }
    const rest = Math.max(0, due - Date.now());
    await pause(loop.eager && !well ? Math.min(rest, eagerMilliseconds) : rest, signal);
  }
}

async function tryOnce({ probe, check, signal }: ProbeLoop): Promise<ProbeFailure> {
  const limit = AbortSignal.timeout((probe.timeoutSeconds ?? 1) * 1000);
  try {
    return await check(AbortSignal.any([signal, limit]));
  } catch (error) {
    return (error as Error).message;
  }
}
