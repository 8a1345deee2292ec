/** As much of a route configuration as choosing by Host needs. */
interface Routes {
  readonly virtual_hosts: readonly {
    readonly domains: readonly string[];
    readonly routes: readonly { readonly route: { readonly cluster: string } }[];
  }[];
}

/** The cluster to which Envoy sends a request for a Host: an exact domain, else the longest that ends it, else the one for all. Source: envoy source/common/router/config_impl.cc. */
export function clusterForHost(routes: unknown, host: string): string | undefined {
  const { virtual_hosts: hosts } = routes as Routes;
  const asked = host.toLowerCase().replace(/:\d+$/, '');
  const find = (domain: string): Routes['virtual_hosts'][number] | undefined =>
    hosts.find(({ domains }) => domains.includes(domain));
  const suffixes = [...asked].map((_, at) => `*${asked.slice(at + 1)}`).filter((each) => each !== '*');
  const found = [asked, ...suffixes, '*'].map(find).find((each) => each !== undefined);
  return found?.routes[0]?.route.cluster;
}
