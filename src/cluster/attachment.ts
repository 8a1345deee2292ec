import {
  type AuthorizationPolicy,
  hasLabels,
  type KindedObject,
  type Labels,
  labelOf,
  type Mesh,
  type PolicyTargetReference,
  type RequestAuthentication,
} from '../model/index.ts';
import type { Cluster, PolicyTarget } from './cluster.ts';

/** The label that tells a proxy of a Gateway API gateway (or waypoint), and which Gateway it is of. */
export const gatewayNameLabel = 'gateway.networking.k8s.io/gateway-name';

/** The GatewayClass that stands for every waypoint. */
const waypointClass = 'istio-waypoint';

/** What attachment asks of a policy: AuthorizationPolicy and RequestAuthentication have it. */
export interface AttachablePolicy {
  readonly metadata: Pick<KindedObject['metadata'], 'namespace'>;
  readonly spec: {
    readonly selector?: { readonly matchLabels: Labels };
    readonly targetRefs: readonly PolicyTargetReference[];
  };
}

type AttachmentMesh = Pick<Mesh, 'rootNamespace' | 'selectorPoliciesOnGateways'>;
type PolicyPool = Pick<Cluster, 'policies' | 'mesh'>;

/**
 * True when a policy attaches to a proxy, given that its namespace is one of those looked up for it (`authorizationPoliciesFor` sees to that).
 * Source: istio pilot/pkg/model/policyattachment.go.
 */
export function attaches(mesh: AttachmentMesh, policy: AttachablePolicy, target: PolicyTarget): boolean {
  const { targetRefs } = policy.spec;
  const isGateway = labelOf(target.labels, gatewayNameLabel) !== undefined;
  if (!isGateway) return targetRefs.length === 0 && selects(policy, target.labels);
  if (targetRefs.length > 0) return targetRefs.some((ref) => refers(mesh, policy, ref, target));
  return !target.waypoint && mesh.selectorPoliciesOnGateways && selects(policy, target.labels);
}

/** AuthorizationPolicies of a proxy, of every action: root namespace, its own, then those of its services; each as the cluster sorts them. */
export function authorizationPoliciesFor(
  cluster: PolicyPool,
  target: PolicyTarget,
): readonly AuthorizationPolicy[] {
  const namespaces = [cluster.mesh.rootNamespace, target.namespace, ...serviceNamespaces(target)];
  return attached(cluster.mesh, cluster.policies.authorization, namespaces, target);
}

/** RequestAuthentications of a proxy: its own namespace, the root namespace, then those of its services. */
export function requestAuthenticationsFor(
  cluster: PolicyPool,
  target: PolicyTarget,
): readonly RequestAuthentication[] {
  const namespaces = [target.namespace, cluster.mesh.rootNamespace, ...serviceNamespaces(target)];
  return attached(cluster.mesh, cluster.policies.requestAuthentication, namespaces, target);
}

function attached<P extends AttachablePolicy>(
  mesh: AttachmentMesh,
  policies: ReadonlyMap<string, readonly P[]>,
  namespaces: readonly string[],
  target: PolicyTarget,
): readonly P[] {
  const found: P[] = [];
  for (const namespace of new Set(namespaces)) {
    for (const policy of policies.get(namespace) ?? []) {
      if (attaches(mesh, policy, target)) found.push(policy);
    }
  }
  return found;
}

/** No selector and an empty one select alike: everything. */
function selects(policy: AttachablePolicy, labels: Labels): boolean {
  const { selector } = policy.spec;
  return selector === undefined || hasLabels(labels, selector.matchLabels);
}

function serviceNamespaces(target: PolicyTarget): string[] {
  return target.services.map((service) => service.namespace);
}

function refers(
  mesh: AttachmentMesh,
  policy: AttachablePolicy,
  ref: PolicyTargetReference,
  target: PolicyTarget,
): boolean {
  const { namespace } = policy.metadata;
  // Admission wants no namespace here. In a policy that slipped past it, its own counts as none and another matches nothing.
  if (ref.namespace !== undefined && ref.namespace !== '' && ref.namespace !== namespace) return false;
  switch (targetKind(ref)) {
    case 'Service':
      return target.waypoint && hasService(target, 'Kubernetes', namespace, ref.name);
    case 'ServiceEntry':
      return target.waypoint && hasService(target, 'External', namespace, ref.name);
    case 'GatewayClass':
      return target.waypoint && ref.name === waypointClass && namespace === mesh.rootNamespace;
    case 'Gateway':
      return target.namespace === namespace && labelOf(target.labels, gatewayNameLabel) === ref.name;
    default:
      return false;
  }
}

type TargetKind = 'Service' | 'ServiceEntry' | 'Gateway' | 'GatewayClass';

/** Which kind of target a reference names by its group and kind; undefined = none that policies attach to. */
function targetKind(ref: Pick<PolicyTargetReference, 'group' | 'kind'>): TargetKind | undefined {
  const { group, kind } = ref;
  if (kind === 'Service') return group === '' || group === 'core' ? kind : undefined;
  if (kind === 'ServiceEntry') return group === 'networking.istio.io' ? kind : undefined;
  if (kind === 'Gateway' || kind === 'GatewayClass') {
    return group === 'gateway.networking.k8s.io' ? kind : undefined;
  }
  return undefined;
}

function hasService(
  target: PolicyTarget,
  registry: 'Kubernetes' | 'External',
  namespace: string,
  name: string,
): boolean {
  return target.services.some(
    (service) => service.registry === registry && service.namespace === namespace && service.name === name,
  );
}
