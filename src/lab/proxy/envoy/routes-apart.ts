import { watchedFile } from './files.ts';
import type { OutboundListener } from './outbound/index.ts';

/** Listeners whose routes are elsewhere, and those routes, by name. */
export interface RoutesApart {
  readonly listeners: readonly OutboundListener[];
  readonly routes: ReadonlyMap<string, object>;
}

type Chain = OutboundListener['filter_chains'][number];
type Filter = Chain['filters'][number];

const type = 'type.googleapis.com/envoy.config.route.v3.RouteConfiguration';
const known = new WeakMap<readonly OutboundListener[], RoutesApart>();

/** The name of the file with some routes. */
export function routeFile(name: string): string {
  return `rds-${name}.json`;
}

/** Of a listener for all HTTP of a port. One that is a Service's own has a single route, which never changes. */
const forPorts = '0.0.0.0_';

/**
 * Takes the routes out of listeners for ports into files of their own, as Istio sends them: a Service that comes or goes is then a change of routes alone. With routes of its own a listener's
 * chain would be another one, and all connections that it has would end. The same listeners come to the same objects.
 * No more than these: each file is an inotify instance of Envoy's, and Linux lets a user have 128 of them all in all.
 */
export function routesApart(listeners: readonly OutboundListener[]): RoutesApart {
  const before = known.get(listeners);
  if (before !== undefined) return before;
  const routes = new Map<string, object>();
  const takeOut = (filter: Filter): Filter => {
    const { route_config: config, ...rest } = filter.typed_config;
    if (config === undefined) return filter;
    const { name } = config as { readonly name: string };
    routes.set(name, { '@type': type, ...(config as object) });
    const rds = { config_source: watchedFile(routeFile(name)), route_config_name: name };
    return { ...filter, typed_config: { ...rest, '@type': filter.typed_config['@type'], rds } };
  };
  const ofChain = (chain: Chain): Chain => ({ ...chain, filters: chain.filters.map(takeOut) });
  const apart = listeners.map((listener) =>
    listener.name.startsWith(forPorts)
      ? { ...listener, filter_chains: listener.filter_chains.map(ofChain) }
      : listener,
  );
  const result = { listeners: apart, routes };
  known.set(listeners, result);
  return result;
}
