import { type Cluster, type ClusterPod, ownerOfAddress, podsOf, workloadOf } from '../cluster/index.ts';
import {
  canonicalAddress,
  type Endpoint,
  type IpRange,
  parseAddress,
  parseIdentity,
  parseRange,
  podEndpoint,
  rangeHolds,
  type ServiceReference,
} from '../model/index.ts';
import { indexPods, podsNamed } from './pod-names.ts';
import type { Candidate, Claim, EndEvidence } from './types.ts';

/** What an end may be, by what a line states of it. */
export interface Placing {
  /** One pod of each workload; more than one where the line does not tell. */
  readonly candidates: readonly Candidate[];
  readonly by: readonly EndEvidence[];
  readonly conflicts: readonly EndEvidence[];
}

/**
 * Finds what an end may be. Each thing that the line states narrows it, the most certain first; what contradicts is told
 * and not followed. Without any statement it may be every workload.
 */
export function placeEnd(cluster: Cluster, claim: Claim): Placing {
  if (claim.said !== undefined) {
    return { candidates: [candidateOf(cluster, claim.said)], by: ['said'], conflicts: [] };
  }
  let found: readonly ClusterPod[] | undefined;
  const by: EndEvidence[] = [];
  const conflicts: EndEvidence[] = [];
  for (const [evidence, pods] of narrowings(cluster, claim)) {
    if (pods === undefined) continue;
    if (found === undefined) {
      if (pods.length === 0) continue;
      found = pods;
      by.push(evidence);
      continue;
    }
    const keys = new Set(pods.map(({ key }) => key));
    const both: readonly ClusterPod[] = found.filter(({ key }) => keys.has(key));
    if (both.length === 0) conflicts.push(evidence);
    else {
      if (both.length < found.length) by.push(evidence);
      found = both;
    }
  }
  if (found !== undefined) {
    return {
      candidates: onePerWorkload(found),
      by,
      conflicts: [...conflicts, ...elsewhere(cluster, claim, found)],
    };
  }
  const isUnknown = claim.pod !== undefined || claim.workload !== undefined;
  const isOfOthers = isOfAbsentService(cluster, claim);
  const all: EndEvidence[] = [
    ...(isUnknown ? (['pod name'] as const) : conflicts),
    ...(isOfOthers ? (['Service'] as const) : []),
  ];
  return { ...placeAddress(cluster, claim, isOfOthers), conflicts: all };
}

/** What the line itself states goes before what other lines do. */
function known({ principal, service }: Claim): Pick<Claim, 'principal' | 'service'> {
  return { ...(principal === undefined ? {} : { principal }), ...(service === undefined ? {} : { service }) };
}

/** The end is behind a Service of a namespace that has no pods in the manifests. */
function isOfAbsentService(cluster: Cluster, claim: Claim): boolean {
  const service = claim.service ?? claim.elsewhere?.service;
  if (service === undefined || serviceOfHost(cluster, service) !== undefined) return false;
  const namespace = namespaceOfHost(service);
  return namespace !== undefined && !indexPods(cluster).byNamespace.has(namespace);
}

function* narrowings(
  cluster: Cluster,
  claim: Claim,
): Generator<readonly [EndEvidence, readonly ClusterPod[] | undefined]> {
  const { ip, namespace, pod, workload, stream } = claim;
  const { principal, service } = { ...claim.elsewhere, ...known(claim) };
  const index = indexPods(cluster);
  yield ['pod name', pod === undefined ? undefined : podsNamed(cluster, pod, namespace)];
  // A waypoint's log is not of the pods behind it.
  const own = stream && podsNamed(cluster, stream.pod, stream.namespace);
  yield ['stream', own?.filter(({ membership }) => membership.kind !== 'waypoint')];
  if (ip !== undefined) {
    const owner = cluster.podsByAddress.get(canonicalAddress(ip));
    yield ['address', owner === undefined ? undefined : [owner]];
  }
  yield ['workload', workload === undefined ? undefined : podsNamed(cluster, workload, namespace)];
  const identity = principal === undefined ? undefined : parseIdentity(principal);
  yield [
    'identity',
    identity && (index.byAccount.get(`${identity.namespace}/${identity.serviceAccount}`) ?? []),
  ];
  const named = service === undefined ? undefined : serviceOfHost(cluster, service);
  yield ['Service', named && podsOf(cluster, named.namespace, named.name)];
  // A Service that is not in the manifests leads to pods of its own namespace.
  const inside = named === undefined ? namespaceOfHost(service) : undefined;
  if (inside !== undefined) {
    const pods = index.byNamespace.get(inside) ?? [];
    yield [pods.length === 0 ? 'Service' : 'namespace', pods];
  }
  // Who is named and not in the manifests is none of the others there.
  const isNamed = pod !== undefined || workload !== undefined;
  yield [
    'namespace',
    namespace === undefined || isNamed ? undefined : (index.byNamespace.get(namespace) ?? []),
  ];
}

/** An address that somebody else has, where a name says who the end is: it was translated, or the manifests are of another day. */
function elsewhere(cluster: Cluster, { ip }: Claim, found: readonly ClusterPod[]): readonly EndEvidence[] {
  if (ip === undefined) return [];
  const address = canonicalAddress(ip);
  if (found.some((pod) => pod.addresses.length === 0 || pod.addresses.includes(address))) return [];
  return ownerOfAddress(cluster, address).kind === 'pod' ? [] : ['address'];
}

function placeAddress(
  cluster: Cluster,
  { ip, service, namespace, pod, workload, principal, elsewhere: others }: Claim,
  isOfOthers: boolean,
): Pick<Placing, 'candidates' | 'by'> {
  const named = service === undefined ? undefined : serviceOfHost(cluster, service);
  if (ip === undefined) {
    if (named !== undefined) return { candidates: [candidateOf(cluster, named)], by: ['Service'] };
    // A name that is not in the manifests stands for nobody in them.
    if (pod !== undefined || workload !== undefined || namespace !== undefined || isOfOthers)
      return { candidates: [], by: [] };
    return { candidates: onePerWorkload([...cluster.pods.values()]), by: [] };
  }
  const address = canonicalAddress(ip);
  const owner = ownerOfAddress(cluster, address);
  if (owner.kind === 'service') {
    const { namespace: inside, name } = owner.service.metadata;
    return {
      candidates: [candidateOf(cluster, { kind: 'service', namespace: inside, name })],
      by: ['address'],
    };
  }
  const self: Candidate = candidateOf(cluster, { kind: 'address', address });
  if (owner.kind !== 'outside') return { candidates: [self], by: ['address'] };
  // A name or an identity that no pod of the manifests has is that of somebody who is not in them.
  const identity = principal ?? others?.principal;
  const isElse = identity !== undefined || pod !== undefined || workload !== undefined || isOfOthers;
  const unplaced = isElse ? [] : indexPods(cluster).withoutAddress;
  const place = unplaced.length === 0 ? 'outside' : placeInRanges(cluster, address);
  if (place === 'outside') return { candidates: [self], by: ['address'] };
  const pods = onePerWorkload(unplaced);
  // A pod is likelier than a host that happens to have a private address.
  return { candidates: place === 'pods' ? pods : [...pods, self], by: [] };
}

/** Ranges that pods of most clusters have their addresses from, and hosts beside them. */
const privateRanges = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', 'fd00::/8'].map(
  (text) => parseRange(text)!,
);

/** Whether an address that nobody has is one of the pods whose addresses are not given. */
function placeInRanges({ settings }: Cluster, text: string): 'pods' | 'outside' | 'either' {
  const address = parseAddress(text);
  if (address === undefined) return 'outside';
  const ranges = settings.podCIDRs.flatMap((cidr) => parseRange(cidr) ?? []);
  // Where nobody said which range is the pods', all private ones are taken for it; hosts have such addresses, too.
  const isSaid = !privateRanges.every((each) => ranges.some((range) => isInside(each, range)));
  if (isSaid && ranges.length > 0)
    return ranges.some((range) => rangeHolds(range, address)) ? 'pods' : 'outside';
  return privateRanges.some((range) => rangeHolds(range, address)) ? 'either' : 'outside';
}

function isInside(inner: IpRange, outer: IpRange): boolean {
  return inner.family === outer.family && inner.first >= outer.first && inner.last <= outer.last;
}

/** An end with its name, and its pod where it is one. */
export function candidateOf(cluster: Cluster, end: Endpoint | ServiceReference): Candidate {
  switch (end.kind) {
    case 'pod': {
      const pod = cluster.pods.get(`${end.namespace}/${end.name}`);
      return pod === undefined ? { end, name: `${end.namespace}/${end.name}` } : candidateOfPod(pod);
    }
    case 'service':
      return { end, name: `${end.namespace}/svc/${end.name}` };
    case 'node':
      return { end, name: `node/${end.name}` };
    case 'host':
      return { end, name: `host/${end.host}` };
    case 'address': {
      const owner = ownerOfAddress(cluster, end.address);
      if (owner.kind === 'pod') return candidateOfPod(owner.pod);
      return { end, name: owner.kind === 'node' ? `node/${owner.name}` : end.address };
    }
  }
}

function candidateOfPod(pod: ClusterPod): Candidate {
  return { end: podEndpoint(pod), name: `${pod.namespace}/${workloadOf(pod)}`, pod };
}

function onePerWorkload(pods: readonly ClusterPod[]): readonly Candidate[] {
  const candidates = new Map<string, Candidate>();
  for (const pod of pods) {
    const candidate = candidateOfPod(pod);
    const key = `${candidate.name} ${pod.owner?.kind ?? ''}`;
    if (!candidates.has(key)) candidates.set(key, candidate);
  }
  return [...candidates.values()].sort((a, b) => distance(a) - distance(b));
}

/** Who is likelier to be meant where nothing says so: applications, those of the mesh first, before what runs the cluster. */
function distance({ pod }: Candidate): number {
  if (pod === undefined) return 0;
  return (isOfSystem({ pod }) ? 2 : 0) + (pod.membership.kind === 'none' ? 1 : 0);
}

/** True for what runs the cluster and is seldom who was denied. */
export function isOfSystem({ pod }: Pick<Candidate, 'pod'>): boolean {
  return pod !== undefined && (pod.hostNetwork || /^(?:kube-|istio-system$)/.test(pod.namespace));
}

/** Of `web.shop.svc.cluster.local`; undefined for other host names, which may be of anybody. */
function namespaceOfHost(host = ''): string | undefined {
  const [, namespace, kind] = host.replace(/\.$/, '').split('.');
  return kind === 'svc' ? namespace : undefined;
}

/** `web.shop.svc.cluster.local`, as logs name Services. */
function serviceOfHost({ services }: Cluster, host: string): ServiceReference | undefined {
  const [name = '', namespace = ''] = host.replace(/\.$/, '').split('.');
  return services.has(`${namespace}/${name}`) ? { kind: 'service', namespace, name } : undefined;
}
