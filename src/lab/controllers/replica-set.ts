import { selectsLabels } from '../../cluster/index.ts';
import { type Condition, type Pod, sameValue } from '../store/index.ts';
import { claim } from './claim.ts';
import { conditionOf, newCondition, withCondition, withoutCondition } from './conditions.ts';
import { type Context, splitKey } from './context.ts';
import { byDeletionOrder } from './deletion-order.ts';
import { isActive, isAvailable, isReady, nextAvailability } from './pod-state.ts';
import { followPods, messageOf, type PodControl, podControl, podFromTemplate } from './pods.ts';
import type { ReplicaSet } from './types.ts';

/** So many pods are made or taken away before others have their turn; the events of these call for the rest. */
const burst = 100;

/** Keeps as many pods as each ReplicaSet asks for. Source: pkg/controller/replicaset. */
export function startReplicaSets(context: Context): () => void {
  const pods = podControl(context, 'replicaset-controller');
  const worker = context.queue.worker('replicaset', (key) => {
    const { namespace, name } = splitKey(key);
    const set = context.store.get<ReplicaSet>('replicasets', name, namespace);
    if (set === undefined) return;
    const wait = reconcile(context, pods, set);
    if (wait !== undefined) worker.addAfter(key, wait);
  });
  const stops = followPods(context, { resource: 'replicasets', kind: 'ReplicaSet' }, worker);
  return () => {
    for (const stop of stops) stop();
  };
}

/** Gives back after how many milliseconds the status changes of itself. */
function reconcile(context: Context, control: PodControl, set: ReplicaSet): number | undefined {
  const { minReadySeconds = 0 } = set.spec;
  const own = (): readonly Pod[] =>
    claim<Pod>(context, set, set.spec.selector, 'pods').filter((pod) => isActive(pod));
  const before = own();
  let failure: Error | undefined;
  if (set.metadata.deletionTimestamp === undefined) failure = resize(control, set, before);
  const now = Date.now();
  const after = own();
  writeStatus(context, set, after, now, failureCondition(set, before.length, failure));
  if (failure !== undefined) throw failure;
  return nextAvailability(after, minReadySeconds, now);
}

function resize(control: PodControl, set: ReplicaSet, pods: readonly Pod[]): Error | undefined {
  const { replicas = 1, template } = set.spec;
  const difference = Math.max(-burst, Math.min(burst, replicas - pods.length));
  try {
    for (let i = 0; i < difference; i++) {
      if (control.create(set, podFromTemplate(set, template)) === undefined) break;
    }
    const surplus = difference < 0 ? [...pods].sort(byDeletionOrder).slice(0, -difference) : [];
    for (const pod of surplus) control.delete(set, pod);
  } catch (error) {
    return error instanceof Error ? error : new Error(messageOf(error));
  }
  return undefined;
}

function failureCondition(
  { spec, status }: ReplicaSet,
  count: number,
  failure: Error | undefined,
): readonly Condition[] {
  if (failure === undefined) return withoutCondition(status?.conditions, 'ReplicaFailure');
  if (conditionOf(status?.conditions, 'ReplicaFailure') !== undefined) return status?.conditions ?? [];
  const reason = count < (spec.replicas ?? 1) ? 'FailedCreate' : 'FailedDelete';
  return withCondition(status?.conditions, newCondition('ReplicaFailure', 'True', reason, failure.message));
}

function writeStatus(
  { store }: Context,
  set: ReplicaSet,
  pods: readonly Pod[],
  now: number,
  conditions: readonly Condition[],
): void {
  const { minReadySeconds = 0, template } = set.spec;
  const labels = { matchLabels: template.metadata?.labels ?? {} };
  const fully = pods.filter((pod) => selectsLabels(labels, pod.metadata.labels ?? {})).length;
  const ready = pods.filter(isReady).length;
  const available = pods.filter((pod) => isAvailable(pod, minReadySeconds, now)).length;
  const status = {
    replicas: pods.length,
    ...(fully > 0 && { fullyLabeledReplicas: fully }),
    ...(ready > 0 && { readyReplicas: ready }),
    ...(available > 0 && { availableReplicas: available }),
    observedGeneration: set.metadata.generation ?? 1,
    ...(conditions.length > 0 && { conditions }),
  };
  if (sameValue(status, set.status)) return;
  const { name, namespace, uid } = set.metadata;
  store.modify<ReplicaSet>(
    'replicasets',
    name,
    namespace,
    (current) => (current.metadata.uid === uid ? { ...current, status } : undefined),
    'status',
  );
}
