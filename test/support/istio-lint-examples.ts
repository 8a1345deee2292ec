import { made, namespace, pod, service } from './text-cluster.ts';

/** An AuthorizationPolicy; `app` is the label that it selects. */
export function policy(at: string, spec: object, app?: string): string {
  const selector = app === undefined ? {} : { selector: { matchLabels: { app } } };
  return made('AuthorizationPolicy', at, { ...selector, ...spec });
}

/** An AuthorizationPolicy of one rule with one source. */
export function from(at: string, source: object, more: object = {}, app?: string): string {
  return policy(at, { ...more, rules: [{ from: [{ source }] }] }, app);
}

/** An AuthorizationPolicy of one rule with one operation. */
export function to(at: string, operation: object, more: object = {}, app?: string): string {
  return policy(at, { ...more, rules: [{ to: [{ operation }] }] }, app);
}

/** A PeerAuthentication. */
export function peers(at: string, mode: string, more: object = {}): string {
  return made('PeerAuthentication', at, { mtls: { mode }, ...more });
}

/** A Pod that runs as a service account. */
export function podAs(at: string, serviceAccountName: string): string {
  const object = JSON.parse(pod(at));
  return JSON.stringify({ ...object, spec: { ...object.spec, serviceAccountName } });
}

/** A RequestAuthentication of one issuer. */
export function tokens(at: string, issuer: string, more: object = {}): string {
  return made('RequestAuthentication', at, { jwtRules: [{ issuer, jwks: '{"keys":[]}' }], ...more });
}

/** A Gateway of the Gateway API. */
export function gateway(at: string, gatewayClassName: string, labels: object = {}): string {
  const listeners = [{ name: 'mesh', port: 15008, protocol: 'HBONE' }];
  return made('Gateway', at, { gatewayClassName, listeners }, { labels });
}

/** A namespace of sidecars: `web` behind a Service on HTTP (80 to 8080), `db` behind one on TCP (5432), a client `front`, and one outside the mesh. */
export const sidecars: readonly string[] = [
  namespace('shop', { 'istio-injection': 'enabled' }),
  namespace('legacy'),
  pod('shop/web', { ports: ['http=8080'] }),
  service('shop/web', 80, 8080, ports(80, 8080, 'http')),
  pod('shop/db', { ports: ['5432'] }),
  service('shop/db', 5432, 5432, ports(5432, 5432, 'tcp')),
  podAs('shop/front', 'front'),
  pod('legacy/old'),
];

/** The same in ambient, where a waypoint may be given. */
export const ambient: readonly string[] = [
  namespace('shop', { 'istio.io/dataplane-mode': 'ambient' }),
  pod('shop/web', { ports: ['http=8080'] }),
  service('shop/web', 80, 8080, ports(80, 8080, 'http')),
  podAs('shop/front', 'front'),
];

/** Ambient behind a waypoint for the whole namespace. */
export const behindWaypoint: readonly string[] = [
  namespace('shop', { 'istio.io/dataplane-mode': 'ambient', 'istio.io/use-waypoint': 'way' }),
  ...ambient.slice(1),
  gateway('shop/way', 'istio-waypoint'),
];

/** The ports of a Service, for `service`. */
export function ports(port: number, targetPort: number, name: string): object {
  return { ports: [{ name, port, targetPort }] };
}
