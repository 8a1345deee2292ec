import { setTimeout as sleep } from 'node:timers/promises';
import type { Pod } from '../../lab/store/index.ts';
import type { LabApi, ListedObject } from './api.ts';

/** How far the pods of a lab are. */
export interface Readiness {
  readonly ready: number;
  readonly total: number;
  /** Each pod that is not ready, and why. */
  readonly waiting: readonly { readonly pod: string; readonly why: string }[];
  /** Nothing will change without somebody doing something: only pods wait whose image nobody knows. */
  readonly stuck: boolean;
}

const pauseMilliseconds = 50;
const imageReasons = new Set(['ErrImagePull', 'ImagePullBackOff', 'InvalidImageName', 'ErrImageNeverPull']);

/** Waits until all pods are ready, or only such are not that never will be, or the time is over. */
export async function waitUntilReady(
  api: LabApi,
  timeoutMilliseconds: number,
  onChange: (readiness: Readiness) => void,
): Promise<Readiness> {
  const deadline = Date.now() + timeoutMilliseconds;
  for (;;) {
    const readiness = await readReadiness(api);
    onChange(readiness);
    if (readiness.ready === readiness.total || readiness.stuck || Date.now() > deadline) return readiness;
    await sleep(pauseMilliseconds);
  }
}

/** How far the pods are now; pods that a workload is still to make count as waiting. */
export async function readReadiness(api: LabApi): Promise<Readiness> {
  const [pods, ...workloads] = await Promise.all([
    api.list<Pod & ListedObject>('/api/v1/pods'),
    ...['deployments', 'statefulsets', 'daemonsets', 'replicasets'].map((name) =>
      api.list(`/apis/apps/v1/${name}`),
    ),
    api.list('/apis/batch/v1/jobs'),
  ]);
  const unmade = workloads.flat().flatMap(unmadePods);
  const waiting = [
    ...pods.filter((pod) => !isReady(pod)).map((pod) => ({ pod: keyOf(pod), ...whyNot(pod) })),
    ...unmade.map((pod) => ({ pod, why: 'not made yet', image: false })),
  ];
  const total = pods.length + unmade.length;
  return {
    ready: total - waiting.length,
    total,
    waiting: waiting.map(({ pod, why }) => ({ pod, why })),
    stuck: waiting.length > 0 && waiting.every(({ image }) => image),
  };
}

/** A workload whose controller has not seen it, or has not made its pods yet. */
function unmadePods({ kind, metadata, spec = {}, status = {} }: ListedObject): string[] {
  const { observedGeneration } = status;
  const outdated =
    observedGeneration !== undefined && Number(observedGeneration) < (metadata.generation ?? 0);
  const wanted = kind === 'Job' ? 0 : Number(status.desiredNumberScheduled ?? spec.replicas ?? 1);
  const made = Number(status.replicas ?? status.currentNumberScheduled ?? 0);
  const seen =
    kind !== 'Job' || spec.suspend === true || status.startTime !== undefined || status.active !== undefined;
  if (seen && made >= wanted && !outdated) return [];
  return [`${metadata.namespace}/${kind.toLowerCase()}/${metadata.name}`];
}

/** Ready, or done. */
export function isReady({ status, metadata }: Pod): boolean {
  if (status.phase === 'Succeeded') return true;
  if (metadata.deletionTimestamp !== undefined) return true;
  return status.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True') ?? false;
}

function whyNot({ status }: Pod): { readonly why: string; readonly image: boolean } {
  const statuses = [...(status.initContainerStatuses ?? []), ...(status.containerStatuses ?? [])];
  const broken = statuses.find(({ state }) => imageReasons.has(state.waiting?.reason ?? ''));
  const held =
    broken ??
    statuses.find(({ state }) => state.waiting?.message !== undefined) ??
    statuses.find(({ ready, state }) => !ready && state.terminated?.reason !== 'Completed');
  if (held === undefined) return { why: status.message ?? status.reason ?? status.phase, image: false };
  const { waiting, terminated } = held.state;
  const reason = waiting?.reason ?? terminated?.reason ?? 'not ready';
  const message = waiting?.message ?? terminated?.message;
  const words = message === undefined ? reason : `${reason}: ${message}`;
  return { why: `container ${held.name}: ${words}`, image: broken !== undefined };
}

function keyOf({ metadata }: Pod): string {
  return `${metadata.namespace}/${metadata.name}`;
}
