import type { Cluster, ClusterPod } from '../../cluster/index.ts';
import { matchSelector } from '../../cluster/index.ts';
import type { Direction, KindedObject, NearMiss, NetworkPolicy } from '../../model/index.ts';
import type { End, Leg } from '../../verdict/index.ts';
import { addressesOf, type Denial } from './denial.ts';
import { labelsNaming } from './pod-labels.ts';
import { policyName } from './policy-names.ts';
import { oneEdit, type PlainObject, type Proposal } from './proposal.ts';
import type { PlainValue } from './types.ts';

/** Of many policies that select a pod so many are tried. */
const mostPolicies = 3;

/** What may help where NetworkPolicies isolate an end and no rule matches: a port or a peer for a rule that nearly does, a rule, a policy of its own. */
export function networkProposals(
  { cluster, request, step }: Denial,
  leg: Leg,
  policies: readonly KindedObject[],
  nearMisses: readonly NearMiss[],
): readonly Proposal[] {
  const direction: Direction = step.layer === 'egress policy' ? 'egress' : 'ingress';
  const [subject, other] = direction === 'egress' ? [leg.from, leg.to] : [leg.to, leg.from];
  const pod = subject.pod!;
  const [source, destination] = addressesOf(leg);
  const address = direction === 'egress' ? destination : source;
  const peer = peerOf(cluster, other, address, pod.namespace);
  const port = { protocol: request.protocol, port: leg.wirePort };
  const side = direction === 'egress' ? 'to' : 'from';
  const found = nearMisses.flatMap((miss) => amend(miss, side, peer, port, other));
  if (peer === undefined) return found;
  const rule = { [side]: [peer], ports: [port] };
  const closest = [...new Set([...nearMisses.map(({ policy }) => policy), ...policies])]
    .filter((policy): policy is NetworkPolicy => policy.kind === 'NetworkPolicy')
    .map((policy) => ({ policy, pods: selectedBy(cluster, policy) }))
    .toSorted((a, b) => a.pods - b.pods);
  for (const { policy } of closest.slice(0, mostPolicies)) {
    const path = ['spec', direction];
    found.push(oneEdit('add rule', policy, { op: 'add', path, value: rule }, rule));
  }
  const beside = closest[0]?.policy;
  if (beside === undefined) return found;
  const name = policyName(cluster, pod.namespace, leg.from, leg.to, direction === 'egress' ? '-egress' : '');
  const labels = labelsNaming(cluster, pod);
  const value: PlainObject = {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name, namespace: pod.namespace },
    spec: {
      podSelector: Object.keys(labels).length === 0 ? {} : { matchLabels: labels },
      policyTypes: [direction === 'egress' ? 'Egress' : 'Ingress'],
      [direction]: [rule],
    },
  };
  return [...found, { kind: 'new', value, beside }];
}

/** A rule that lacks only the port, or only the peer. */
function amend(
  { policy, path, failed }: NearMiss,
  side: 'from' | 'to',
  peer: PlainValue | undefined,
  port: PlainValue,
  other: End,
): Proposal[] {
  const ports = failed.filter((each) => each.path[3] === 'ports');
  if (failed.length === 0 || (ports.length > 0 && ports.length < failed.length)) return [];
  if (ports.length > 0) {
    return [oneEdit('add port', policy, { op: 'add', path: [...path, 'ports'], value: port }, port)];
  }
  const found: Proposal[] = [];
  if (peer !== undefined) {
    const edit = { op: 'add', path: [...path, side], value: peer } as const;
    found.push(oneEdit('add peer', policy, edit, peer));
  }
  const [only, second] = failed;
  const value =
    second === undefined && only !== undefined ? missingValue(only.path, policy, other) : undefined;
  if (value !== undefined) {
    const at = [...only!.path, 'values'];
    found.push(oneEdit('add value', policy, { op: 'add', path: at, value }, value));
  }
  return found;
}

/** The value of the other end that a requirement `In` does not list. */
function missingValue(path: NearMiss['path'], policy: KindedObject, other: End): string | undefined {
  const [, , , , , selector, list, index] = path;
  if (list !== 'matchExpressions' || other.pod === undefined) return undefined;
  let node: unknown = policy;
  for (const step of path.map((each) => (each === 'from' || each === 'to' ? 'peers' : each))) {
    node = (node as Record<string | number, unknown> | undefined)?.[step];
  }
  const { key, operator } = (node ?? {}) as { readonly key?: string; readonly operator?: string };
  if (typeof index !== 'number' || operator !== 'In' || key === undefined) return undefined;
  const { labels, view } = other.pod;
  return selector === 'podSelector' ? labels[key] : view.namespaceLabels.labels[key];
}

function selectedBy({ pods }: Cluster, { metadata, spec }: NetworkPolicy): number {
  let count = 0;
  for (const pod of pods.values()) {
    const labels = { labels: pod.labels, complete: true };
    if (pod.namespace === metadata.namespace && matchSelector(spec.podSelector, labels, pod.key) === true)
      count++;
  }
  return count;
}

/** How a NetworkPolicy in `namespace` names an end: a pod by its labels and namespace, anybody else by address. Undefined where nothing is known to name it by. */
function peerOf(
  cluster: Cluster,
  { pod, host }: End,
  address: string | undefined,
  namespace: string,
): PlainValue | undefined {
  if (pod === undefined || host)
    return address === undefined ? undefined : { ipBlock: { cidr: blockOf(address) } };
  const podSelector = selectorNaming(cluster, pod);
  return pod.namespace === namespace
    ? { podSelector }
    : { namespaceSelector: namespaceNamed(pod.namespace), podSelector };
}

/** A selector for the pods of a workload. */
export function selectorNaming(cluster: Cluster, pod: ClusterPod): PlainValue {
  const labels = labelsNaming(cluster, pod);
  return Object.keys(labels).length === 0 ? {} : { matchLabels: labels };
}

/** A selector for one namespace. */
export function namespaceNamed(name: string): PlainValue {
  return { matchLabels: { 'kubernetes.io/metadata.name': name } };
}

/** The block of one address. */
export function blockOf(address: string): string {
  return `${address}/${address.includes(':') ? 128 : 32}`;
}
