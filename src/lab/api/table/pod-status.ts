import type { Container, ContainerState, ContainerStatus, Pod } from '../../store/index.ts';

/** What `kubectl get pods` says of a pod. */
export interface PodSummary {
  readonly ready: number;
  readonly containers: number;
  readonly reason: string;
  readonly restarts: number;
  /** When a container last ended before it was started again. */
  readonly lastRestart: string | undefined;
}

/** Restarts of some containers, and when the last was. */
interface Restarts {
  count: number;
  last: string | undefined;
}

/** Sums a pod up as the API server's printer does (printPod in pkg/printers/internalversion). */
export function summarizePod(pod: Pod): PodSummary {
  const { spec, status, metadata } = pod;
  const { phase = 'Pending', conditions = [] } = status ?? {};
  const initContainers = new Map((spec.initContainers ?? []).map((each) => [each.name, each]));
  const sidecars = [...initContainers.values()].filter(isSidecar).length;
  const gated = conditions.some(
    ({ type, reason }) => type === 'PodScheduled' && reason === 'SchedulingGated',
  );
  const first = gated ? 'SchedulingGated' : status?.reason || phase;
  const init = summarizeInit(status?.initContainerStatuses ?? [], initContainers, first);
  const initialized = conditions.some(
    ({ type, status: value }) => type === 'Initialized' && value === 'True',
  );
  const started = !init.initializing || initialized;
  const main = started ? summarizeMain(pod, init.reason) : undefined;
  const restarts = main === undefined ? init.all : join(init.ofSidecars, main.restarts);
  const going = metadata.deletionTimestamp !== undefined;
  const ended = phase === 'Succeeded' || phase === 'Failed';
  const reason = main?.reason ?? init.reason;
  return {
    ready: init.ready + (main?.ready ?? 0),
    containers: spec.containers.length + sidecars,
    reason: going && status?.reason === 'NodeLost' ? 'Unknown' : going && !ended ? 'Terminating' : reason,
    restarts: restarts.count,
    lastRestart: restarts.last,
  };
}

interface InitSummary {
  readonly initializing: boolean;
  readonly reason: string;
  readonly ready: number;
  readonly all: Restarts;
  readonly ofSidecars: Restarts;
}

function summarizeInit(
  statuses: readonly ContainerStatus[],
  containers: ReadonlyMap<string, Container>,
  first: string,
): InitSummary {
  const all: Restarts = { count: 0, last: undefined };
  const ofSidecars: Restarts = { count: 0, last: undefined };
  let ready = 0;
  for (const [i, status] of statuses.entries()) {
    const sidecar = isSidecar(containers.get(status.name));
    add(all, status);
    if (sidecar) add(ofSidecars, status);
    if (status.state.terminated?.exitCode === 0) continue;
    if (sidecar && status.started) {
      if (status.ready) ready++;
      continue;
    }
    const reason = initReason(status.state) ?? `Init:${i}/${containers.size}`;
    return { initializing: true, reason, ready, all, ofSidecars };
  }
  return { initializing: false, reason: first, ready, all, ofSidecars };
}

function initReason({ terminated, waiting }: ContainerState): string | undefined {
  if (terminated !== undefined) return `Init:${endOf(terminated)}`;
  const reason = waiting?.reason ?? '';
  return reason === '' || reason === 'PodInitializing' ? undefined : `Init:${reason}`;
}

function endOf({ reason, signal, exitCode }: NonNullable<ContainerState['terminated']>): string {
  if (reason) return reason;
  return signal ? `Signal:${signal}` : `ExitCode:${exitCode}`;
}

function summarizeMain(
  { status }: Pod,
  before: string,
): { readonly reason: string; readonly ready: number; readonly restarts: Restarts } {
  const restarts: Restarts = { count: 0, last: undefined };
  let reason = before;
  let failed = '';
  let ready = 0;
  for (const each of (status.containerStatuses ?? []).toReversed()) {
    add(restarts, each);
    const { waiting, terminated, running } = each.state;
    if (waiting?.reason) reason = waiting.reason;
    else if (terminated !== undefined) {
      reason = endOf(terminated);
      if (terminated.exitCode !== 0) failed = reason;
    } else if (each.ready && running !== undefined) ready++;
  }
  if (reason !== 'Completed') return { reason, ready, restarts };
  const podReady = (status.conditions ?? []).some(
    ({ type, status: value }) => type === 'Ready' && value === 'True',
  );
  if (ready > 0 && podReady) reason = 'Running';
  else if (failed !== '') reason = failed;
  else if (ready > 0) reason = 'NotReady';
  return { reason, ready, restarts };
}

function isSidecar(container: Container | undefined): boolean {
  return container?.restartPolicy === 'Always';
}

function add(restarts: Restarts, { restartCount, lastState }: ContainerStatus): void {
  restarts.count += restartCount;
  restarts.last = later(restarts.last, lastState?.terminated?.finishedAt);
}

function join(a: Restarts, b: Restarts): Restarts {
  return { count: a.count + b.count, last: later(a.last, b.last) };
}

function later(a: string | undefined, b: string | undefined): string | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return a < b ? b : a;
}
