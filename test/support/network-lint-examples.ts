import { made, namespace, openPorts, pod, service } from './text-cluster.ts';

/** A NetworkPolicy. */
export const policy = (at: string, spec: object): string => made('NetworkPolicy', at, spec);

/** A peer, or the beginning of a spec: pods of an application. */
export const app = (name: string): object => ({ podSelector: { matchLabels: { app: name } } });

/** A peer: namespaces by labels. */
export const ns = (labels: object): object => ({ namespaceSelector: { matchLabels: labels } });

/** A peer: the namespace with this name. */
export const named = (name: string): object => ns({ 'kubernetes.io/metadata.name': name });

/** A policy of the admin tier for namespace `shop`. */
export const admin = (name: string, priority: number, ingress: readonly object[]): string =>
  made('ClusterNetworkPolicy', name, {
    tier: 'Admin',
    priority,
    subject: { namespaces: { matchLabels: { 'kubernetes.io/metadata.name': 'shop' } } },
    ingress,
  });

/** A peer of the admin tiers: every namespace. */
export const fromAll: readonly object[] = [{ namespaces: {} }];

/** A namespace with `web` behind a Service (80 to 8080) and `db`. */
export const shop: readonly string[] = [
  namespace('shop'),
  pod('shop/web', { ports: ['http=8080'] }),
  pod('shop/db', { ports: ['pg=5432'] }),
  service('shop/web', 80, 8080),
];

/** The cluster's DNS. */
export const dns: readonly string[] = [
  namespace('kube-system'),
  pod('kube-system/dns', { labels: { 'k8s-app': 'kube-dns' }, ports: ['53/UDP'] }),
];

/** A namespace of sidecars. */
export const sidecars: readonly string[] = [
  namespace('shop', { 'istio-injection': 'enabled' }),
  pod('shop/web', { ports: ['8080'] }),
];

/** A namespace in ambient. */
export const ambient: readonly string[] = [
  namespace('shop', { 'istio.io/dataplane-mode': 'ambient' }),
  pod('shop/web', { ports: ['8080', '9000'] }),
  pod('shop/front'),
];

/** Opens ports of `web`. */
export const toWeb = (ports: readonly number[]): string => openPorts('shop/web', 'Ingress', ...ports);

/** A pod with a sidecar that Prometheus scrapes, and a policy that opens ports. */
export const scraped = (ports: readonly number[]): readonly string[] => [
  sidecars[0]!,
  pod('shop/web', { annotations: { 'prometheus.io/scrape': 'true' } }),
  toWeb(ports),
];

/** An egress rule to `db`, on every port. */
export const egressToDb: object = { to: [app('db')] };
