import type { Cluster, ClusterPod, UnreadableObject } from '../cluster/index.ts';
import {
  type Fact,
  hasLabels,
  type KindedObject,
  type PolicyReference,
  type Service,
  type Step,
} from '../model/index.ts';
import type { Leg, Target } from './legs.ts';

type Unread = Extract<Fact, { kind: 'unread policy' }>;

/** Kinds that change what a proxy does with a request; every other unread policy kind works on packets. */
const proxyKinds = new Set(['EnvoyFilter', 'WasmPlugin', 'ProxyConfig', 'Telemetry']);

const networkKinds = new Set([
  'NetworkPolicy',
  'AdminNetworkPolicy',
  'BaselineAdminNetworkPolicy',
  'ClusterNetworkPolicy',
]);
/** The only ConfigMap that is read, and so can be refused, is the one with the MeshConfig. */
const proxyPolicyKinds = new Set([
  'AuthorizationPolicy',
  'PeerAuthentication',
  'RequestAuthentication',
  'ConfigMap',
]);
const clientPolicyKinds = new Set(['DestinationRule', 'ConfigMap']);
const workloadKinds = new Set([
  'Pod',
  'Deployment',
  'StatefulSet',
  'DaemonSet',
  'ReplicaSet',
  'Job',
  'CronJob',
  'EndpointSlice',
]);

/** The last word of the tiers: an open end (`undefined`), or the rule that matched. */
interface TierDecision {
  readonly allowed: boolean;
  readonly rule: PolicyReference | undefined;
  /** False where some NetworkPolicy selects the pod. */
  readonly open: boolean;
}

/**
 * Facts about policies that work on packets to or from `pod`, that nobody here can read, and that could change what the tiers decided. NetworkPolicies only ever add
 * to one another and speak behind the Admin tier, the Baseline tier behind them.
 */
export function unreadNetworkPolicies(
  cluster: Cluster,
  pod: ClusterPod,
  decided: TierDecision | undefined,
): readonly Unread[] {
  if (cluster.foreign.length === 0 && cluster.unreadable.length === 0) return [];
  return [
    ...cluster.foreign
      .filter((object) => !proxyKinds.has(object.kind) && reaches(object, [pod.namespace]))
      .map(foreign),
    ...cluster.unreadable
      .filter((object) => couldBe(object, networkKinds, [pod.namespace]))
      .filter((object) => decided === undefined || couldOverrule(object.kind, decided))
      .map(unreadable),
  ];
}

function couldOverrule(kind: string | undefined, { allowed, rule, open }: TierDecision): boolean {
  if (kind === 'NetworkPolicy') return rule?.tier !== 'Admin' && !(allowed && rule?.tier === 'NetworkPolicy');
  if (kind === 'BaselineAdminNetworkPolicy') return rule === undefined ? open : rule.tier === 'Baseline';
  return true;
}

/** Facts about what nobody here can read and could change the way in which `leg` is received; those of Istio's root namespace count everywhere. */
export function unreadProxyPolicies(cluster: Cluster, leg: Leg, target: Target): readonly Unread[] {
  if (cluster.foreign.length === 0 && cluster.unreadable.length === 0) return [];
  const service = target.service === undefined ? [] : [target.service.metadata.namespace];
  const server = leg.enforcedBy === undefined ? [] : [leg.to.pod!.namespace];
  // A waypoint may serve other namespaces, and has the policies of their Services.
  if (leg.enforcedBy === 'waypoint') server.push(...service);
  const client = leg.acceptedBy === 'sidecar' ? [leg.from.pod!.namespace] : [];
  const root = cluster.mesh.rootNamespace;
  // Envoy alone has filters; ztunnel has none.
  const filtered = [...(leg.enforcedBy === 'ztunnel' ? [] : server), ...client];
  const facts: Unread[] = [];
  if (filtered.length > 0) {
    const found = cluster.foreign.filter(
      (object) => proxyKinds.has(object.kind) && reaches(object, [...filtered, root]),
    );
    facts.push(...found.map(foreign));
  }
  for (const object of cluster.unreadable) {
    const atServer = server.length > 0 && couldBe(object, proxyPolicyKinds, [...server, root]);
    const atClient = client.length > 0 && couldBe(object, clientPolicyKinds, [...client, ...service, root]);
    if (atServer || atClient) facts.push(unreadable(object));
  }
  return facts;
}

/**
 * Could a policy of the kind of `fact` turn this denial into something else? An AuthorizationPolicy can only add to what is allowed, a RequestAuthentication
 * speaks behind the handshake and never to ztunnel; anything else may change anything.
 */
export function couldLift({ object }: Unread, step: Step): boolean {
  if (object.kind === 'AuthorizationPolicy') {
    return step.layer === 'authorization' && step.because.kind === 'isolated, nothing matched';
  }
  if (object.kind === 'RequestAuthentication') {
    return step.layer !== 'mutual TLS' && step.because.kind !== 'bad request' && step.at.kind !== 'ztunnel';
  }
  return true;
}

/** Documents that could make this Service another, or be further endpoints of it. */
export function unreadBehind(cluster: Cluster, { metadata, spec }: Service): readonly Unread[] {
  const { namespace, name } = metadata;
  return cluster.unreadable
    .filter((object) => couldBe(object, behindService, [namespace]))
    .filter(({ kind, name: own, object }) => {
      if (kind === 'Service') return own === undefined || own === name;
      if (kind === 'EndpointSlice') return spec.selector === undefined;
      return spec.selector !== undefined && hasLabels(object.metadata.labels, spec.selector);
    })
    .map(unreadable);
}

const behindService = new Set(['Service', 'EndpointSlice', 'Pod']);

/** Documents that could be pods or endpoints behind a Service that has none. */
export function unreadEndpoints(cluster: Cluster, namespace: string): readonly Unread[] {
  return cluster.unreadable.filter((object) => couldBe(object, workloadKinds, [namespace])).map(unreadable);
}

function reaches(object: KindedObject, namespaces: readonly string[]): boolean {
  return object.metadata.namespace === '' || namespaces.includes(object.metadata.namespace);
}

/** An object of which not even the kind could be read could be anything, anywhere. */
function couldBe(
  object: UnreadableObject,
  kinds: ReadonlySet<string>,
  namespaces: readonly string[],
): boolean {
  if (object.kind !== undefined && !kinds.has(object.kind)) return false;
  return object.namespace === undefined || object.namespace === '' || namespaces.includes(object.namespace);
}

function foreign(object: KindedObject): Unread {
  return { kind: 'unread policy', object, why: `${object.kind} is not a kind that Portcullis reads` };
}

function unreadable({ object, why }: UnreadableObject): Unread {
  return { kind: 'unread policy', object, why };
}
