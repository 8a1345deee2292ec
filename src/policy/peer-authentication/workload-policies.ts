import {
  type WorkloadCondition,
  type WorkloadGroup,
  type WorkloadPolicy,
  workloadPolicyKey,
} from '../../cluster/index.ts';
import type { FieldPath, PeerAuthentication, PolicyReference } from '../../model/index.ts';
import {
  attachedPeerAuthentications,
  composeModes,
  type EffectiveMode,
  inherit,
  type Levels,
  levelsOf,
  type PeerAuthentications,
  type PeerWorkload,
  selectorMatches,
  selectorOf,
} from './mode.ts';

/**
 * What ztunnel gets of all PeerAuthentications: DENY policies against connections without an identity. One for STRICT as such, as soon as there is any
 * PeerAuthentication, and one for each selector policy whose ports differ from it. Source: pilot/pkg/serviceregistry/ambient/authorization.go; observed.
 */
export function workloadPoliciesSent(cluster: PeerAuthentications): readonly WorkloadPolicy[] {
  const sent: WorkloadPolicy[] = [];
  for (const policies of cluster.policies.peerAuthentication.values()) {
    for (const policy of policies) {
      const converted = convertPeerAuthentication(cluster, policy);
      if (converted !== undefined) sent.push(converted);
    }
  }
  const exists = [...cluster.policies.peerAuthentication.values()].some((policies) => policies.length > 0);
  return exists ? [...sent, staticStrict(cluster, undefined)] : sent;
}

/** Keys of the policies for PeerAuthentication that are listed on a workload; one that was not sent enforces nothing. */
export function workloadPolicyKeysListed(
  cluster: PeerAuthentications,
  workload: PeerWorkload,
): readonly string[] {
  const { rootNamespace } = cluster.mesh;
  const attached = attachedPeerAuthentications(cluster, workload);
  const selecting = attached.filter((policy) => selectorOf(policy) !== undefined);
  const listed = selecting.filter((policy) => isListed(cluster, policy)).map(convertedKey);
  const giver = levelsOf(attached, rootNamespace).workload;
  const static_ =
    composeModes(attached, rootNamespace).mode === 'STRICT' && !(giver && isListed(cluster, giver));
  return static_ ? [...listed, staticKey(rootNamespace)] : listed;
}

/** The policies for PeerAuthentication that ztunnel holds a workload's connections against: those listed that were sent, with what they stand for. */
export function workloadPoliciesInForce(
  cluster: PeerAuthentications,
  workload: PeerWorkload,
): readonly WorkloadPolicy[] {
  const keys = new Set(workloadPolicyKeysListed(cluster, workload));
  const policies = (cluster.policies.peerAuthentication.get(workload.namespace) ?? [])
    .filter((policy) => selectorMatches(policy, workload.labels))
    .map((policy) => convertPeerAuthentication(cluster, policy))
    .filter((policy) => policy !== undefined)
    .filter((policy) => keys.has(workloadPolicyKey(policy)));
  if (!keys.has(staticKey(cluster.mesh.rootNamespace))) return policies;
  const attached = attachedPeerAuthentications(cluster, workload);
  const { decidedBy } = composeModes(attached, cluster.mesh.rootNamespace);
  return [...policies, staticStrict(cluster, decidedBy)];
}

/** The policy made from one PeerAuthentication; undefined where none is sent. */
export function convertPeerAuthentication(
  cluster: PeerAuthentications,
  policy: PeerAuthentication,
): WorkloadPolicy | undefined {
  const mode = ownMode(cluster, policy);
  const ports = exceptions(policy, mode);
  if (ports.length === 0 || isHeldBack(cluster, policy)) return undefined;
  return {
    namespace: policy.metadata.namespace,
    name: convertedName(policy),
    scope: 'WORKLOAD_SELECTOR',
    action: 'DENY',
    dryRun: false,
    groups: mode === 'STRICT' ? [strictBut(policy, ports)] : ports.map((port) => strictOn(policy, port)),
    object: policy,
  };
}

/** Ports that are otherwise than the policy's own mode: not STRICT under STRICT, STRICT under any other; in ascending order. */
function exceptions(policy: PeerAuthentication, mode: EffectiveMode): readonly number[] {
  const differs = mode === 'STRICT' ? ['PERMISSIVE', 'DISABLE'] : ['STRICT'];
  return portsWith(policy, differs).toSorted((a, b) => a - b);
}

function portsWith(policy: PeerAuthentication, modes: readonly string[]): readonly number[] {
  return [...policy.spec.portLevel].filter(([, mode]) => modes.includes(mode)).map(([port]) => port);
}

/** A converted policy exists only for selector policies outside the root namespace. */
function isCandidate(cluster: PeerAuthentications, policy: PeerAuthentication): boolean {
  return policy.metadata.namespace !== cluster.mesh.rootNamespace && selectorOf(policy) !== undefined;
}

/**
 * Observed: under a STRICT mesh policy, a namespace policy that leaves its mode unset keeps every selector policy of that namespace from being sent that is
 * not STRICT by itself, although its key is listed.
 */
function isHeldBack(cluster: PeerAuthentications, policy: PeerAuthentication): boolean {
  if (!isCandidate(cluster, policy)) return true;
  const { mesh, namespace } = levelsAbove(cluster, policy);
  return mesh?.spec.mode === 'STRICT' && namespace?.spec.mode === 'UNSET' && policy.spec.mode !== 'STRICT';
}

/** Observed: an unset mode that comes to STRICT is listed for PERMISSIVE ports only; where there are but DISABLE ports, plain STRICT is listed instead. */
function isListed(cluster: PeerAuthentications, policy: PeerAuthentication): boolean {
  if (!isCandidate(cluster, policy)) return false;
  const mode = ownMode(cluster, policy);
  if (mode === 'STRICT' && policy.spec.mode === 'UNSET') return portsWith(policy, ['PERMISSIVE']).length > 0;
  return exceptions(policy, mode).length > 0;
}

function ownMode(cluster: PeerAuthentications, policy: PeerAuthentication): EffectiveMode {
  const { mesh, namespace } = levelsAbove(cluster, policy);
  return inherit(policy, inherit(namespace, inherit(mesh, { mode: 'PERMISSIVE' }))).mode;
}

function levelsAbove(cluster: PeerAuthentications, policy: PeerAuthentication): Levels {
  const { namespace } = policy.metadata;
  const attached = attachedPeerAuthentications(cluster, { namespace, labels: {} });
  return levelsOf(attached, cluster.mesh.rootNamespace);
}

/** Everything without an identity is denied, on all ports but these. */
function strictBut(policy: PeerAuthentication, ports: readonly number[]): WorkloadGroup {
  const path: FieldPath = ['spec', 'mtls', 'mode'];
  const clauses = [
    { matches: [{ conditions: [withoutIdentity(path)], path }] },
    ...ports.map((port) => {
      const at = portPath(port);
      return { matches: [{ conditions: [onPort(port, true)], path: at }] };
    }),
  ];
  return { clauses, source: { policy, path, action: 'STRICT' } };
}

function strictOn(policy: PeerAuthentication, port: number): WorkloadGroup {
  const path = portPath(port);
  const conditions = [withoutIdentity(path), onPort(port, false)];
  return { clauses: [{ matches: [{ conditions, path }] }], source: { policy, path, action: 'STRICT' } };
}

function staticStrict(cluster: PeerAuthentications, source: PolicyReference | undefined): WorkloadPolicy {
  const path = source?.path ?? [];
  return {
    namespace: cluster.mesh.rootNamespace,
    name: staticName,
    scope: 'WORKLOAD_SELECTOR',
    action: 'DENY',
    dryRun: false,
    groups: [{ clauses: [{ matches: [{ conditions: [withoutIdentity(path)], path }] }], source }],
    object: source?.policy,
  };
}

function withoutIdentity(path: FieldPath): WorkloadCondition {
  return { field: 'principals', values: [{ form: 'presence', text: '' }], negated: true, path };
}

function onPort(port: number, negated: boolean): WorkloadCondition {
  return { field: 'destinationPorts', values: [port], negated, path: portPath(port) };
}

function portPath(port: number): FieldPath {
  return ['spec', 'portLevelMtls', `${port}`, 'mode'];
}

const staticName = 'istio_converted_static_strict';

function staticKey(rootNamespace: string): string {
  return workloadPolicyKey({ namespace: rootNamespace, name: staticName });
}

function convertedName(policy: PeerAuthentication): string {
  return `converted_peer_authentication_${policy.metadata.name}`;
}

function convertedKey(policy: PeerAuthentication): string {
  return workloadPolicyKey({ namespace: policy.metadata.namespace, name: convertedName(policy) });
}
