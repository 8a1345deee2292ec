import { randomBytes } from 'node:crypto';
import { type Container, type ContainerState, type ContainerStatus, timestamp } from '../store/index.ts';
import { createBackOff, formatDuration } from './back-off.ts';
import type { CommandPlace } from './command.ts';
import type { Console } from './console.ts';
import { ConfigError } from './environment.ts';
import { type Life, startLife } from './life.ts';
import { type Living, lead } from './living.ts';
import { type ContainerLog, createLog } from './log.ts';
import type { PodHost } from './pod-host.ts';
import type { Exit } from './types.ts';
import { VolumeError } from './volume-content.ts';
import { pause } from './waiting.ts';

/** `init` runs to its end before the next, `sidecar` is an init container that goes on beside the others. */
export type ContainerKind = 'init' | 'sidecar' | 'main';

/** One container of a pod, through all of its lives. */
export interface ContainerRunner {
  readonly name: string;
  readonly kind: ContainerKind;
  status(): ContainerStatus;
  /** Says what the pod waits for before its containers can be started. */
  hold(message: string): void;
  /** Starts it, and again as its restart policy says. Resolves with its last exit when it won't be started any more; undefined where it was stopped. */
  run(): Promise<Exit | undefined>;
  /** Ends it for good; `hurry` is aborted when the grace period is over. Resolves when it has ended. */
  stop(hurry: AbortSignal): Promise<void>;
  /** Its image is another one now: this life ends, the next has the new one. */
  replace(): void;
  /** Where a command can run in it; undefined while it doesn't run. */
  command(): CommandPlace | undefined;
  /** What it can be attached by; undefined while it doesn't run. */
  console(): Console | undefined;
  log(previous: boolean): ContainerLog | undefined;
}

const retryMilliseconds = 5000;

/** `waiting`: what it waits for until it's started the first time. */
export function createContainer(
  host: PodHost,
  name: string,
  kind: ContainerKind,
  waiting: 'ContainerCreating' | 'PodInitializing',
): ContainerRunner {
  const stopped = new AbortController();
  const backOff = createBackOff();
  let state: ContainerState = { waiting: { reason: waiting } };
  let lastState: ContainerState = {};
  let restartCount = 0;
  let id: string | undefined;
  let current: { readonly life: Life; readonly living: Living } | undefined;
  let log: ContainerLog | undefined;
  let previousLog: ContainerLog | undefined;
  let hurry: AbortSignal | undefined;
  let work: Promise<Exit | undefined> | undefined;

  const { node } = host;
  const fieldPath = `spec.${kind === 'main' ? 'containers' : 'initContainers'}{${name}}`;

  function note(reason: string, message: string, type: 'Normal' | 'Warning' = 'Normal'): void {
    node.record(host.pod(), { type, reason, message, fieldPath });
  }

  function become(next: ContainerState): void {
    if (state.terminated !== undefined && next.terminated === undefined) {
      lastState = { terminated: state.terminated };
    }
    state = next;
    host.changed();
  }

  function spec(): Container {
    const { containers, initContainers = [] } = host.pod().spec;
    return [...initContainers, ...containers].find((each) => each.name === name)!;
  }

  /** One life; undefined where there was none to live, and it's time for another try. */
  async function live(): Promise<Exit | undefined> {
    const container = spec();
    const program = node.images(container.image);
    if ('missing' in program) {
      await waitForImage(container.image, program.missing);
      return undefined;
    }
    if (state.waiting !== undefined) become({ waiting: { reason: 'ContainerCreating' } });
    const written = createLog();
    try {
      note('Pulled', `Container image "${container.image}" already present on machine`);
      const life = await startLife(host, container, program, written);
      note('Created', `Created container: ${name}`);
      return await follow(container, life, written);
    } catch (error) {
      if (!(error instanceof ConfigError || error instanceof VolumeError)) {
        return failToStart((error as Error).message, written);
      }
      become({ waiting: { reason: 'CreateContainerConfigError', message: error.message } });
      note('Failed', `Error: ${error.message}`, 'Warning');
      await host.nextChange(AbortSignal.any([stopped.signal, AbortSignal.timeout(retryMilliseconds)]));
      return undefined;
    }
  }

  async function waitForImage(image: string, missing: string): Promise<void> {
    note('Failed', `Failed to pull image "${image}": ${missing}`, 'Warning');
    note('Failed', 'Error: ErrImagePull', 'Warning');
    const message = `Back-off pulling image "${image}": ErrImagePull: ${missing}`;
    become({ waiting: { reason: 'ImagePullBackOff', message } });
    while (!stopped.signal.aborted && spec().image === image) await host.nextChange(stopped.signal);
  }

  function begin(written: ContainerLog): void {
    previousLog = log;
    log = written;
    id = randomBytes(32).toString('hex');
  }

  function failToStart(message: string, written: ContainerLog): Exit {
    begin(written);
    written.end();
    note('Failed', `Error: ${message}`, 'Warning');
    const now = timestamp();
    become({
      terminated: { exitCode: 128, reason: 'StartError', message, startedAt: now, finishedAt: now },
    });
    return { code: 128 };
  }

  async function follow(container: Container, life: Life, written: ContainerLog): Promise<Exit> {
    begin(written);
    const living = lead({ host, container, life, note, onChange: host.changed });
    current = { life, living };
    const startedAt = timestamp(life.startedAt);
    become({ running: { startedAt } });
    note('Started', `Started container ${name}`);
    if (stopped.signal.aborted) void living.end(`Stopping container ${name}`, hurry!);
    const { code } = await living.exited;
    current = undefined;
    written.end();
    life.console.end();
    const reason = code === 0 ? 'Completed' : 'Error';
    become({ terminated: { exitCode: code, reason, startedAt, finishedAt: timestamp() } });
    return { code };
  }

  /** Waits as long as the back-off wants. */
  async function waitForRestart(): Promise<void> {
    const wait = backOff.next(Date.now());
    if (wait === 0 || stopped.signal.aborted) return;
    const { metadata } = host.pod();
    const pod = `${metadata.name}_${metadata.namespace}(${metadata.uid})`;
    note('BackOff', `Back-off restarting failed container ${name} in pod ${pod}`, 'Warning');
    const message = `back-off ${formatDuration(wait)} restarting failed container=${name} pod=${pod}`;
    become({ waiting: { reason: 'CrashLoopBackOff', message } });
    await pause(wait, stopped.signal);
  }

  async function run(): Promise<Exit | undefined> {
    for (;;) {
      if (stopped.signal.aborted) return undefined;
      const exit = await live();
      if (exit === undefined) continue;
      if (stopped.signal.aborted || !restarts(exit, kind, host.pod().spec.restartPolicy)) return exit;
      await waitForRestart();
      restartCount++;
    }
  }

  return {
    name,
    kind,
    status() {
      const { image } = spec();
      const ready = kind === 'init' ? state.terminated?.exitCode === 0 : (current?.living.ready() ?? false);
      return {
        name,
        image,
        imageID: id === undefined ? '' : image,
        ...(id !== undefined && { containerID: `portcullis://${id}` }),
        ready,
        started: kind !== 'init' && (current?.living.started() ?? false),
        restartCount,
        state,
        lastState,
      };
    },
    hold(message) {
      if (state.waiting !== undefined) become({ waiting: { ...state.waiting, message } });
    },
    run() {
      work ??= run();
      return work;
    },
    async stop(limit) {
      hurry ??= limit;
      stopped.abort();
      await current?.living.end(`Stopping container ${name}`, limit);
      await work;
    },
    replace() {
      const over = AbortSignal.timeout((host.pod().spec.terminationGracePeriodSeconds ?? 30) * 1000);
      void current?.living.end(`Container ${name} definition changed, will be restarted`, over);
    },
    command: () => current?.life.command,
    console: () => current?.life.console,
    log: (previous) => (previous ? previousLog : log),
  };
}

function restarts({ code }: Exit, kind: ContainerKind, policy: string = 'Always'): boolean {
  if (kind === 'sidecar') return true;
  if (kind === 'init') return code !== 0 && policy !== 'Never';
  return policy === 'Always' || (policy === 'OnFailure' && code !== 0);
}
