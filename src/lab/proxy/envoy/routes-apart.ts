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

/** The listener for all HTTP of the port that most Services have. */
const busiest = '0.0.0.0_80';

/**
 * Takes the routes of port 80 out of its listener into a file of their own, as Istio sends all of them: a Service that comes or goes is then a change of routes alone. With routes of its
 * own the listener's chain would be another one, and all connections that it has would end. The same listeners come to the same objects.
 * No other's: each file is an inotify instance of Envoy's, and Linux lets a user have 128 of them all in all.
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
    listener.name === busiest
      ? { ...listener, filter_chains: listener.filter_chains.map(ofChain) }
      : listener,
  );
  const result = { listeners: apart, routes };
  known.set(listeners, result);
  return result;
}
