import { type NewObject, type Pod, sameValue } from '../store/index.ts';
import { claim } from './claim.ts';
import { type Context, keyOf, recorder, splitKey } from './context.ts';
import { daemonPod, generationAnnotation, placedOn } from './daemon-set-pod.ts';
import { isCordonedFor, matchesNode, untoleratedTaint } from './node-fit.ts';
import { isAvailable, isReady, isTerminating, nextAvailability } from './pod-state.ts';
import { followPods, type PodControl, podControl } from './pods.ts';
import { syncRevisions, truncateHistory } from './revisions.ts';
import { revisionLabel } from './stateful-set-pod.ts';
import type { ControllerRevision, DaemonSet, Node } from './types.ts';

const component = 'daemonset-controller';

/** Keeps one pod of each DaemonSet on every node where it may run. Source: pkg/controller/daemon. */
export function startDaemonSets(context: Context): () => void {
  const { store } = context;
  const control = podControl(context, component);
  const worker = context.queue.worker('daemonset', (key) => {
    const { namespace, name } = splitKey(key);
    const set = store.get<DaemonSet>('daemonsets', name, namespace);
    if (set === undefined) return;
    const wait = reconcile(context, control, set);
    if (wait !== undefined) worker.addAfter(key, wait);
  });
  const stops = [
    ...followPods(context, { resource: 'daemonsets', kind: 'DaemonSet' }, worker),
    store.subscribe('nodes', (event) => {
      // A node's heartbeat changes nothing here.
      if (event.type === 'MODIFIED' && sameValue(placement(event.object), placement(event.previous))) return;
      for (const set of store.list('daemonsets')) worker.add(keyOf(set));
    }),
  ];
  return () => {
    for (const stop of stops) stop();
  };
}

function placement(node: Node): unknown {
  return [node.metadata.labels, node.spec];
}

function reconcile(context: Context, control: PodControl, set: DaemonSet): number | undefined {
  const revisions = syncRevisions(context, set, revisionLabel);
  const hash = revisions.update.metadata.labels?.[revisionLabel] ?? '';
  const own = (): readonly Pod[] => claim<Pod>(context, set, set.spec.selector, 'pods');
  const nodes = context.store.list<Node>('nodes');
  const wanted = daemonPod(set, hash);
  if (set.metadata.deletionTimestamp === undefined) {
    manage(context, control, set, nodes, own(), wanted);
    if (set.spec.updateStrategy?.type !== 'OnDelete') roll(control, set, nodes, own(), hash);
  }
  const now = Date.now();
  const pods = own();
  writeStatus(context, set, nodes, pods, { hash, now, wanted });
  const used = new Set(pods.map(({ metadata }) => metadata.labels?.[revisionLabel]));
  const isUsed = ({ metadata }: ControllerRevision): boolean => used.has(metadata.labels?.[revisionLabel]);
  truncateHistory(context, set, revisions, isUsed);
  return nextAvailability(pods, set.spec.minReadySeconds ?? 0, now);
}

/** Should a pod of the set run on the node? `stay`: one that runs there may. */
function suits(pod: NewObject, node: Node): { readonly run: boolean; readonly stay: boolean } {
  const { spec } = pod as unknown as Pod;
  const fits = (spec.nodeName ?? node.metadata.name) === node.metadata.name && matchesNode(spec, node);
  const taint = untoleratedTaint(spec, node);
  const run = fits && taint === undefined && !isCordonedFor(spec, node);
  return { run, stay: fits && taint?.effect !== 'NoExecute' };
}

function manage(
  context: Context,
  control: PodControl,
  set: DaemonSet,
  nodes: readonly Node[],
  pods: readonly Pod[],
  wanted: NewObject,
): void {
  const record = recorder(context, component);
  for (const node of nodes) {
    const { name } = node.metadata;
    const { run, stay } = suits(wanted, node);
    const here = pods.filter((pod) => placedOn(pod) === name && !isTerminating(pod));
    const failed = here.filter((pod) => pod.status?.phase === 'Failed');
    for (const pod of failed) {
      const message = `Found failed daemon pod ${keyOf(pod)} on node ${name}, will try to kill it`;
      record(set, 'Warning', 'FailedDaemonPod', message);
      control.delete(set, pod);
    }
    const alive = here.filter((pod) => !failed.includes(pod));
    const going = pods.some((pod) => placedOn(pod) === name && isTerminating(pod));
    if (run && alive.length === 0 && failed.length === 0 && !going) {
      control.create(set, { ...wanted, spec: onNode(wanted, name) });
    }
    for (const pod of stay ? alive.slice(1) : alive) control.delete(set, pod);
  }
  const known = new Set(nodes.map(({ metadata }) => metadata.name));
  for (const pod of pods) {
    const node = placedOn(pod);
    if (node !== undefined && !known.has(node) && !isTerminating(pod)) control.delete(set, pod);
  }
}

/** One old pod at a time; one that does not work anyway is replaced at once. */
function roll(
  control: PodControl,
  set: DaemonSet,
  nodes: readonly Node[],
  pods: readonly Pod[],
  hash: string,
): void {
  const now = Date.now();
  const { minReadySeconds = 0 } = set.spec;
  const staying = pods.filter((pod) => !isTerminating(pod));
  const old = staying.filter(({ metadata }) => metadata.labels?.[revisionLabel] !== hash);
  const works = (pod: Pod): boolean => isAvailable(pod, minReadySeconds, now);
  for (const pod of old.filter((each) => !works(each))) control.delete(set, pod);
  const down = nodes.length - staying.filter(works).length;
  const next = old.find(works);
  if (next !== undefined && down === 0) control.delete(set, next);
}

function onNode(pod: NewObject, node: string): unknown {
  const spec = pod.spec as { readonly affinity?: { readonly nodeAffinity?: object } };
  const required = {
    nodeSelectorTerms: [{ matchFields: [{ key: 'metadata.name', operator: 'In', values: [node] }] }],
  };
  const nodeAffinity = {
    ...spec.affinity?.nodeAffinity,
    requiredDuringSchedulingIgnoredDuringExecution: required,
  };
  return { ...spec, affinity: { ...spec.affinity, nodeAffinity } };
}

function writeStatus(
  { store }: Context,
  set: DaemonSet,
  nodes: readonly Node[],
  pods: readonly Pod[],
  { hash, now, wanted }: { readonly hash: string; readonly now: number; readonly wanted: NewObject },
): void {
  const { minReadySeconds = 0 } = set.spec;
  const running = nodes.filter((node) => suits(wanted, node).run).map(({ metadata }) => metadata.name);
  const placed = (node: string): readonly Pod[] => pods.filter((pod) => placedOn(pod) === node);
  const first = running.flatMap((node) => placed(node).slice(0, 1));
  const misplaced = nodes.filter(
    ({ metadata }) => !running.includes(metadata.name) && placed(metadata.name).length > 0,
  );
  const available = first.filter((pod) => isAvailable(pod, minReadySeconds, now)).length;
  const updated = first.filter(({ metadata }) => metadata.labels?.[revisionLabel] === hash).length;
  const unavailable = running.length - available;
  const status = {
    currentNumberScheduled: first.length,
    numberMisscheduled: misplaced.length,
    desiredNumberScheduled: running.length,
    numberReady: first.filter(isReady).length,
    observedGeneration: set.metadata.generation ?? 1,
    ...(updated > 0 && { updatedNumberScheduled: updated }),
    ...(available > 0 && { numberAvailable: available }),
    ...(unavailable > 0 && { numberUnavailable: unavailable }),
  };
  const { name, namespace, uid } = set.metadata;
  const generation = String(set.metadata.generation ?? 1);
  store.modify<DaemonSet>('daemonsets', name, namespace, (current) => {
    const { annotations } = current.metadata;
    if (current.metadata.uid !== uid || annotations?.[generationAnnotation] === generation) return undefined;
    const noted = { ...annotations, [generationAnnotation]: generation };
    return { ...current, metadata: { ...current.metadata, annotations: noted } };
  });
  if (sameValue(status, set.status)) return;
  store.modify<DaemonSet>(
    'daemonsets',
    name,
    namespace,
    (current) => (current.metadata.uid === uid ? { ...current, status } : undefined),
    'status',
  );
}
