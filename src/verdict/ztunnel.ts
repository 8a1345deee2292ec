import { type Cluster, type WorkloadPolicy, workloadPolicyKey } from '../cluster/index.ts';
import {
  all,
  and,
  any,
  type Connection,
  type Fact,
  isUnknown,
  type KindedObject,
  type NearMiss,
  not,
  type Outcome,
  type PolicyNote,
  type PolicyReference,
  type Reason,
  type ShadowResult,
  type Truth,
} from '../model/index.ts';
import {
  failedConditions,
  groupMatches,
  policyMatches,
  ztunnelNotes,
  ztunnelPoliciesFor,
} from '../policy/authorization/index.ts';
import { type PeerWorkload, workloadPoliciesInForce } from '../policy/peer-authentication/index.ts';

type ZtunnelCluster = Pick<Cluster, 'policies' | 'mesh'>;

/** What ztunnel does with a connection to a pod. */
export interface ZtunnelVerdict {
  readonly outcome: Outcome;
  readonly because: Reason;
  /** What an unknown outcome depends on; empty otherwise. */
  readonly facts: readonly Fact[];
  /** ztunnel's words for a refusal, as they stand behind `connection closed due to policy rejection: `. */
  readonly rejection?: string;
  /** Every enforced DENY policy that certainly matches. ztunnel names any one of them; here it is the first. */
  readonly deniedBy: readonly WorkloadPolicy[];
  /** Every enforced DENY policy that was asked, matched or not. */
  readonly denyPolicies: readonly KindedObject[];
  /** What dry-run policies would have said. */
  readonly shadow: { readonly DENY?: ShadowResult; readonly ALLOW?: ShadowResult };
  /** Policies of the pod that ztunnel does not have, or not as they were written. */
  readonly notes: readonly PolicyNote[];
}

/**
 * Judges a connection as the ztunnel of its destination pod does. Facts about addresses and identity that are not said are of kind `request`, with
 * the fields `source address`, `destination address` and `principal`. Source: ztunnel src/state.rs assert_rbac.
 */
export function judgeAtZtunnel(
  cluster: ZtunnelCluster,
  pod: PeerWorkload,
  connection: Connection,
): ZtunnelVerdict {
  // Those of PeerAuthentication come first: without an identity, nothing else is worth telling.
  const policies = [...workloadPoliciesInForce(cluster, pod), ...ztunnelPoliciesFor(cluster, pod)];
  const enforced = policies.filter((policy) => !policy.dryRun);
  const deny = enforced.filter((policy) => policy.action === 'DENY');
  const allow = enforced.filter((policy) => policy.action === 'ALLOW');
  const denied = any(deny, (policy) => policyMatches(policy, connection));
  const allowed = allow.length === 0 ? true : any(allow, (policy) => policyMatches(policy, connection));
  const permitted = and(not(denied), allowed);
  const deniedBy = deny.filter((policy) => policyMatches(policy, connection) === true);
  const rejection = rejectionOf(permitted, deniedBy);
  return {
    outcome: isUnknown(permitted) ? 'unknown' : permitted ? 'allow' : 'deny',
    because: reasonOf(permitted, deniedBy, deny, allow, connection),
    facts: isUnknown(permitted) ? permitted.facts : [],
    ...(rejection === undefined ? {} : { rejection }),
    deniedBy,
    denyPolicies: objectsOf(deny),
    shadow: shadowOf(
      policies.filter((policy) => policy.dryRun),
      denied,
      connection,
    ),
    notes: ztunnelNotes(cluster, pod),
  };
}

function rejectionOf(permitted: Truth, deniedBy: readonly WorkloadPolicy[]): string | undefined {
  if (permitted !== false) return undefined;
  const first = deniedBy[0];
  if (first === undefined) return 'allow policies exist, but none allowed';
  return `explicitly denied by: ${workloadPolicyKey(first)}`;
}

function reasonOf(
  permitted: Truth,
  deniedBy: readonly WorkloadPolicy[],
  deny: readonly WorkloadPolicy[],
  allow: readonly WorkloadPolicy[],
  connection: Connection,
): Reason {
  if (isUnknown(permitted)) {
    const nearMisses = nearMissesOf(allow, connection);
    return { kind: 'missing facts', facts: permitted.facts, nearMisses };
  }
  const rule = matchedRule(permitted ? allow : deniedBy, connection);
  if (rule !== undefined) return { kind: 'matched rule', rule };
  if (!permitted) {
    const nearMisses = nearMissesOf(allow, connection);
    return { kind: 'isolated, nothing matched', policies: objectsOf(allow), nearMisses };
  }
  return deny.length === 0 ? { kind: 'no policy selects' } : { kind: 'no policy of this action' };
}

/** The first rule that certainly matches. */
function matchedRule(
  policies: readonly WorkloadPolicy[],
  connection: Connection,
): PolicyReference | undefined {
  return policies
    .flatMap((policy) => policy.groups)
    .find((group) => group.source !== undefined && groupMatches(group, connection) === true)?.source;
}

const mostNearMisses = 3;

/** The rules that certainly do not match but for the fewest conditions. */
function nearMissesOf(policies: readonly WorkloadPolicy[], connection: Connection): readonly NearMiss[] {
  return policies
    .flatMap((policy) => policy.groups)
    .filter((group) => groupMatches(group, connection) === false)
    .flatMap(({ source, ...group }) =>
      source === undefined ? [] : [{ source, failed: failedConditions({ source, ...group }, connection) }],
    )
    .toSorted((a, b) => a.failed.length - b.failed.length)
    .slice(0, mostNearMisses)
    .map(({ source, failed }) => {
      const { policy, path, id } = source;
      return { policy, path, ...(id === undefined ? {} : { id }), failed };
    });
}

function objectsOf(policies: readonly WorkloadPolicy[]): readonly KindedObject[] {
  return policies.map((policy) => policy.object).filter((object) => object !== undefined);
}

/** A dry-run ALLOW policy is not asked where an enforced DENY came first; where a policy's answer is not known, so is its result. */
function shadowOf(
  dryRun: readonly WorkloadPolicy[],
  denied: Truth,
  connection: Connection,
): ZtunnelVerdict['shadow'] {
  const deny = dryRun.filter((policy) => policy.action === 'DENY');
  const allow = dryRun.filter((policy) => policy.action === 'ALLOW');
  const denial = shadowResult(deny, 'denied', 'allowed', connection);
  const permission = denied === false ? shadowResult(allow, 'allowed', 'denied', connection) : undefined;
  return {
    ...(denial === undefined ? {} : { DENY: denial }),
    ...(permission === undefined ? {} : { ALLOW: permission }),
  };
}

function shadowResult(
  policies: readonly WorkloadPolicy[],
  matched: ShadowResult['result'],
  otherwise: ShadowResult['result'],
  connection: Connection,
): ShadowResult | undefined {
  if (policies.length === 0) return undefined;
  const rule = matchedRule(policies, connection);
  if (rule !== undefined) return { result: matched, rule };
  const none = all(policies, (policy) => not(policyMatches(policy, connection)));
  return none === true ? { result: otherwise } : undefined;
}
