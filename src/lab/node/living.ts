import type { Container } from '../store/index.ts';
import { type Health, watchHealth } from './health.ts';
import { type Lifecycle, runHook } from './hooks.ts';
import type { Life } from './life.ts';
import type { PodHost } from './pod-host.ts';
import type { ProbeTarget } from './probe-check.ts';
import { probeOrigin } from './probe-origin.ts';
import type { Exit } from './types.ts';
import { aborted, createDeadline } from './waiting.ts';

/** A container that has been started: its hooks, its probes, its end. */
export interface Living {
  /** Resolves when it has ended and nothing of it is left. */
  readonly exited: Promise<Exit>;
  started(): boolean;
  ready(): boolean;
  /** Ends it: preStop, SIGTERM, and SIGKILL when `hurry` is aborted. Of several calls the first one's words count, and the shortest time. */
  end(why: string, hurry: AbortSignal): Promise<void>;
}

export interface LivingOptions {
  readonly host: PodHost;
  readonly container: Container;
  readonly life: Life;
  readonly note: (reason: string, message: string, type?: 'Normal' | 'Warning') => void;
  readonly onChange: () => void;
}

/** A program that doesn't end on SIGKILL (one in the lab's own process) is left alone after so long. */
const patience = 2000;
const usualGraceSeconds = 30;

export function lead({ host, container, life, note, onChange }: LivingOptions): Living {
  const { running, command } = life;
  const { lifecycle = {} } = container as { readonly lifecycle?: Lifecycle };
  const target: ProbeTarget = { container, address: host.link.address, origin: probeOrigin(host), command };
  const over = new AbortController();
  const forced = Promise.withResolvers<Exit>();
  let health: Health | undefined;
  let ending = false;

  const own = running.exited.catch((error: unknown): Exit => {
    host.node.report(`program of ${container.image}`, error);
    return { code: 1 };
  });
  const exited = Promise.race([own, forced.promise]).then(async (exit) => {
    over.abort();
    health?.stop();
    await command.box.close();
    return exit;
  });

  async function begin(): Promise<void> {
    const { postStart } = lifecycle;
    const failure = postStart && (await runHook(postStart, target, over.signal));
    if (over.signal.aborted) return;
    if (failure !== undefined) {
      note('FailedPostStartHook', `PostStartHook failed: ${failure}`, 'Warning');
      void end('FailedPostStartHook', graceOver());
      return;
    }
    health = watchHealth({
      target,
      programReady: running.ready,
      onChange,
      onUnhealthy: (message) => note('Unhealthy', message, 'Warning'),
      onDead: (kind) =>
        void end(`Container ${container.name} failed ${kind} probe, will be restarted`, graceOver()),
    });
    onChange();
  }

  /** Aborted when the pod's own grace period is over from now. */
  function graceOver(): AbortSignal {
    const deadline = createDeadline();
    deadline.within((host.pod().spec.terminationGracePeriodSeconds ?? usualGraceSeconds) * 1000);
    return deadline.signal;
  }

  async function endGently(why: string, hurry: AbortSignal): Promise<void> {
    note('Killing', why);
    const { preStop } = lifecycle;
    const until = AbortSignal.any([hurry, over.signal]);
    const failure = preStop && (await runHook(preStop, target, until));
    if (failure !== undefined) note('FailedPreStopHook', `PreStopHook failed: ${failure}`, 'Warning');
    running.signal('SIGTERM');
  }

  async function killWhen(hurry: AbortSignal): Promise<void> {
    await aborted(AbortSignal.any([hurry, over.signal]));
    if (over.signal.aborted) return;
    running.signal('SIGKILL');
    const timer = setTimeout(() => forced.resolve({ code: 137, signal: 9 }), patience);
    await exited;
    clearTimeout(timer);
  }

  async function end(why: string, hurry: AbortSignal): Promise<void> {
    if (over.signal.aborted) return;
    if (!ending) void endGently(why, hurry);
    ending = true;
    void killWhen(hurry);
    await exited;
  }

  void begin();
  return {
    exited,
    started: () => health?.started() ?? false,
    ready: () => health?.ready() ?? false,
    end,
  };
}
