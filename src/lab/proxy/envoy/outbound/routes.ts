import type { Service } from '../../../../model/index.ts';
import { directoryOf, type ServiceTarget } from '../../outbound/directory.ts';
import { clusterName, hostOf, passthroughCluster } from '../../outbound/upstream.ts';
import type { MeshView } from '../../types.ts';

/** envoy.config.route.v3.RouteConfiguration. */
export interface RouteConfig {
  readonly name: string;
  readonly virtual_hosts: readonly VirtualHost[];
  readonly [field: string]: unknown;
}

interface VirtualHost {
  readonly name: string;
  readonly domains: readonly string[];
  readonly [field: string]: unknown;
}

/** Istio's default: twice more, elsewhere if there is an elsewhere. Source: istio pilot/pkg/networking/core/route/retry/retry.go. */
const retryPolicy = {
  retry_on: 'connect-failure,refused-stream,unavailable,cancelled,retriable-status-codes',
  num_retries: 2,
  retry_host_predicate: [
    {
      name: 'envoy.retry_host_predicates.previous_hosts',
      typed_config: {
        '@type': 'type.googleapis.com/envoy.extensions.retry.host.previous_hosts.v3.PreviousHostsPredicate',
      },
    },
  ],
  host_selection_retry_max_attempts: '5',
};

/** All HTTP of a port, by its Host, for clients of a namespace; what nobody claims goes to where it was going. Source: istio pilot/pkg/networking/core/httproute.go. */
export function portRoutes(view: MeshView, port: number, namespace: string): RouteConfig {
  const others = aliasesOf(view);
  const claimed = new Set<string>();
  const hosts: VirtualHost[] = [];
  for (const target of directoryOf(view).targets()) {
    if (target.port.port !== port || target.protocol === 'tcp') continue;
    const services = [target.service, ...(others.get(hostOf(target)) ?? [])];
    const names = new Set(services.flatMap((service) => domainsOf(service, namespace)));
    // Envoy takes no configuration in which two have the same.
    const domains = [...names].filter((name) => !claimed.has(name));
    for (const name of domains) claimed.add(name);
    if (domains.length > 0) hosts.push(serviceHost(target, domains));
  }
  return routeConfig(`${port}`, [...hosts, passthroughHost]);
}

/** All HTTP of a listener that is one Service's own. */
export function serviceRoutes(target: ServiceTarget): RouteConfig {
  return routeConfig(`${hostOf(target)}:${target.port.port}`, [serviceHost(target, ['*'])]);
}

/** What passes through a listener that knows no Service. */
const passthroughHost = virtualHost('allow_any', ['*'], 'allow_any', { cluster: passthroughCluster });

function serviceHost(target: ServiceTarget, domains: readonly string[]): VirtualHost {
  return virtualHost(`${hostOf(target)}:${target.port.port}`, domains, 'default', {
    cluster: clusterName(target),
    retry_policy: retryPolicy,
  });
}

function virtualHost(
  name: string,
  domains: readonly string[],
  routeName: string,
  action: object,
): VirtualHost {
  const unlimited = { max_stream_duration: '0s', grpc_timeout_header_max: '0s' };
  const route = { ...action, timeout: '0s', max_stream_duration: unlimited };
  return {
    name,
    domains,
    routes: [{ name: routeName, match: { prefix: '/' }, route }],
    include_request_attempt_count: true,
  };
}

function routeConfig(name: string, hosts: readonly VirtualHost[]): RouteConfig {
  return { name, virtual_hosts: hosts, validate_clusters: false, ignore_port_in_host_matching: true };
}

/** What a client of a namespace may call a Service: its names, as far as they are written out, and its addresses; pods of a headless one also by theirs. */
function domainsOf({ metadata, spec }: Service, clientNamespace: string): readonly string[] {
  const { name, namespace } = metadata;
  const short = [`${name}.${namespace}.svc`, `${name}.${namespace}`];
  const full = `${name}.${namespace}.svc.cluster.local`;
  const names = [full, `${full}.`, ...(namespace === clientNamespace ? [name] : []), ...short];
  if (spec.clusterIPs.includes('None')) return [...names, ...names.map((each) => `*.${each}`)];
  return [...names, ...spec.clusterIPs.map((address) => (address.includes(':') ? `[${address}]` : address))];
}

const aliases = new WeakMap<MeshView, ReadonlyMap<string, readonly Service[]>>();

/** ExternalNames that stand for other Services, by the full names of these. */
function aliasesOf(view: MeshView): ReadonlyMap<string, readonly Service[]> {
  const known = aliases.get(view) ?? findAliases([...view.cluster.services.values()]);
  aliases.set(view, known);
  return known;
}

function findAliases(services: readonly Service[]): ReadonlyMap<string, readonly Service[]> {
  const external = services.filter(({ spec }) => spec.type === 'ExternalName');
  const named = new Map(external.map((service) => [fullName(service), service]));
  const lastName = (name: string, depth: number): string => {
    const next = named.get(name)?.spec.externalName;
    return next === undefined || depth > 8 ? name : lastName(next.replace(/\.$/, ''), depth + 1);
  };
  return Map.groupBy(external, (service) => lastName(fullName(service), 0));
}

function fullName({ metadata: { name, namespace } }: Service): string {
  return `${name}.${namespace}.svc.cluster.local`;
}
