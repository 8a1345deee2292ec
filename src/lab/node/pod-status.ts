import type { Condition, ContainerStatus, Pod, PodStatus } from '../store/index.ts';

/** What the kubelet knows of a pod, beside what its containers are doing. */
export interface PodFacts {
  readonly address: string | undefined;
  readonly hostIP: string;
  readonly startTime: string;
  readonly init: readonly ContainerStatus[];
  readonly main: readonly ContainerStatus[];
  /** Names of the init containers that go on beside the others. */
  readonly sidecars: ReadonlySet<string>;
  /** Decided otherwise: a pod past its activeDeadlineSeconds. */
  readonly failure?: { readonly reason: string; readonly message: string };
}

/** The status that a kubelet writes. Conditions of others (PodScheduled, readiness gates) are kept. Source: kubelet_pods.go, status/generate.go. */
export function podStatus(pod: Pod, facts: PodFacts, now: string): PodStatus {
  const { address, init, main } = facts;
  const before = pod.status ?? { phase: 'Pending' };
  const wanted = facts.failure === undefined ? phaseOf(pod, facts) : 'Failed';
  // Nothing is over while a container still runs (a sidecar that is being ended).
  const busy = [...init, ...main].some(({ state }) => state.running !== undefined);
  const over = !busy && isFinal(wanted);
  const phase = over || !isFinal(wanted) ? wanted : (before.phase ?? 'Running');
  const hosted = { hostIP: facts.hostIP, hostIPs: [{ ip: facts.hostIP }] };
  return {
    ...before,
    phase,
    ...(over && facts.failure),
    startTime: facts.startTime,
    ...hosted,
    ...(address !== undefined && { podIP: address, podIPs: [{ ip: address }] }),
    conditions: conditionsOf(pod, facts, phase, now),
    ...(init.length > 0 && { initContainerStatuses: init }),
    containerStatuses: main.toSorted((a, b) => (a.name < b.name ? -1 : 1)),
  };
}

function isFinal(phase: PodStatus['phase']): boolean {
  return phase === 'Succeeded' || phase === 'Failed';
}

function phaseOf(pod: Pod, { init, main, sidecars }: PodFacts): PodStatus['phase'] {
  const policy = pod.spec.restartPolicy ?? 'Always';
  const failed = init.some(
    (status) =>
      !sidecars.has(status.name) && (lastExit(status)?.exitCode ?? 0) !== 0 && !status.state.running,
  );
  if (failed && policy === 'Never') return 'Failed';
  if (init.some((status) => isPending(status, sidecars.has(status.name)))) return 'Pending';
  const stopped = main.filter(
    (status) => status.state.running === undefined && lastExit(status) !== undefined,
  );
  const running = main.filter(({ state }) => state.running !== undefined);
  if (stopped.length + running.length < main.length) return 'Pending';
  if (running.length > 0 || policy === 'Always') return 'Running';
  const allWell = stopped.every(({ state }) => state.terminated?.exitCode === 0);
  if (allWell) return 'Succeeded';
  return policy === 'Never' ? 'Failed' : 'Running';
}

function lastExit({ state, lastState }: ContainerStatus): { readonly exitCode: number } | undefined {
  return state.terminated ?? lastState.terminated;
}

function isPending({ state, started }: ContainerStatus, sidecar: boolean): boolean {
  if (sidecar) return state.terminated === undefined && !started;
  return state.terminated?.exitCode !== 0;
}

function conditionsOf(
  pod: Pod,
  { address, init, main, sidecars }: PodFacts,
  phase: PodStatus['phase'],
  now: string,
): readonly Condition[] {
  const finished = isFinal(phase);
  const before = pod.status?.conditions ?? [];
  const uninitialized = init.filter((each) => isPending(each, sidecars.has(each.name)));
  const unready = [...init.filter(({ name }) => sidecars.has(name)), ...main].filter(({ ready }) => !ready);
  const incomplete = `containers with incomplete status: [${names(uninitialized)}]`;
  const notReady = `containers with unready status: [${names(unready)}]`;
  const completed = { status: 'False', reason: 'PodCompleted' } as const;
  const containersReady = finished
    ? completed
    : verdict(unready.length === 0, 'ContainersNotReady', notReady);
  const gate = missingGate(pod, before);
  const ready =
    containersReady.status === 'True' && gate !== undefined
      ? ({ status: 'False', reason: 'ReadinessGatesNotReady', message: gate } as const)
      : containersReady;
  const initialized =
    finished && uninitialized.length === 0 && phase === 'Succeeded'
      ? ({ status: 'True', reason: 'PodCompleted' } as const)
      : verdict(uninitialized.length === 0, 'ContainersNotInitialized', incomplete);
  const own: readonly Omit<Condition, 'lastTransitionTime'>[] = [
    { type: 'PodReadyToStartContainers', status: address !== undefined && !finished ? 'True' : 'False' },
    { type: 'Initialized', ...initialized },
    { type: 'Ready', ...ready },
    { type: 'ContainersReady', ...containersReady },
    before.find(({ type }) => type === 'PodScheduled') ?? { type: 'PodScheduled', status: 'True' },
  ];
  const mine = new Set(own.map(({ type }) => type));
  return [
    ...own.map((condition) => withTransition(condition, before, now)),
    ...before.filter(({ type }) => !mine.has(type)),
  ];
}

function verdict(
  well: boolean,
  reason: string,
  message: string,
): Pick<Condition, 'status' | 'reason' | 'message'> {
  return well ? { status: 'True' } : { status: 'False', reason, message };
}

function withTransition(
  condition: Omit<Condition, 'lastTransitionTime'>,
  before: readonly Condition[],
  now: string,
): Condition {
  const old = before.find(({ type }) => type === condition.type);
  const since = old?.status === condition.status ? (old.lastTransitionTime ?? now) : now;
  return { ...condition, lastTransitionTime: since };
}

function missingGate({ spec }: Pod, before: readonly Condition[]): string | undefined {
  const { readinessGates = [] } = spec as {
    readonly readinessGates?: readonly { readonly conditionType: string }[];
  };
  for (const { conditionType } of readinessGates) {
    const condition = before.find(({ type }) => type === conditionType);
    if (condition === undefined)
      return `corresponding condition of pod readiness gate "${conditionType}" does not exist.`;
    if (condition.status !== 'True') {
      return `the status of pod readiness gate "${conditionType}" is not "True", but ${condition.status}`;
    }
  }
  return undefined;
}

function names(statuses: readonly ContainerStatus[]): string {
  return statuses.map(({ name }) => name).join(' ');
}
