import type { Pod } from '../store/index.ts';
import type { NodeNetwork } from './node-context.ts';
import type { ImageFile } from './types.ts';

const clusterDomain = 'cluster.local';

interface HostAlias {
  readonly ip: string;
  readonly hostnames?: readonly string[];
}

/** The name of a pod's host: `spec.hostname`, else the pod's own, cut to what a host name may be. */
export function hostnameOf({ metadata, spec }: Pod, nodeName: string): string {
  if (spec.hostNetwork === true) return nodeName;
  return (spec.hostname ?? metadata.name).slice(0, 63).replace(/[-.]+$/, '');
}

/** The files that a kubelet writes for a pod: /etc/resolv.conf, /etc/hosts, /etc/hostname. */
export function podFiles(pod: Pod, address: string, plan: NodeNetwork['plan']): readonly ImageFile[] {
  const hostname = hostnameOf(pod, plan.nodeName);
  return [
    { path: '/etc/resolv.conf', text: resolvConf(pod, plan.dnsAddress) },
    { path: '/etc/hosts', text: hosts(pod, address, hostname) },
    { path: '/etc/hostname', text: `${hostname}\n` },
  ];
}

/**
 * `ClusterFirst` asks the cluster's DNS; `None` is `dnsConfig` alone. `Default`, and `ClusterFirst` on the host's network, have the node's own: the lab's node has none, so there is nobody to ask but
 * whom `dnsConfig` names.
 */
function resolvConf({ metadata, spec }: Pod, dnsAddress: string): string {
  const policy = spec.dnsPolicy ?? 'ClusterFirst';
  const ofCluster =
    policy === 'ClusterFirstWithHostNet' || (policy === 'ClusterFirst' && spec.hostNetwork !== true);
  const svc = `svc.${clusterDomain}`;
  const searches = ofCluster ? [`${metadata.namespace}.${svc}`, svc, clusterDomain] : [];
  const { dnsConfig = {} } = spec;
  const servers = [...new Set([...(ofCluster ? [dnsAddress] : []), ...(dnsConfig.nameservers ?? [])])];
  const search = [...new Set([...searches, ...(dnsConfig.searches ?? [])])];
  const options = new Map<string, string | undefined>(ofCluster ? [['ndots', '5']] : []);
  for (const { name, value } of dnsConfig.options ?? []) options.set(name, value);
  const words = [...options].map(([name, value]) => (value === undefined ? name : `${name}:${value}`));
  return [
    ...(search.length > 0 ? [`search ${search.join(' ')}`] : []),
    ...servers.map((server) => `nameserver ${server}`),
    ...(words.length > 0 ? [`options ${words.join(' ')}`] : []),
    '',
  ].join('\n');
}

function hosts({ metadata, spec }: Pod, address: string, hostname: string): string {
  const full =
    spec.subdomain === undefined
      ? hostname
      : `${hostname}.${spec.subdomain}.${metadata.namespace}.svc.${clusterDomain}\t${hostname}`;
  const aliases = (spec as { readonly hostAliases?: readonly HostAlias[] }).hostAliases ?? [];
  return [
    '# Kubernetes-managed hosts file.',
    '127.0.0.1\tlocalhost',
    '::1\tlocalhost ip6-localhost ip6-loopback',
    `${address}\t${full}`,
    ...(aliases.length > 0 ? ['', '# Entries added by HostAliases.'] : []),
    ...aliases.map(({ ip, hostnames = [] }) => `${ip}\t${hostnames.join('\t')}`),
    '',
  ].join('\n');
}
