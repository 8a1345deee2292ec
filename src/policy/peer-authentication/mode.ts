import { type Cluster, compareAge } from '../../cluster/index.ts';
import {
  hasLabels,
  type Labels,
  type MutualTlsMode,
  type PeerAuthentication,
  type PolicyReference,
} from '../../model/index.ts';

/** A mode that is in force: nothing is left to inherit. */
export type EffectiveMode = 'STRICT' | 'PERMISSIVE' | 'DISABLE';

/** A mode and the field that set it; without `decidedBy` it is Istio's default. */
export interface ModeDecision {
  readonly mode: EffectiveMode;
  readonly decidedBy?: PolicyReference;
}

/** The modes of a workload: of its ports at large, and of those that its policy names. */
export interface WorkloadModes extends ModeDecision {
  readonly ports: ReadonlyMap<number, ModeDecision>;
}

/** The oldest policy of each level; only these decide. */
export interface Levels {
  readonly mesh?: PeerAuthentication;
  readonly namespace?: PeerAuthentication;
  readonly workload?: PeerAuthentication;
}

export type PeerAuthentications = Pick<Cluster, 'policies' | 'mesh'>;

export interface PeerWorkload {
  readonly namespace: string;
  readonly labels: Labels;
}

const byDefault: ModeDecision = { mode: 'PERMISSIVE' };

/** The mode in which a workload receives connections on a port (a container port), and the field that says so. */
export function effectiveMode(
  cluster: PeerAuthentications,
  workload: PeerWorkload,
  port: number,
): ModeDecision {
  const modes = composeModes(attachedPeerAuthentications(cluster, workload), cluster.mesh.rootNamespace);
  const { mode, decidedBy } = modes;
  return modes.ports.get(port) ?? (decidedBy === undefined ? { mode } : { mode, decidedBy });
}

/**
 * PeerAuthentications of a workload: of its namespace, then of the root namespace, in each the oldest without a selector and every one whose
 * selector matches, oldest first. Those of the root namespace with a selector are listed too, though they decide nothing.
 */
export function attachedPeerAuthentications(
  cluster: PeerAuthentications,
  workload: PeerWorkload,
): readonly PeerAuthentication[] {
  const found: PeerAuthentication[] = [];
  for (const namespace of new Set([workload.namespace, cluster.mesh.rootNamespace])) {
    const policies = cluster.policies.peerAuthentication.get(namespace) ?? [];
    const oldest = policies.find((policy) => selectorOf(policy) === undefined);
    found.push(...policies.filter((policy) => policy === oldest || selectorMatches(policy, workload.labels)));
  }
  return found;
}

/** What attached policies come to, in any order: mesh, namespace, workload, port; an unset level inherits. */
export function composeModes(attached: readonly PeerAuthentication[], rootNamespace: string): WorkloadModes {
  const levels = levelsOf(attached, rootNamespace);
  const namespace = inherit(levels.namespace, inherit(levels.mesh, byDefault));
  const workload = inherit(levels.workload, namespace);
  const ports = new Map<number, ModeDecision>();
  for (const [port, mode] of levels.workload?.spec.portLevel ?? []) {
    ports.set(port, decide(levels.workload!, mode, ['spec', 'portLevelMtls', `${port}`, 'mode'], workload));
  }
  return { ...workload, ports };
}

/** The mode of mesh and namespace together, in istiod's words: UNKNOWN where neither has a policy. */
export function namespaceMode(cluster: PeerAuthentications, namespace: string): EffectiveMode | 'UNKNOWN' {
  const attached = attachedPeerAuthentications(cluster, { namespace, labels: {} });
  const levels = levelsOf(attached, cluster.mesh.rootNamespace);
  if (levels.mesh === undefined && levels.namespace === undefined) return 'UNKNOWN';
  return inherit(levels.namespace, inherit(levels.mesh, byDefault)).mode;
}

/** Finds the policy of each level. A selector without labels is none; selector policies of the root namespace count nowhere. */
export function levelsOf(attached: readonly PeerAuthentication[], rootNamespace: string): Levels {
  const levels: { -readonly [L in keyof Levels]: Levels[L] } = {};
  for (const policy of attached.toSorted(compareAge)) {
    const level = levelOf(policy, rootNamespace);
    if (level !== undefined && levels[level] === undefined) levels[level] = policy;
  }
  return levels;
}

/** The mode of a policy that lies over `inherited`. */
export function inherit(policy: PeerAuthentication | undefined, inherited: ModeDecision): ModeDecision {
  if (policy === undefined) return inherited;
  return decide(policy, policy.spec.mode, ['spec', 'mtls', 'mode'], inherited);
}

/** The selector's labels, or undefined where the policy is for its whole namespace. */
export function selectorOf(policy: PeerAuthentication): Labels | undefined {
  const labels = policy.spec.selector?.matchLabels ?? {};
  return Object.keys(labels).length === 0 ? undefined : labels;
}

/** True for a policy with a selector that these labels satisfy. */
export function selectorMatches(policy: PeerAuthentication, labels: Labels): boolean {
  const selector = selectorOf(policy);
  return selector !== undefined && hasLabels(labels, selector);
}

function levelOf(policy: PeerAuthentication, rootNamespace: string): keyof Levels | undefined {
  const inRoot = policy.metadata.namespace === rootNamespace;
  if (selectorOf(policy) === undefined) return inRoot ? 'mesh' : 'namespace';
  return inRoot ? undefined : 'workload';
}

function decide(
  policy: PeerAuthentication,
  mode: MutualTlsMode,
  path: readonly string[],
  inherited: ModeDecision,
): ModeDecision {
  return mode === 'UNSET' ? inherited : { mode, decidedBy: { policy, path, action: mode } };
}
