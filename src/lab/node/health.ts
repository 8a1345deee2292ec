import type { Probe } from '../store/index.ts';
import { checkOnce, type ProbeTarget } from './probe-check.ts';
import { runProbe, type Verdict } from './probe-loop.ts';
import { pause } from './waiting.ts';

/** What the probes of a container say, and its program itself. */
export interface Health {
  started(): boolean;
  ready(): boolean;
  stop(): void;
}

export interface HealthOptions {
  readonly target: ProbeTarget;
  /** Of the program, beside the probes. */
  readonly programReady: (() => boolean) | undefined;
  readonly onChange: () => void;
  /** A try failed: `Readiness probe failed: …`. */
  readonly onUnhealthy: (message: string) => void;
  /** The container is to be killed. */
  readonly onDead: (kind: 'liveness' | 'startup') => void;
}

const waitingForProgram = 25;
const watchingProgram = 500;

/** Runs a container's probes: startup first, then readiness and liveness side by side. */
export function watchHealth(options: HealthOptions): Health {
  const { container } = options.target;
  const { startupProbe, readinessProbe, livenessProbe } = container;
  const ended = new AbortController();
  const { signal } = ended;
  let started = startupProbe === undefined;
  let passes = readinessProbe === undefined;
  let programReady = options.programReady?.() ?? true;

  function run(
    name: string,
    probe: Probe,
    eager: boolean,
    onVerdict: (verdict: Verdict) => void,
  ): Promise<void> {
    return runProbe({
      probe,
      check: (each) => checkOnce(options.target, probe, each),
      onFailure: (message) => options.onUnhealthy(`${name} probe failed: ${message}`),
      onVerdict,
      eager,
      once: name === 'Startup',
      signal,
    });
  }

  async function watchProgram(ready: () => boolean): Promise<void> {
    while (!signal.aborted) {
      const now = ready();
      if (now !== programReady) {
        programReady = now;
        options.onChange();
      }
      await pause(now ? watchingProgram : waitingForProgram, signal);
    }
  }

  async function watch(): Promise<void> {
    if (startupProbe !== undefined) {
      await run('Startup', startupProbe, true, (verdict) => {
        if (verdict === 'failure') options.onDead('startup');
        else started = true;
      });
      if (signal.aborted || !started) return;
      options.onChange();
    }
    if (readinessProbe !== undefined) {
      void run('Readiness', readinessProbe, true, (verdict) => {
        if (passes === (verdict === 'success')) return;
        passes = verdict === 'success';
        options.onChange();
      });
    }
    if (livenessProbe !== undefined) {
      void run('Liveness', livenessProbe, false, (verdict) => {
        if (verdict === 'failure') options.onDead('liveness');
      });
    }
  }

  void watch();
  if (options.programReady !== undefined) void watchProgram(options.programReady);
  return {
    started: () => started,
    ready: () => started && passes && programReady,
    stop: () => ended.abort(),
  };
}
