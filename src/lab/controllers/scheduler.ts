import { type Condition, type Pod, timestamp } from '../store/index.ts';
import { conditionOf } from './conditions.ts';
import { type Context, keyOf, recorder, splitKey } from './context.ts';
import { isCordonedFor, matchesNode, untoleratedTaint } from './node-fit.ts';
import { podAffinityConflict, repelsOthers } from './pod-affinity.ts';
import { isFinished } from './pod-state.ts';
import type { Node } from './types.ts';

/** Why a node does not take a pod. `lasting`: taking other pods away would not help. */
interface Refusal {
  readonly reason: string;
  readonly lasting: boolean;
}

/** Binds pods to nodes, or says why there is none for them. Resources count for nothing: the lab's node is as large as its machine allows. */
export function startScheduler(context: Context): () => void {
  const { store, queue } = context;
  const waiting = new Set<string>();
  const repelling = new Set<string>();
  const worker = queue.worker('scheduler', (key) => {
    const { namespace, name } = splitKey(key);
    const pod = store.get<Pod>('pods', name, namespace);
    if (pod === undefined || !needsNode(pod)) waiting.delete(key);
    else if (schedule(context, pod, repelling.size > 0)) waiting.delete(key);
    else waiting.add(key);
  });
  const retry = (): void => {
    for (const key of waiting) worker.add(key);
  };
  const stops = [
    store.subscribe('pods', (event) => {
      const { uid } = event.object.metadata;
      if (event.type === 'DELETED') repelling.delete(uid);
      else if (repelsOthers(event.object as Pod)) repelling.add(uid);
      if (event.type !== 'DELETED' && needsNode(event.object as Pod)) worker.add(keyOf(event.object));
      // Who is beside whom has changed, or a host port is free.
      if (event.type === 'DELETED' || justPlaced(event.object as Pod, event)) retry();
    }),
    store.subscribe('nodes', retry),
    store.subscribe('namespaces', retry),
  ];
  for (const pod of store.list<Pod>('pods')) {
    if (repelsOthers(pod)) repelling.add(pod.metadata.uid);
    if (needsNode(pod)) worker.add(keyOf(pod));
  }
  return () => {
    for (const stop of stops) stop();
  };
}

function justPlaced(pod: Pod, event: { readonly type: string; readonly previous?: unknown }): boolean {
  return event.type === 'MODIFIED' && Boolean(pod.spec.nodeName) && !(event.previous as Pod).spec.nodeName;
}

function needsNode({ spec, metadata }: Pod): boolean {
  const { schedulerName = 'default-scheduler' } = spec as { readonly schedulerName?: string };
  return !spec.nodeName && metadata.deletionTimestamp === undefined && schedulerName === 'default-scheduler';
}

/** True where the pod has a node now. */
function schedule(context: Context, pod: Pod, someRepel: boolean): boolean {
  const { schedulingGates = [] } = pod.spec as { readonly schedulingGates?: readonly unknown[] };
  if (schedulingGates.length > 0) {
    const message = 'Scheduling is blocked due to non-empty scheduling gates';
    writeCondition(context, pod, { status: 'False', reason: 'SchedulingGated', message });
    return false;
  }
  const nodes = context.store.list<Node>('nodes');
  const refusals: Refusal[] = [];
  for (const node of nodes) {
    const refusal = refuse(context, pod, node, someRepel);
    if (refusal === undefined) {
      bind(context, pod, node);
      return true;
    }
    refusals.push(refusal);
  }
  const message = describe(nodes.length, refusals);
  const before = conditionOf(pod.status?.conditions, 'PodScheduled');
  if (before?.message === message) return false;
  writeCondition(context, pod, { status: 'False', reason: 'Unschedulable', message });
  recorder(context, 'default-scheduler')(pod, 'Warning', 'FailedScheduling', message);
  return false;
}

/** The scheduler's filters in their order. */
function refuse(context: Context, pod: Pod, node: Node, someRepel: boolean): Refusal | undefined {
  if (isCordonedFor(pod.spec, node)) return { reason: 'node(s) were unschedulable', lasting: true };
  const taint = untoleratedTaint(pod.spec, node);
  if (taint !== undefined) {
    return { reason: `node(s) had untolerated taint {${taint.key}: ${taint.value ?? ''}}`, lasting: true };
  }
  if (!matchesNode(pod.spec, node)) {
    return { reason: "node(s) didn't match Pod's node affinity/selector", lasting: true };
  }
  if (hasPortConflict(context, pod, node)) {
    return { reason: "node(s) didn't have free ports for the requested pod ports", lasting: false };
  }
  const missing = missingTopology(pod, node);
  if (missing) {
    const reason = "node(s) didn't match pod topology spread constraints (missing required label)";
    return { reason, lasting: true };
  }
  const conflict = podAffinityConflict(context, pod, node, someRepel);
  if (conflict === undefined) return undefined;
  return { reason: conflict, lasting: conflict.endsWith('pod affinity rules') };
}

function bind(context: Context, pod: Pod, node: Node): void {
  const { name, namespace, uid } = pod.metadata;
  writeCondition(context, pod, { status: 'True' });
  context.store.modify<Pod>('pods', name, namespace, (current) =>
    current.metadata.uid === uid && !current.spec.nodeName
      ? { ...current, spec: { ...current.spec, nodeName: node.metadata.name } }
      : undefined,
  );
  const message = `Successfully assigned ${keyOf(pod)} to ${node.metadata.name}`;
  recorder(context, 'default-scheduler')(pod, 'Normal', 'Scheduled', message);
}

function writeCondition({ store }: Context, pod: Pod, condition: Omit<Condition, 'type'>): void {
  const { name, namespace, uid } = pod.metadata;
  store.modify<Pod>(
    'pods',
    name,
    namespace,
    (current) => {
      if (current.metadata.uid !== uid) return undefined;
      const { conditions = [] } = current.status ?? {};
      const before = conditionOf(conditions, 'PodScheduled');
      const lastTransitionTime =
        before?.status === condition.status ? before.lastTransitionTime : timestamp();
      const written = { type: 'PodScheduled', ...condition, lastProbeTime: null, lastTransitionTime };
      const others = conditions.filter(({ type }) => type !== 'PodScheduled');
      const status = { ...current.status, phase: current.status?.phase ?? 'Pending' };
      return { ...current, status: { ...status, conditions: [...others, written as Condition] } };
    },
    'status',
  );
}

interface HostPort {
  readonly port: number;
  readonly protocol: string;
}

function hostPorts({ spec }: Pod): readonly HostPort[] {
  return spec.containers.flatMap(({ ports = [] }) =>
    ports.flatMap(({ hostPort, containerPort, protocol = 'TCP' }) => {
      const port = hostPort ?? (spec.hostNetwork === true ? containerPort : undefined);
      return port === undefined ? [] : [{ port, protocol }];
    }),
  );
}

function hasPortConflict({ store }: Context, pod: Pod, { metadata }: Node): boolean {
  const wanted = hostPorts(pod);
  if (wanted.length === 0) return false;
  return store
    .list<Pod>('pods')
    .filter((other) => other.spec.nodeName === metadata.name && !isFinished(other))
    .flatMap(hostPorts)
    .some(({ port, protocol }) => wanted.some((each) => each.port === port && each.protocol === protocol));
}

/** With one node a spread is always even; a constraint whose topology the node does not know cannot be met, though. */
function missingTopology({ spec }: Pod, { metadata }: Node): boolean {
  const { topologySpreadConstraints = [] } = spec as {
    readonly topologySpreadConstraints?: readonly {
      readonly topologyKey: string;
      readonly whenUnsatisfiable?: string;
    }[];
  };
  return topologySpreadConstraints.some(
    ({ topologyKey, whenUnsatisfiable = 'DoNotSchedule' }) =>
      whenUnsatisfiable === 'DoNotSchedule' && !Object.hasOwn(metadata.labels ?? {}, topologyKey),
  );
}

/** The scheduler's sentence: how many nodes there are, what kept each off, and what making room would do. */
function describe(nodes: number, refusals: readonly Refusal[]): string {
  if (nodes === 0) return 'no nodes available to schedule pods';
  const counts = new Map<string, number>();
  for (const { reason } of refusals) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  const reasons = [...counts].map(([reason, count]) => `${count} ${reason}`).sort();
  const lasting = refusals.filter((each) => each.lasting).length;
  const room = [
    ...(refusals.length > lasting
      ? [`${refusals.length - lasting} No preemption victims found for incoming pod`]
      : []),
    ...(lasting > 0 ? [`${lasting} Preemption is not helpful for scheduling`] : []),
  ];
  const start = `0/${nodes} nodes are available`;
  return `${start}: ${reasons.join(', ')}. preemption: ${start}: ${room.join(', ')}.`;
}
