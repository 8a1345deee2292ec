import type { Cluster } from '../../cluster/index.ts';
import { suggestName } from '../../manifest/index.ts';
import {
  type AuthorizationPolicy,
  describeObject,
  type FieldPath,
  type PolicyTargetReference,
  type RequestAuthentication,
} from '../../model/index.ts';
import { waypointStatuses } from '../../policy/authorization/index.ts';
import type { LintRule } from '../registry.ts';
import type { Finding } from '../types.ts';
import { authorizationPolicies, requestAuthentications } from './policies.ts';

type TargetingPolicy = AuthorizationPolicy | RequestAuthentication;

/** Targets that are not there (PC3202), and targets behind which no proxy enforces anything (PC3203). */
export const targets: LintRule = {
  codes: ['PC3202', 'PC3203'],
  *check({ cluster }) {
    for (const policy of [...authorizationPolicies(cluster), ...requestAuthentications(cluster)]) {
      const statuses = waypointStatuses(cluster, policy);
      for (const [index, ref] of policy.spec.targetRefs.entries()) {
        const path = ['spec', 'targetRefs', index];
        const finding = checkTarget(cluster, policy, ref, statuses[index]!.message, path);
        if (finding !== undefined) yield finding;
      }
    }
  },
};

function checkTarget(
  cluster: Cluster,
  policy: TargetingPolicy,
  ref: PolicyTargetReference,
  status: string,
  path: FieldPath,
): Finding | undefined {
  const { namespace } = policy.metadata;
  switch (ref.kind) {
    case 'Service':
    case 'ServiceEntry': {
      if (status.startsWith('bound to')) return undefined;
      const names = namesOf(cluster, ref.kind, namespace);
      if (!names.includes(ref.name)) return absent(cluster, policy, ref, names, path);
      return unbound(
        policy,
        ref,
        path,
        `${ref.kind} ${namespace}/${ref.name} is not bound to a waypoint, and only a waypoint enforces policies by ${ref.kind}`,
        `Label the ${ref.kind} or its namespace istio.io/use-waypoint with the name of a waypoint, or write a selector instead of targetRefs.`,
      );
    }
    case 'Gateway': {
      const gateway = cluster.gateways.get(`${namespace}/${ref.name}`);
      if (gateway === undefined)
        return absent(cluster, policy, ref, namesOf(cluster, 'Gateway', namespace), path);
      const { gatewayClassName } = gateway.spec;
      const given = cluster.gatewayClasses.get(gatewayClassName);
      const ofIstio =
        given?.spec.controllerName.startsWith('istio.io/') ?? gatewayClassName.startsWith('istio');
      if (ofIstio) return undefined;
      return unbound(
        policy,
        ref,
        path,
        `Gateway ${namespace}/${ref.name} is of class ${gatewayClassName}, which Istio does not run`,
        'Name a Gateway of class istio or istio-waypoint.',
      );
    }
    case 'GatewayClass': {
      if (ref.name === 'istio-waypoint' && namespace === cluster.mesh.rootNamespace) return undefined;
      return unbound(
        policy,
        ref,
        path,
        `only GatewayClass istio-waypoint, named from the root namespace ${cluster.mesh.rootNamespace}, stands for waypoints`,
        `Write the policy in namespace ${cluster.mesh.rootNamespace} and name istio-waypoint.`,
      );
    }
    default:
      return undefined;
  }
}

function namesOf(cluster: Cluster, kind: string, namespace: string): readonly string[] {
  const objects =
    kind === 'ServiceEntry'
      ? cluster.serviceEntries
      : kind === 'Gateway'
        ? [...cluster.gateways.values()]
        : [...cluster.services.values()];
  return objects
    .filter(({ metadata }) => metadata.namespace === namespace)
    .map(({ metadata }) => metadata.name);
}

function absent(
  cluster: Cluster,
  policy: TargetingPolicy,
  ref: PolicyTargetReference,
  names: readonly string[],
  path: FieldPath,
): Finding | undefined {
  const { namespace } = policy.metadata;
  if (isUnreadable(cluster, ref, namespace)) return undefined;
  const near = suggestName(ref.name, names);
  return {
    code: 'PC3202',
    // Without any object of the kind there, it may be applied from elsewhere.
    severity: names.length > 0 ? 'warning' : 'info',
    message: `${describeObject(policy)}: its target ${ref.kind} ${namespace}/${ref.name} does not exist`,
    object: policy,
    path: [...path, 'name'],
    help:
      near === undefined
        ? 'Targets are of the namespace of the policy. Name one that is there.'
        : `Did you mean ${near}?`,
    proof: {
      kind: 'never matches',
      reason: `no ${ref.kind} ${namespace}/${ref.name} is among what was given`,
    },
  };
}

/** One that could not be read may be the one that is meant. */
function isUnreadable(cluster: Cluster, ref: PolicyTargetReference, namespace: string): boolean {
  return cluster.unreadable.some(
    (each) =>
      each.kind === ref.kind &&
      (each.namespace ?? namespace) === namespace &&
      (each.name ?? ref.name) === ref.name,
  );
}

function unbound(
  policy: TargetingPolicy,
  ref: PolicyTargetReference,
  path: FieldPath,
  reason: string,
  help: string,
): Finding {
  return {
    code: 'PC3203',
    severity: 'warning',
    message: `${describeObject(policy)}: nothing enforces it for its target ${ref.kind} ${ref.name}`,
    object: policy,
    path,
    help,
    proof: { kind: 'never matches', reason },
  };
}
