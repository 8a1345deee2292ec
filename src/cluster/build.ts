import {
  type AdminTierPolicy,
  type AuthorizerProvider,
  defaultMesh,
  type Gateway,
  type GatewayClass,
  hasLabels,
  type KindedObject,
  labelOf,
  type Mesh,
  type MeshSettings,
  type ModelObject,
  type Node,
  qualifiedName,
  type Service,
} from '../model/index.ts';
import { compareAge } from './age.ts';
import { gatewayNameLabel } from './attachment.ts';
import type { Cluster, ClusterNamespace, ClusterPod, Policies } from './cluster.ts';
import type { ClusterInput, ClusterOptions, LabelAssumption } from './input.ts';
import { type MeshTraces, membershipOf } from './membership.ts';
import { collectNamespaces, describeNamespace } from './namespaces.ts';
import { draftPods, exposedPorts, type PodDraft, withLabels } from './pods.ts';
import { collectHttpPorts } from './port-protocol.ts';
import { findTraces } from './traces.ts';
import { draftWaypoints, indexWaypoints, isOfIstio, isWaypoint } from './waypoints.ts';

/** Where pods live when nobody said: the private ranges of RFC 1918 and RFC 4193. */
const defaultPodCIDRs: readonly string[] = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', 'fd00::/8'];

/**
 * Builds the snapshot that every question is asked of. Objects may come in any order; of two with the same name the reader has kept one.
 * Never throws for what manifests say.
 */
export function buildCluster(input: ClusterInput, options: ClusterOptions = {}): Cluster {
  const { objects } = input;
  const assumptions = options.assumptions ?? [];
  const mesh = mergeMesh(input, options.mesh);
  const nodes = byName(objects.filter((object) => object.kind === 'Node').map(assumed(assumptions)));
  const gateways = byName<Gateway>(objects.filter((object) => object.kind === 'Gateway'));
  const gatewayClasses = byName<GatewayClass>(objects.filter((object) => object.kind === 'GatewayClass'));
  const namespaces = collectNamespaces(objects, assumptions);
  const { pods: given, workloads } = draftPods(objects, nodes, assumptions);
  const drafts = [...given, ...draftWaypoints(gateways, gatewayClasses, given)];
  const services = objects.filter((object) => object.kind === 'Service').sort(compareAge);
  const serviceEntries = objects.filter((object) => object.kind === 'ServiceEntry').sort(compareAge);
  const traces = findTraces(input, mesh, namespaces);
  const context = {
    namespaces,
    mesh,
    traces,
    gateways,
    gatewayClasses,
    services: groupByNamespace(services),
  };
  const pods = new Map<string, ClusterPod>();
  for (const draft of drafts) pods.set(`${draft.namespace}/${draft.name}`, placePod(draft, context));
  const ignored = new Set(options.ignoreKinds ?? []);
  return {
    namespaces,
    pods,
    podsByAddress: indexAddresses(pods),
    hosts: new Map(),
    podsByService: indexServices(pods),
    waypointPods: indexWaypoints(pods),
    workloads,
    nodes,
    services: byName(services),
    endpointSlices: groupBy(
      objects.filter((object) => object.kind === 'EndpointSlice'),
      (slice) => `${slice.metadata.namespace}/${slice.service ?? ''}`,
    ),
    serviceEntries,
    httpPorts: collectHttpPorts(services, serviceEntries),
    gateways,
    gatewayClasses,
    mesh,
    policies: collectPolicies(objects),
    foreign: input.foreign.filter((object) => !ignored.has(object.kind)),
    unreadable: input.rejected,
    settings: { podCIDRs: options.podCIDRs ?? defaultPodCIDRs, cni: options.cni },
    traces,
  };
}

/** A node with the labels that the caller vouches for. */
function assumed(assumptions: readonly LabelAssumption[]): (node: Node) => Node {
  return (node) => {
    const own = assumptions.filter((a) => a.kind === 'Node' && a.name === node.metadata.name);
    if (own.length === 0) return node;
    return { ...node, metadata: { ...node.metadata, labels: withLabels(node.metadata.labels, own) } };
  };
}

interface Surroundings {
  readonly namespaces: ReadonlyMap<string, ClusterNamespace>;
  readonly mesh: Mesh;
  readonly traces: MeshTraces;
  readonly gateways: ReadonlyMap<string, Gateway>;
  readonly gatewayClasses: ReadonlyMap<string, GatewayClass>;
  readonly services: ReadonlyMap<string, readonly Service[]>;
}

function placePod(draft: PodDraft, around: Surroundings): ClusterPod {
  const { namespace, name, labels, spec } = draft;
  const namespaceLabels = (around.namespaces.get(namespace) ?? describeNamespace(namespace, undefined, []))
    .labels;
  const gateway = around.gateways.get(
    `${namespace}/${labels['gateway.networking.k8s.io/gateway-name'] ?? ''}`,
  );
  const enrolment = {
    namespace,
    labels,
    annotations: draft.annotations,
    hostNetwork: spec.hostNetwork,
    containers: spec.containers,
    observed: draft.observed,
    gateway:
      labelOf(labels, gatewayNameLabel) !== undefined &&
      (gateway === undefined || isOfIstio(gateway, around.gatewayClasses)),
    waypoint: gateway !== undefined && isWaypoint(gateway, around.gatewayClasses),
  };
  const ports = exposedPorts(spec.containers);
  const selecting = (around.services.get(namespace) ?? []).filter(
    ({ spec: { selector } }) =>
      selector !== undefined && Object.keys(selector).length > 0 && hasLabels(labels, selector),
  );
  return {
    key: `${namespace}/${name}`,
    namespace,
    name,
    labels,
    annotations: draft.annotations,
    serviceAccount: spec.serviceAccountName || 'default',
    hostNetwork: spec.hostNetwork,
    node: draft.node,
    addresses: draft.addresses,
    ports,
    ready: draft.ready,
    services: selecting,
    owner: draft.owner,
    membership: membershipOf(enrolment, namespaceLabels, around.mesh, around.traces),
    enrolment,
    policyTarget: { namespace, labels, waypoint: enrolment.waypoint, services: [] },
    object: draft.object,
    view: { namespace, name, labels, namespaceLabels, ports },
  };
}

/**
 * What the caller says wins over the MeshConfig, and that over Istio's defaults. Without a MeshConfig nobody knows all the mesh's authorizers: those that
 * policies name are taken to be there, with an answer that is not known.
 */
function mergeMesh({ mesh: config, objects }: ClusterInput, fromCaller: MeshSettings | undefined): Mesh {
  const mesh = { ...defaultMesh, ...config, ...fromCaller };
  if (config !== undefined) return mesh;
  const known = new Set(mesh.authorizers.map((authorizer) => authorizer.name));
  const named = objects.flatMap((object) =>
    object.kind === 'AuthorizationPolicy' ? (object.spec.provider ?? []) : [],
  );
  const assumed = [...new Set(named)]
    .filter((name) => !known.has(name))
    .map((name): AuthorizerProvider => ({ name, protocol: 'http', usable: true }));
  return { ...mesh, authorizers: [...mesh.authorizers, ...assumed] };
}

const policyKinds: ReadonlySet<ModelObject['kind']> = new Set([
  'NetworkPolicy',
  'AdminNetworkPolicy',
  'BaselineAdminNetworkPolicy',
  'ClusterNetworkPolicy',
  'AuthorizationPolicy',
  'PeerAuthentication',
  'RequestAuthentication',
  'DestinationRule',
]);

function collectPolicies(objects: readonly ModelObject[]): Policies {
  const sorted = objects.filter((object) => policyKinds.has(object.kind)).sort(compareAge);
  return {
    network: groupByNamespace(sorted.filter((object) => object.kind === 'NetworkPolicy')),
    admin: sorted.filter(isAdminPolicyInForce),
    authorization: groupByNamespace(sorted.filter((object) => object.kind === 'AuthorizationPolicy')),
    peerAuthentication: groupByNamespace(sorted.filter((object) => object.kind === 'PeerAuthentication')),
    requestAuthentication: groupByNamespace(
      sorted.filter((object) => object.kind === 'RequestAuthentication'),
    ),
    destinationRules: sorted.filter((object) => object.kind === 'DestinationRule'),
  };
}

/** Of BaselineAdminNetworkPolicy only the one named `default` is in force: the API admits no other. */
function isAdminPolicyInForce(object: ModelObject): object is AdminTierPolicy {
  if (object.kind === 'BaselineAdminNetworkPolicy') return object.metadata.name === 'default';
  return object.kind === 'AdminNetworkPolicy' || object.kind === 'ClusterNetworkPolicy';
}

function indexAddresses(pods: ReadonlyMap<string, ClusterPod>): ReadonlyMap<string, ClusterPod> {
  const index = new Map<string, ClusterPod>();
  for (const pod of pods.values()) {
    if (pod.hostNetwork) continue;
    for (const address of pod.addresses) index.set(address, pod);
  }
  return index;
}

function indexServices(pods: ReadonlyMap<string, ClusterPod>): ReadonlyMap<string, readonly string[]> {
  const index = new Map<string, string[]>();
  for (const pod of pods.values()) {
    for (const service of pod.services) {
      const key = `${service.metadata.namespace}/${service.metadata.name}`;
      const list = index.get(key);
      if (list === undefined) index.set(key, [pod.key]);
      else list.push(pod.key);
    }
  }
  return index;
}

function byName<T extends KindedObject>(objects: readonly T[]): ReadonlyMap<string, T> {
  return new Map(objects.map((object) => [qualifiedName(object), object]));
}

function groupByNamespace<T extends KindedObject>(objects: readonly T[]): ReadonlyMap<string, readonly T[]> {
  return groupBy(objects, (object) => object.metadata.namespace);
}

function groupBy<T>(items: readonly T[], key: (item: T) => string): ReadonlyMap<string, readonly T[]> {
  return Map.groupBy(items, key);
}
