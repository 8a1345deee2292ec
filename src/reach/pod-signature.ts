import type { Cluster, ClusterPod } from '../cluster/index.ts';
import {
  type AuthorizationPolicy,
  type IpRange,
  type Labels,
  labelOf,
  parseAddress,
  parseRange,
  rangeHolds,
  type Service,
} from '../model/index.ts';
import { type AddressCells, cutAddresses } from './address-cells.ts';
import { collectLabelMentions, labelsSeen } from './mentions.ts';

/** Gives every pod a text that is equal for pods that no policy, and nothing else that decides a verdict, tells apart. */
export function podSigner(cluster: Cluster, cells: AddressCells): (pod: ClusterPod) => string {
  const mentions = collectLabelMentions(cluster);
  const accounts = collectAccountMentions(cluster);
  const named = namesMatter(cluster);
  const unread = cluster.foreign.length > 0 || cluster.unreadable.length > 0;
  const capturedRanges = rangesOfCapture(cluster);
  const services = new Map<Service, string>();
  const describeService = (service: Service): string => {
    const known = services.get(service) ?? signService(cluster, service, named);
    services.set(service, known);
    return known;
  };
  return (pod) => {
    const { namespace, labels, annotations, membership } = pod;
    return [
      namespace,
      unread ? JSON.stringify(labels) : labelsSeen(mentions, namespace, labels),
      isMentioned(accounts, namespace, pod.serviceAccount) ? pod.serviceAccount : '',
      pod.hostNetwork ? 'host' : '',
      membership.kind,
      membership.facts === undefined ? '' : signDoubt(pod),
      pod.enrolment.waypoint ? pod.name : '',
      labelOf(labels, 'gateway.networking.k8s.io/gateway-name') ?? '',
      entriesOf(labels, 'istio.io/use-waypoint'),
      entriesOf(annotations, 'traffic.sidecar.istio.io/'),
      pod.ports
        .map(({ name, containerPort, protocol }) => `${name ?? ''} ${containerPort} ${protocol}`)
        .join(),
      cells.nodesTold && pod.hostNetwork ? pod.addresses.join() : '',
      capturedRanges.map((range) => isCaptured(range, pod)).join(''),
      pod.addresses.map((address) => `${address.includes(':') ? 6 : 4} ${cells.signatureOf(address)}`).join(),
      pod.services.map(describeService).join('|'),
    ].join('\n');
  };
}

/** `podSigner` for who looks at pods alone. */
export function signPods(cluster: Cluster): (pod: ClusterPod) => string {
  return podSigner(cluster, cutAddresses(cluster));
}

/** Gives every pod a text that is equal for pods that policies of a cluster do not tell apart, all else being equal. */
export function policySigner(cluster: Cluster): (pod: ClusterPod) => string {
  const mentions = collectLabelMentions(cluster);
  const accounts = collectAccountMentions(cluster);
  const named = [...cluster.policies.authorization.values()].flat().some(usesServiceNames);
  return ({ namespace, labels, serviceAccount, services }) =>
    [
      labelsSeen(mentions, namespace, labels),
      isMentioned(accounts, namespace, serviceAccount) ? serviceAccount : '',
      named ? services.map(({ metadata }) => metadata.name).join() : '',
    ].join('\n');
}

/** Whatever decides whether a pod is in the mesh once the labels of its namespace are known. */
function signDoubt({ labels, annotations, enrolment, membership }: ClusterPod): string {
  const words = [labels, annotations].map((each) =>
    Object.entries(each).filter(([key]) => key.includes('istio.io/')),
  );
  return JSON.stringify([words, enrolment.observed, membership.facts?.length]);
}

/** Is the address by which clients send to a pod without a Service in the range? `2` where it is not known. */
function isCaptured(range: IpRange, { addresses: [address] }: ClusterPod): number {
  const parsed = address === undefined ? undefined : parseAddress(address);
  return parsed === undefined ? 2 : Number(rangeHolds(range, parsed));
}

/** Labels or annotations with a prefix, as text. */
function entriesOf(labels: Labels, prefix: string): string {
  let text = '';
  for (const key in labels) if (key.startsWith(prefix)) text += `${key}=${labels[key]};`;
  return text;
}

/** True where something may look at the name of a Service, or at an object that only a name leads to. */
function namesMatter({ policies, gateways, serviceEntries }: Cluster): boolean {
  if (gateways.size > 0 || serviceEntries.length > 0 || policies.destinationRules.length > 0) return true;
  return [...policies.authorization.values()].flat().some(usesServiceNames);
}

function usesServiceNames({ spec }: AuthorizationPolicy): boolean {
  return (
    spec.targetRefs.length > 0 ||
    spec.rules.some(({ when }) => when.some(({ key }) => key === 'connection.sni'))
  );
}

function signService(cluster: Cluster, { metadata, spec }: Service, named: boolean): string {
  const { type, clusterIPs, ports, externalIPs, externalTrafficPolicy } = spec;
  return [
    named ? metadata.name : '',
    type,
    clusterIPs.includes('None') ? `headless ${isMeshed(cluster, metadata)}` : '',
    externalIPs.length > 0 ? externalTrafficPolicy : '',
    externalTrafficPolicy,
    rangesOfCapture(cluster).length > 0 ? clusterIPs.join() : '',
    ...ports.map(
      ({ name = '', port, protocol, targetPort = port, appProtocol = '' }) =>
        `${name} ${port} ${protocol} ${targetPort} ${appProtocol}`,
    ),
  ].join(';');
}

/** Have all pods of a Service a sidecar? Of a headless one, that decides how its clients speak. */
function isMeshed({ podsByService, pods }: Cluster, { namespace, name }: Service['metadata']): boolean {
  return (podsByService.get(`${namespace}/${name}`) ?? []).every(
    (key) => pods.get(key)!.membership.kind === 'sidecar',
  );
}

const byRange = new WeakMap<Cluster, readonly IpRange[]>();

/** The ranges by which some sidecars take outgoing connections, or leave them alone. */
function rangesOfCapture(cluster: Cluster): readonly IpRange[] {
  let found = byRange.get(cluster);
  if (found === undefined) {
    const texts = new Set<string>();
    for (const { annotations } of cluster.pods.values())
      for (const name of ['includeOutboundIPRanges', 'excludeOutboundIPRanges'])
        for (const text of (labelOf(annotations, `traffic.sidecar.istio.io/${name}`) ?? '').split(','))
          texts.add(text.trim());
    found = [...texts].flatMap((text) => parseRange(text) ?? []);
    byRange.set(cluster, found);
  }
  return found;
}

/** Service accounts that some AuthorizationPolicy can tell from others of their namespace: `NAMESPACE/NAME`, or `NAME` for those of any namespace. */
type AccountMentions = ReadonlySet<string> | 'all';

function isMentioned(accounts: AccountMentions, namespace: string, name: string): boolean {
  return accounts === 'all' || accounts.has(`${namespace}/${name}`) || accounts.has(name);
}

function collectAccountMentions({ policies }: Cluster): AccountMentions {
  const names = new Set<string>();
  for (const policy of [...policies.authorization.values()].flat()) {
    for (const { from, when } of policy.spec.rules) {
      const lists = from.flatMap((source) => [
        source?.principals,
        source?.notPrincipals,
        source?.serviceAccounts,
        source?.notServiceAccounts,
      ]);
      for (const { key, values, notValues } of when) {
        if (/^request\.headers\[x-forwarded-client-cert\]$/i.test(key)) return 'all';
        if (key === 'source.principal' || key === 'source.serviceAccount') lists.push(values, notValues);
      }
      for (const value of lists.flatMap((list) => list ?? [])) {
        const name = accountIn(value);
        if (name === undefined) return 'all';
        if (name !== '') names.add(name);
      }
    }
  }
  return names;
}

/** The account that a value names; '' for one that looks at no account, undefined for one that may look at several. */
function accountIn(value: string): string | undefined {
  const name = value.slice(value.lastIndexOf('/') + 1);
  if (!value.includes('*')) {
    const [, namespace] = /\/ns\/([^/]+)\/sa\/[^/]+$/.exec(value) ?? [];
    return namespace === undefined ? name : `${namespace}/${name}`;
  }
  if (value === '*' || /^[^*]*\/ns\/([^/*]+\/(sa\/)?)?\*$/.test(value)) return '';
  return value.startsWith('*') && !name.includes('*') && value.includes('/') ? name : undefined;
}
