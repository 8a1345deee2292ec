import { type Cluster, isWaypoint, waypointGatewayFor } from '../../cluster/index.ts';
import type { KindedObject, PolicyTargetReference } from '../../model/index.ts';

type WaypointCluster = Pick<
  Cluster,
  'namespaces' | 'services' | 'serviceEntries' | 'gateways' | 'gatewayClasses' | 'mesh'
>;

/** What istiod says of one target of a policy, as the condition WaypointAccepted. */
export interface WaypointStatus {
  /** `KIND.GROUP:NAMESPACE/NAME`; the group of core kinds is `core`. */
  readonly ancestor: string;
  readonly reason: 'Accepted' | 'TargetNotFound' | 'AncestorNotBound' | 'Invalid';
  readonly message: string;
  readonly bound: boolean;
}

type Answer = Omit<WaypointStatus, 'ancestor'>;

/** What is asked of a policy: TargetingPolicy and RequestAuthentication have it. */
type TargetingPolicy = Pick<KindedObject, 'metadata'> & {
  readonly spec: { readonly targetRefs: readonly PolicyTargetReference[] };
};

const controllerName = 'istio.io/mesh-controller';

/** The status of each target of a policy, in their order: none without targetRefs. Source: pilot/pkg/serviceregistry/ambient. */
export function waypointStatuses(
  cluster: WaypointCluster,
  policy: TargetingPolicy,
): readonly WaypointStatus[] {
  return policy.spec.targetRefs.map((ref) => {
    const namespace = ref.namespace || policy.metadata.namespace;
    const ancestor = `${ref.kind}.${ref.group || 'core'}:${namespace}/${ref.name}`;
    return { ancestor, ...answer(cluster, policy, ref, namespace) };
  });
}

function answer(
  cluster: WaypointCluster,
  policy: TargetingPolicy,
  ref: PolicyTargetReference,
  namespace: string,
): Answer {
  switch (ref.kind) {
    case 'Service':
      return ofService(cluster, ref.kind, cluster.services.get(`${namespace}/${ref.name}`), namespace, ref);
    case 'ServiceEntry':
      return ofService(cluster, ref.kind, findEntry(cluster, namespace, ref.name), namespace, ref);
    case 'Gateway':
      return ofGateway(cluster, namespace, ref.name);
    case 'GatewayClass':
      return ofGatewayClass(cluster, policy, ref.name);
    default:
      return notBound;
  }
}

const notBound: Answer = { reason: 'TargetNotFound', message: 'not bound', bound: false };

function ofService(
  cluster: WaypointCluster,
  kind: string,
  service: KindedObject | undefined,
  namespace: string,
  ref: PolicyTargetReference,
): Answer {
  const target = `${kind} ${namespace}/${ref.name}`;
  if (service === undefined) return refuse('TargetNotFound', `${target} was not found`);
  const waypoint = waypointGatewayFor(cluster, service.metadata.labels, namespace, 'service');
  if (waypoint === undefined) return refuse('AncestorNotBound', `${target} is not bound to a waypoint`);
  return bound(`${waypoint.metadata.namespace}/${waypoint.metadata.name}`);
}

function ofGateway(cluster: WaypointCluster, namespace: string, name: string): Answer {
  const gateway = cluster.gateways.get(`${namespace}/${name}`);
  const accepted = gateway !== undefined && isWaypoint(gateway, cluster.gatewayClasses);
  return accepted ? bound(`${namespace}/${name}`) : notBound;
}

function ofGatewayClass(cluster: WaypointCluster, policy: TargetingPolicy, name: string): Answer {
  const { rootNamespace } = cluster.mesh;
  if (policy.metadata.namespace !== rootNamespace) {
    return refuse(
      'Invalid',
      `AuthorizationPolicy must be in the root namespace \`${rootNamespace}\` when referencing a GatewayClass`,
    );
  }
  const gatewayClass = cluster.gatewayClasses.get(name);
  if (gatewayClass === undefined) return notBound;
  if (gatewayClass.spec.controllerName !== controllerName) {
    return refuse('Invalid', `GatewayClass must use controller name \`${controllerName}\` for waypoints`);
  }
  return bound(name);
}

function findEntry(cluster: WaypointCluster, namespace: string, name: string): KindedObject | undefined {
  return cluster.serviceEntries.find(
    (entry) => entry.metadata.namespace === namespace && entry.metadata.name === name,
  );
}

function bound(what: string): Answer {
  return { reason: 'Accepted', message: `bound to ${what}`, bound: true };
}

function refuse(reason: Answer['reason'], message: string): Answer {
  return { reason, message, bound: false };
}
