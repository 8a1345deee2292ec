import type { Cluster } from '../../cluster/index.ts';
import type { Service } from '../../model/index.ts';

const known = new WeakMap<Cluster, ReadonlyMap<string, Service>>();

/** Services by the whole name that Istio knows them by: `web.shop.svc.cluster.local`. */
export function serviceHosts(cluster: Cluster): ReadonlyMap<string, Service> {
  let hosts = known.get(cluster);
  if (hosts === undefined) {
    hosts = new Map(
      [...cluster.services.values()].map((service) => {
        const { namespace, name } = service.metadata;
        return [serviceHost(namespace, name), service];
      }),
    );
    known.set(cluster, hosts);
  }
  return hosts;
}

/** The whole name of a Service. */
export function serviceHost(namespace: string, name: string): string {
  return `${name}.${namespace}.svc.cluster.local`;
}
