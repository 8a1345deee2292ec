import {
  type Fact,
  type Gateway,
  type GatewayClass,
  type KnownLabels,
  type Labels,
  labelOf,
  type Service,
} from '../model/index.ts';
import { gatewayNameLabel } from './attachment.ts';
import type { Cluster, ClusterPod } from './cluster.ts';
import type { PodDraft } from './pods.ts';

const useLabel = 'istio.io/use-waypoint';
const namespaceOfUseLabel = 'istio.io/use-waypoint-namespace';

/** True for a Gateway that istiod runs as a waypoint: class `istio-waypoint`, or a class of Istio's mesh controller. */
export function isWaypoint(gateway: Gateway, classes: ReadonlyMap<string, GatewayClass>): boolean {
  const name = gateway.spec.gatewayClassName;
  const given = classes.get(name);
  return given === undefined
    ? name === 'istio-waypoint'
    : given.spec.controllerName === 'istio.io/mesh-controller';
}

/** True for a Gateway that Istio runs: by its class's controller, or where the class is not given, by the class's name. Other projects use the same labels. */
export function isOfIstio(gateway: Gateway, classes: ReadonlyMap<string, GatewayClass>): boolean {
  const name = gateway.spec.gatewayClassName;
  return classes.get(name)?.spec.controllerName.startsWith('istio.io/') ?? name.startsWith('istio');
}

/** Pods of waypoints of which none is given: istiod makes them (name and service account are the Gateway's). */
export function draftWaypoints(
  gateways: ReadonlyMap<string, Gateway>,
  classes: ReadonlyMap<string, GatewayClass>,
  given: readonly PodDraft[],
): readonly PodDraft[] {
  const present = new Set(given.map((pod) => `${pod.namespace}/${labelOf(pod.labels, gatewayNameLabel)}`));
  return [...gateways.values()]
    .filter((gateway) => isWaypoint(gateway, classes))
    .filter((gateway) => !present.has(`${gateway.metadata.namespace}/${gateway.metadata.name}`))
    .map(draftWaypoint);
}

function draftWaypoint(gateway: Gateway): PodDraft {
  const { namespace, name } = gateway.metadata;
  const labels: Labels = {
    [gatewayNameLabel]: name,
    'gateway.networking.k8s.io/gateway-class-name': gateway.spec.gatewayClassName,
    'gateway.istio.io/managed': 'istio.io-mesh-controller',
    'istio.io/dataplane-mode': 'none',
  };
  return {
    namespace,
    name,
    labels,
    annotations: {},
    spec: { hostNetwork: false, serviceAccountName: name, containers: [] },
    addresses: [],
    node: undefined,
    owner: { kind: 'Gateway', name },
    observed: false,
    ready: true,
    object: gateway,
  };
}

/** The waypoint on a way, or what nobody said of the namespace that would name it. */
export interface WaypointChoice {
  readonly pod: ClusterPod | undefined;
  readonly facts: readonly Fact[];
}

/**
 * The waypoint that traffic to `service`, or to `pod` by its own address, goes through: named by `istio.io/use-waypoint` on the object itself or its
 * namespace, in the same namespace unless `istio.io/use-waypoint-namespace` says otherwise; `none` opts out. A waypoint takes Services unless its label
 * `istio.io/waypoint-for` says workload, all or none. Source: Istio ambient, waypoint configuration.
 */
export function waypointFor(
  cluster: Cluster,
  pod: ClusterPod | undefined,
  service: Service | undefined,
): WaypointChoice {
  const addressed = service?.metadata ?? pod;
  if (addressed === undefined) return { pod: undefined, facts: [] };
  const { labels, namespace } = addressed;
  const facts = openQuestions(cluster, labels, namespace);
  const gateway = waypointGatewayFor(
    cluster,
    labels,
    namespace,
    service === undefined ? 'workload' : 'service',
  );
  const unread = gateway === undefined ? unreadGateways(cluster, labels, namespace) : [];
  return { pod: gateway === undefined ? undefined : podOf(cluster, gateway), facts: [...facts, ...unread] };
}

/** Gateways that the labels name and that could not be read: they may be waypoints. */
function unreadGateways(cluster: Cluster, labels: Labels, namespace: string): readonly Fact[] {
  const reference =
    useWaypoint(labels, namespace) ?? useWaypoint(namespaceLabels(cluster, namespace).labels, namespace);
  if (reference === undefined || reference === 'none') return [];
  return cluster.unreadable
    .filter(
      ({ kind, namespace: home, name }) =>
        kind === 'Gateway' &&
        (name ?? reference.name) === reference.name &&
        (home ?? reference.namespace) === reference.namespace,
    )
    .map(({ object, why }) => ({ kind: 'unread policy', object, why }));
}

function podOf(cluster: Cluster, { metadata }: Gateway): ClusterPod | undefined {
  const key = cluster.waypointPods.get(`${metadata.namespace}/${metadata.name}`);
  return key === undefined ? undefined : cluster.pods.get(key);
}

/** The first pod of each waypoint, by its Gateway's `namespace/name`. */
export function indexWaypoints(pods: ReadonlyMap<string, ClusterPod>): ReadonlyMap<string, string> {
  const index = new Map<string, string>();
  for (const pod of pods.values()) {
    if (pod.membership.kind !== 'waypoint') continue;
    const gateway = `${pod.namespace}/${labelOf(pod.labels, gatewayNameLabel)}`;
    if (!index.has(gateway)) index.set(gateway, pod.key);
  }
  return index;
}

/** Labels of the namespace that would choose among the waypoints that there are, and that nobody said. */
function openQuestions(cluster: Cluster, labels: Labels, namespace: string): readonly Fact[] {
  if (labelOf(labels, useLabel) !== undefined) return [];
  const waypoints = [...cluster.gateways.values()].filter((gateway) =>
    isWaypoint(gateway, cluster.gatewayClasses),
  );
  const known = namespaceLabels(cluster, namespace);
  if (waypoints.length === 0) return [];
  const ask = (key: string, values: readonly string[]): Fact => ({
    kind: 'namespace label',
    namespace,
    key,
    patterns: [...new Set(values)].map((text) => ({ form: 'exact', text })),
  });
  if (isOpen(known, useLabel))
    return [
      ask(
        useLabel,
        waypoints.map(({ metadata }) => metadata.name),
      ),
    ];
  const name = labelOf(known.labels, useLabel);
  if (name === undefined || name === 'none' || !isOpen(known, namespaceOfUseLabel)) return [];
  return [
    ask(
      namespaceOfUseLabel,
      waypoints.map(({ metadata }) => metadata.namespace),
    ),
  ];
}

function isOpen(known: KnownLabels, key: string): boolean {
  return labelOf(known.labels, key) === undefined && !known.complete && !known.absent?.has(key);
}

/** The Gateway of the waypoint that an object with these labels, in this namespace, is bound to. */
export function waypointGatewayFor(
  cluster: Pick<Cluster, 'namespaces' | 'gateways' | 'gatewayClasses'>,
  labels: Labels,
  namespace: string,
  traffic: 'service' | 'workload',
): Gateway | undefined {
  const reference =
    useWaypoint(labels, namespace) ?? useWaypoint(namespaceLabels(cluster, namespace).labels, namespace);
  if (reference === undefined || reference === 'none') return undefined;
  const gateway = cluster.gateways.get(`${reference.namespace}/${reference.name}`);
  if (gateway === undefined || !isWaypoint(gateway, cluster.gatewayClasses)) return undefined;
  const takes = labelOf(gateway.metadata.labels, 'istio.io/waypoint-for') ?? 'service';
  return takes === 'all' || takes === traffic ? gateway : undefined;
}

function namespaceLabels(cluster: Pick<Cluster, 'namespaces'>, namespace: string): KnownLabels {
  return cluster.namespaces.get(namespace)?.labels ?? { labels: {}, complete: false };
}

function useWaypoint(
  labels: Labels,
  namespace: string,
): { readonly namespace: string; readonly name: string } | 'none' | undefined {
  const name = labelOf(labels, useLabel);
  if (name === undefined) return undefined;
  if (name === 'none') return 'none';
  return { namespace: labelOf(labels, namespaceOfUseLabel) ?? namespace, name };
}
