import { type Pod, sameValue } from '../store/index.ts';
import { claim } from './claim.ts';
import { type Context, recorder, splitKey } from './context.ts';
import { isLeaving } from './object-index.ts';
import { isAvailable, isFinished, isReady, isTerminating, nextAvailability } from './pod-state.ts';
import { followPods, type PodControl, type PodWords, podControl } from './pods.ts';
import { type Revisions, syncRevisions, truncateHistory } from './revisions.ts';
import { ordinalOf, revisionOfPod, statefulPod } from './stateful-set-pod.ts';
import type { ControllerRevision, StatefulSet } from './types.ts';

const component = 'statefulset-controller';

const words: PodWords = {
  created: ({ metadata }, name) => `create Pod ${name} in StatefulSet ${metadata.name} successful`,
  deleted: ({ metadata }, name) => `delete Pod ${name} in StatefulSet ${metadata.name} successful`,
  notCreated: ({ metadata }, name, why) =>
    `create Pod ${name} in StatefulSet ${metadata.name} failed error: ${why}`,
};

/** Keeps the pods of StatefulSets, each with its own name, in their order. Source: pkg/controller/statefulset. */
export function startStatefulSets(context: Context): () => void {
  const control = podControl(context, component, words);
  const worker = context.queue.worker('statefulset', (key) => {
    const { namespace, name } = splitKey(key);
    const set = context.store.get<StatefulSet>('statefulsets', name, namespace);
    if (set === undefined) return;
    const wait = reconcile(context, control, set);
    if (wait !== undefined) worker.addAfter(key, wait);
  });
  const stops = followPods(context, { resource: 'statefulsets', kind: 'StatefulSet' }, worker);
  return () => {
    for (const stop of stops) stop();
  };
}

/** What one look at a set works with. */
interface Scene {
  readonly context: Context;
  readonly control: PodControl;
  readonly set: StatefulSet;
  readonly revisions: Revisions;
  /** What the pods below the partition are made from. */
  readonly current: ControllerRevision;
  readonly now: number;
}

function reconcile(context: Context, control: PodControl, set: StatefulSet): number | undefined {
  const revisions = syncRevisions(context, set, 'controller.kubernetes.io/hash');
  const current =
    revisions.all.find(({ metadata }) => metadata.name === set.status?.currentRevision) ?? revisions.update;
  const scene: Scene = { context, control, set, revisions, current, now: Date.now() };
  try {
    if (set.metadata.deletionTimestamp === undefined) act(scene, podsOf(scene));
  } finally {
    writeStatus(scene, podsOf(scene));
  }
  const pods = podsOf(scene);
  truncateHistory(context, set, revisions, (revision) => {
    const { name } = revision.metadata;
    return revision === current || pods.some((pod) => revisionOfPod(pod) === name);
  });
  return nextAvailability(pods, set.spec.minReadySeconds ?? 0, scene.now);
}

/** The pods of the set by their ordinals. */
function podsOf({ context, set }: Scene): readonly Pod[] {
  return claim<Pod>(context, set, set.spec.selector, 'pods')
    .filter(({ metadata }) => ordinalOf(set, metadata.name) !== undefined)
    .sort((a, b) => ordinalOf(set, a.metadata.name)! - ordinalOf(set, b.metadata.name)!);
}

function act(scene: Scene, pods: readonly Pod[]): void {
  const { set } = scene;
  const start = set.spec.ordinals?.start ?? 0;
  const end = start + (set.spec.replicas ?? 1);
  const inOrder = set.spec.podManagementPolicy !== 'Parallel';
  const byOrdinal = new Map(pods.map((pod) => [ordinalOf(set, pod.metadata.name)!, pod]));
  for (let ordinal = start; ordinal < end; ordinal++) {
    if (!settleReplica(scene, ordinal, byOrdinal.get(ordinal), inOrder) && inOrder) return;
  }
  const replicas = pods.filter((pod) => inRange(set, pod, start, end));
  const condemned = pods.filter((pod) => !inRange(set, pod, start, end)).reverse();
  const firstBroken = replicas.find((pod) => !isHealthy(scene, pod)) ?? lowest(scene, condemned);
  for (const pod of condemned) {
    if (isTerminating(pod)) {
      if (inOrder) return;
      continue;
    }
    if (inOrder && !isHealthy(scene, pod) && pod !== firstBroken) return;
    scene.control.delete(set, pod);
    if (inOrder) return;
  }
  const complete = replicas.length === end - start;
  if (complete && set.spec.updateStrategy?.type !== 'OnDelete') roll(scene, replicas, start);
}

/** True where the replica is as it should be, so that the next one may be looked at. */
function settleReplica(scene: Scene, ordinal: number, pod: Pod | undefined, inOrder: boolean): boolean {
  const { control, set, context } = scene;
  if (pod === undefined) {
    const wanted = statefulPod(set, ordinal, revisionFor(scene, ordinal));
    const { name, namespace } = wanted.metadata;
    // One of the same name that is on its way out wakes the set when it is gone.
    const other = context.store.get<Pod>('pods', name!, namespace);
    if (other !== undefined && isLeaving(context.index, other)) return false;
    tellOfVolumes(context, set);
    control.create(set, wanted);
    return false;
  }
  if (isFinished(pod)) {
    if (!isTerminating(pod)) control.delete(set, pod);
    return false;
  }
  return !inOrder || (!isTerminating(pod) && isHealthy(scene, pod));
}

function revisionFor({ set, current, revisions }: Scene, ordinal: number): ControllerRevision {
  const { type = 'RollingUpdate', rollingUpdate } = set.spec.updateStrategy ?? {};
  const start = set.spec.ordinals?.start ?? 0;
  const below = rollingUpdate?.partition ?? 0;
  return type === 'RollingUpdate' && ordinal < start + below ? current : revisions.update;
}

/** Takes the highest pod of an old revision, one at a time, and waits for each. */
function roll(scene: Scene, replicas: readonly Pod[], start: number): void {
  const { set, control, revisions } = scene;
  const from = start + (set.spec.updateStrategy?.rollingUpdate?.partition ?? 0);
  for (const pod of [...replicas].reverse()) {
    if (ordinalOf(set, pod.metadata.name)! < from) return;
    if (revisionOfPod(pod) !== revisions.update.metadata.name && !isTerminating(pod)) {
      control.delete(set, pod);
      return;
    }
    if (!isHealthy(scene, pod)) return;
  }
}

function isHealthy({ set, now }: Scene, pod: Pod): boolean {
  const running = pod.status?.phase === 'Running' && !isTerminating(pod);
  return running && isAvailable(pod, set.spec.minReadySeconds ?? 0, now);
}

function lowest(scene: Scene, condemned: readonly Pod[]): Pod | undefined {
  return condemned.findLast((pod) => !isHealthy(scene, pod));
}

function inRange(set: StatefulSet, { metadata }: Pod, start: number, end: number): boolean {
  const ordinal = ordinalOf(set, metadata.name)!;
  return ordinal >= start && ordinal < end;
}

function writeStatus(scene: Scene, pods: readonly Pod[]): void {
  const { set, revisions, current, context } = scene;
  const { minReadySeconds = 0, replicas = 1, updateStrategy } = set.spec;
  const update = revisions.update.metadata.name;
  const staying = pods.filter((pod) => !isTerminating(pod));
  const of = (revision: string): number => staying.filter((pod) => revisionOfPod(pod) === revision).length;
  const ready = pods.filter((pod) => pod.status?.phase === 'Running' && isReady(pod));
  const counts = {
    readyReplicas: ready.length,
    currentReplicas: of(current.metadata.name),
    updatedReplicas: of(update),
  };
  const done =
    updateStrategy?.type !== 'OnDelete' &&
    counts.updatedReplicas === replicas &&
    counts.readyReplicas === replicas;
  if (done) counts.currentReplicas = counts.updatedReplicas;
  const status = {
    observedGeneration: set.metadata.generation ?? 1,
    replicas: pods.length,
    ...Object.fromEntries(Object.entries(counts).filter(([, count]) => count > 0)),
    currentRevision: done ? update : current.metadata.name,
    updateRevision: update,
    collisionCount: 0,
    availableReplicas: ready.filter((pod) => isAvailable(pod, minReadySeconds, scene.now)).length,
  };
  if (sameValue(status, set.status)) return;
  const { name, namespace, uid } = set.metadata;
  context.store.modify<StatefulSet>(
    'statefulsets',
    name,
    namespace,
    (found) => (found.metadata.uid === uid ? { ...found, status } : undefined),
    'status',
  );
}

function tellOfVolumes(context: Context, set: StatefulSet): void {
  for (const { metadata } of set.spec.volumeClaimTemplates ?? []) {
    const message = `The lab keeps nothing: volume "${metadata.name}" is an emptyDir of each pod instead of a PersistentVolumeClaim, and empty again when the pod is made anew`;
    recorder(context, component)(set, 'Warning', 'ClaimIsEmptyDir', message);
  }
}
