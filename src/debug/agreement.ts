import type { Cluster } from '../cluster/index.ts';
import type { LogPolicy } from '../logs/index.ts';
import type { KindedObject, Reason, Step, Verdict } from '../model/index.ts';
import type { Agreement, Evidence } from './types.ts';

/** A step that denies where the log says so, and how it fits what the log names. */
export interface Explaining {
  readonly step: Step;
  readonly agreement: Agreement;
  /** 3: the log names just this; 2: it names nothing; 1: it names something else. */
  readonly rank: 1 | 2 | 3;
}

/** The step of a verdict that explains a denial best; undefined where none denies in the log's layers and at its place. */
export function explainingStep(
  cluster: Cluster,
  verdict: Verdict,
  evidence: Evidence,
): Explaining | undefined {
  let best: Explaining | undefined;
  for (const step of verdict.steps) {
    if (step.outcome !== 'deny' || !isAtPlace(step, evidence)) continue;
    const agreement = agreementOf(cluster, step, evidence);
    const rank = rankOf(agreement);
    if (best === undefined || rank > best.rank) best = { step, agreement, rank };
  }
  return best;
}

/** True for a step of the log's layers at the log's kind of place. */
export function isAtPlace({ layer, at }: Step, evidence: Evidence): boolean {
  if (!evidence.layers.includes(layer)) return false;
  if (evidence.at === 'network') return true;
  return (evidence.at === 'ztunnel') === (at.kind === 'ztunnel');
}

/** How what the log names stands to the step that denies. */
function agreementOf(cluster: Cluster, step: Step, evidence: Evidence): Agreement {
  const { policy, nothingMatched } = evidence;
  if (policy !== undefined) {
    if (isConverted(policy)) {
      const isOfTls = policiesOf(step.because).some(({ kind }) => kind === 'PeerAuthentication');
      if (isOfTls || step.layer === 'mutual TLS') return { kind: 'same' };
    } else if (policiesOf(step.because).some((object) => isNamed(object, policy))) return { kind: 'same' };
    const object = findNamed(cluster, policy);
    return object === undefined ? { kind: 'absent', policy } : { kind: 'another', object };
  }
  if (!nothingMatched) return { kind: 'not named' };
  return { kind: 'nothing matched', agrees: step.because.kind === 'isolated, nothing matched' };
}

function rankOf(agreement: Agreement): Explaining['rank'] {
  if (agreement.kind === 'same') return 3;
  if (agreement.kind === 'nothing matched') return agreement.agrees ? 3 : 1;
  return agreement.kind === 'not named' ? 2 : 1;
}

/** The policies that a reason rests on. */
export function policiesOf(reason: Reason): readonly KindedObject[] {
  switch (reason.kind) {
    case 'matched rule':
    case 'authorizer':
    case 'bad authorizer':
      return [reason.rule.policy];
    case 'isolated, nothing matched':
      return reason.policies;
    case 'tls':
      return reason.decidedBy === undefined ? [] : [reason.decidedBy.policy];
    case 'token':
      return reason.rule === undefined ? [] : [reason.rule.policy];
    default:
      return [];
  }
}

/** The policy of the manifests that a log names; a name without a kind may be of any. */
export function findNamed(cluster: Cluster, policy: LogPolicy): KindedObject | undefined {
  if (policy.name === undefined) return undefined;
  const { network, authorization, peerAuthentication, requestAuthentication, admin } = cluster.policies;
  const namespaced = [network, authorization, peerAuthentication, requestAuthentication];
  for (const kind of namespaced) {
    const lists = policy.namespace === undefined ? kind.values() : [kind.get(policy.namespace) ?? []];
    for (const list of lists) {
      const found = (list as readonly KindedObject[]).find((object) => isNamed(object, policy));
      if (found !== undefined) return found;
    }
  }
  return [...admin, ...cluster.foreign].find((object) => isNamed(object, policy));
}

/** A log that names a namespace or a kind alone means a default deny: that of any policy there, or of that kind. */
function isNamed({ kind, metadata }: KindedObject, policy: LogPolicy): boolean {
  if (policy.kind !== undefined && generation(policy.kind) !== generation(kind)) return false;
  if (policy.namespace !== undefined && policy.namespace !== metadata.namespace) return false;
  if (policy.name === undefined) return policy.namespace !== undefined || policy.kind !== undefined;
  return policy.name === metadata.name;
}

/** Logs have the name of one generation of the admin kinds, and manifests may have the other's. */
function generation(kind: string): string {
  return kind === 'AdminNetworkPolicy' || kind === 'BaselineAdminNetworkPolicy'
    ? 'ClusterNetworkPolicy'
    : kind;
}

/** What ztunnel is told of a PeerAuthentication. */
function isConverted({ name = '' }: LogPolicy): boolean {
  return name === 'istio_converted_static_strict' || name.startsWith('converted_peer_authentication_');
}
