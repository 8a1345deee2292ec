import type { WorkloadPolicy } from '../../cluster/index.ts';
import { type AuthorizationPolicy, qualifiedName } from '../../model/index.ts';
import { httpAttributesOf } from './ztunnel-attributes.ts';
import { convertForZtunnel, notSentToZtunnel, type ZtunnelMesh } from './ztunnel-convert.ts';

/** The condition ZtunnelAccepted that istiod writes on an AuthorizationPolicy. */
export interface ZtunnelStatus {
  /** Was it sent to ztunnel? */
  readonly bound: boolean;
  /** Present where istiod complains; else the condition says Accepted, `attached to ztunnel`. */
  readonly complaint?: { readonly reason: 'UnsupportedValue'; readonly message: string };
  /** Of a DENY policy with HTTP attributes: can any of its rules still match at ztunnel? */
  readonly effective?: boolean;
}

/** What istiod says of a policy as to ztunnel; undefined for one with targetRefs, of which it says nothing there. */
export function ztunnelStatus(mesh: ZtunnelMesh, policy: AuthorizationPolicy): ZtunnelStatus | undefined {
  switch (notSentToZtunnel(mesh, policy)) {
    case 'targetRefs':
      return undefined;
    case 'dry run':
      return unsupported(
        false,
        `found policy "${qualifiedName(policy)}" using dry-run annotation, but support for ambient dry-run authorizationPolicies isn't enabled`,
      );
    case 'action':
      return unsupported(false, `ztunnel does not support the ${policy.spec.action} action`);
    case undefined:
      return statusOfSent(mesh, policy);
  }
}

function statusOfSent(mesh: ZtunnelMesh, policy: AuthorizationPolicy): ZtunnelStatus {
  const attributes = httpAttributesOf(policy);
  if (attributes.length === 0) return { bound: true };
  const found = `ztunnel does not support HTTP attributes (found: ${attributes.join(', ')}). In ambient mode you must use a waypoint proxy to enforce HTTP rules. `;
  if (policy.spec.action === 'ALLOW') {
    return unsupported(
      true,
      `${found}Within an ALLOW policy, rules matching HTTP attributes are omitted. This will be more restrictive than requested.`,
    );
  }
  const effective = canMatch(convertForZtunnel(mesh, policy));
  const consequence = effective
    ? 'DENY policy with HTTP attributes is enforced without the HTTP rules. This will be more restrictive than requested.'
    : 'After omitting unsupported HTTP attributes, this DENY policy has no enforceable rules at ztunnel and will have no effect. Deploy a waypoint proxy and use a targetRef to enforce this policy.';
  return { ...unsupported(true, found + consequence), effective };
}

/** Is there a group in which no clause consists of empty matches alone? */
function canMatch(policy: WorkloadPolicy | undefined): boolean {
  return (policy?.groups ?? []).some((group) =>
    group.clauses.every((clause) => clause.matches.some((match) => match.conditions.length > 0)),
  );
}

function unsupported(bound: boolean, message: string): ZtunnelStatus {
  return { bound, complaint: { reason: 'UnsupportedValue', message } };
}
