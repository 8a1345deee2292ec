import {
  type Container,
  type ContainerPort,
  canonicalAddress,
  type KindedObject,
  type Labels,
  labelOf,
  type ModelObject,
  type Node,
  type Pod,
  type PodOwner,
  type PodSpec,
} from '../model/index.ts';
import type { Workload } from './cluster.ts';
import type { LabelAssumption } from './input.ts';

/** A pod before its place in mesh and Services is known. */
export interface PodDraft {
  readonly namespace: string;
  readonly name: string;
  readonly labels: Labels;
  readonly annotations: Labels;
  readonly spec: PodSpec;
  readonly addresses: readonly string[];
  readonly node: string | undefined;
  readonly owner: { readonly kind: string; readonly name: string } | undefined;
  readonly observed: boolean;
  /** False where a Service leaves it out for not being ready. */
  readonly ready: boolean;
  readonly object: KindedObject;
}

const ownerKinds = new Set(['Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet', 'Job', 'CronJob']);

/**
 * The pods of a cluster: those given, less the finished ones (they have no address any more), and for every owner of which no pod is given
 * the pods that it would make: two at the most, which is enough to ask about traffic between replicas.
 */
export function draftPods(
  objects: readonly ModelObject[],
  nodes: ReadonlyMap<string, Node>,
  assumptions: readonly LabelAssumption[],
): { readonly pods: readonly PodDraft[]; readonly workloads: ReadonlyMap<string, Workload> } {
  const owners = new Map<string, PodOwner>();
  for (const object of objects) if (isOwner(object)) owners.set(workloadKey(object), object);
  const drafts: PodDraft[] = [];
  const byWorkload = new Map<string, string[]>();
  const taken = new Set<string>();
  for (const object of objects) {
    if (object.kind !== 'Pod' || object.status.phase === 'Succeeded' || object.status.phase === 'Failed')
      continue;
    const root = rootOwner(object, owners);
    const draft = draftGiven(object, root, nodes);
    const key = `${draft.namespace}/${draft.name}`;
    taken.add(key);
    drafts.push(withAssumptions(draft, assumptions));
    push(byWorkload, root === undefined ? workloadKey(object) : workloadKey(root), key);
  }
  const workloads = new Map<string, Workload>();
  for (const object of objects) {
    if (object.kind === 'Pod') {
      const pods = byWorkload.get(workloadKey(object));
      if (pods !== undefined) workloads.set(workloadKey(object), describe(object, pods));
    }
    if (!isOwner(object) || rootOwner(object, owners) !== undefined) continue;
    const given = byWorkload.get(workloadKey(object));
    const made =
      given === undefined ? draftReplicas(object, taken).map((d) => withAssumptions(d, assumptions)) : [];
    drafts.push(...made);
    const pods = given ?? made.map((draft) => `${draft.namespace}/${draft.name}`);
    workloads.set(workloadKey(object), describe(object, pods));
  }
  return { pods: drafts, workloads };
}

/** Container ports that NetworkPolicy can name: those of containers and of restartable init containers. */
export function exposedPorts(containers: readonly Container[]): readonly ContainerPort[] {
  return containers
    .filter((container) => !container.init || container.restartable)
    .flatMap((container) => container.ports);
}

function draftGiven(pod: Pod, root: KindedObject | undefined, nodes: ReadonlyMap<string, Node>): PodDraft {
  const node = pod.spec.nodeName;
  return {
    namespace: pod.metadata.namespace,
    name: pod.metadata.name,
    labels: pod.metadata.labels,
    annotations: pod.metadata.annotations,
    spec: pod.spec,
    addresses: addressesOf(pod, node === undefined ? undefined : nodes.get(node)),
    node,
    owner: root === undefined ? undefined : { kind: root.kind, name: root.metadata.name },
    observed: pod.metadata.creationTimestamp !== undefined,
    ready: pod.status.ready,
    object: pod,
  };
}

function addressesOf(pod: Pod, node: Node | undefined): readonly string[] {
  const { podIPs, hostIPs } = pod.status;
  if (podIPs.length > 0) return podIPs.map(canonicalAddress);
  if (!pod.spec.hostNetwork) return [];
  return (hostIPs.length > 0 ? hostIPs : (node?.addresses ?? [])).map(canonicalAddress);
}

function draftReplicas(owner: PodOwner, taken: Set<string>): PodDraft[] {
  const { namespace, name } = owner.metadata;
  const drafts: PodDraft[] = [];
  for (let i = 0; i < Math.min(owner.replicas, 2); i++) {
    // `#` can't stand in a real pod's name, so a made-up name never hides one.
    const free = i === 0 && !taken.has(`${namespace}/${name}`);
    const podName = free ? name : `${name}#${i + 1}`;
    taken.add(`${namespace}/${podName}`);
    drafts.push({
      namespace,
      name: podName,
      labels: owner.template.metadata.labels,
      annotations: owner.template.metadata.annotations,
      spec: owner.template.spec,
      addresses: [],
      node: owner.template.spec.nodeName,
      owner: { kind: owner.kind, name },
      observed: false,
      ready: true,
      object: owner,
    });
  }
  return drafts;
}

/** The topmost owner among the given objects; a ReplicaSet of a Deployment that is not given stands for itself. */
function rootOwner(object: KindedObject, owners: ReadonlyMap<string, PodOwner>): PodOwner | undefined {
  let root: PodOwner | undefined;
  let current: KindedObject | undefined = object;
  for (let depth = 0; current !== undefined && depth < 8; depth++) {
    const reference: { readonly kind: string; readonly name: string } | undefined =
      current.metadata.ownerReferences?.find((owner) => owner.controller);
    if (reference === undefined) break;
    const next = findOwner(object.metadata, reference, owners);
    if (next !== undefined) root = next;
    current = next;
  }
  return root;
}

/**
 * The owner that a reference names, or, where a ReplicaSet or Job between is not given, the Deployment or CronJob that made it: their names are the maker's
 * with the hash of the template or the time behind it.
 */
function findOwner(
  { namespace, labels }: KindedObject['metadata'],
  { kind, name }: { readonly kind: string; readonly name: string },
  owners: ReadonlyMap<string, PodOwner>,
): PodOwner | undefined {
  const named = owners.get(`${namespace}/${kind}/${name}`);
  if (named !== undefined) return named;
  const hash = labelOf(labels, 'pod-template-hash');
  if (kind === 'ReplicaSet' && hash !== undefined && name.endsWith(`-${hash}`)) {
    return owners.get(`${namespace}/Deployment/${name.slice(0, -hash.length - 1)}`);
  }
  if (kind === 'Job') return owners.get(`${namespace}/CronJob/${name.replace(/-\d+$/, '')}`);
  return undefined;
}

function withAssumptions(draft: PodDraft, assumptions: readonly LabelAssumption[]): PodDraft {
  const own = assumptions.filter(
    (a) =>
      a.namespace === draft.namespace &&
      ((a.kind === 'Pod' && a.name === draft.name) ||
        (a.kind === draft.owner?.kind && a.name === draft.owner.name)),
  );
  return own.length === 0 ? draft : { ...draft, labels: withLabels(draft.labels, own) };
}

/** Labels with those that the caller vouches for, and without those that the caller says are absent. */
export function withLabels(labels: Labels, assumptions: readonly LabelAssumption[]): Labels {
  const changed: Record<string, string> = Object.assign(Object.create(null), labels);
  for (const { key, value } of assumptions) {
    if (value === undefined) delete changed[key];
    else changed[key] = value;
  }
  return changed;
}

function describe(object: KindedObject, pods: readonly string[]): Workload {
  const { namespace, name } = object.metadata;
  return { namespace, kind: object.kind, name, pods, object };
}

function workloadKey(object: KindedObject): string {
  return `${object.metadata.namespace}/${object.kind}/${object.metadata.name}`;
}

function isOwner(object: ModelObject): object is PodOwner {
  return ownerKinds.has(object.kind);
}

function push(map: Map<string, string[]>, key: string, value: string): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [value]);
  else list.push(value);
}
