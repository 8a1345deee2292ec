import type { AuthorizationPolicy, Step } from '../model/index.ts';
import type { Cause, Evidence, Rightness } from './types.ts';

/** Why a denial is as it should be, as far as the policies themselves say; tests are asked elsewhere. */
export function rightnessOf(evidence: Evidence, cause: Cause): Rightness | undefined {
  if (cause.kind !== 'denied') return undefined;
  if (evidence.token !== undefined && cause.step.layer === 'request authentication') {
    return { kind: 'token', token: evidence.token };
  }
  return rightnessOfStep(cause.step);
}

/** The same for a step alone. */
export function rightnessOfStep(step: Step): Rightness | undefined {
  const { because } = step;
  if (because.kind === 'tls' && because.why === 'plaintext to STRICT') return { kind: 'plaintext' };
  // What ztunnel has of a PeerAuthentication denies whoever has no identity.
  if (because.kind === 'matched rule' && because.rule.policy.kind === 'PeerAuthentication') {
    return { kind: 'plaintext' };
  }
  return deniesByName(step) ? { kind: 'explicit' } : undefined;
}

/** A DENY rule that says whom it means: by identity, by namespace, by address. */
function deniesByName({ because }: Step): boolean {
  if (because.kind !== 'matched rule') return false;
  const { policy, path, action } = because.rule;
  if (policy.kind !== 'AuthorizationPolicy') return action === 'Deny';
  const [, , index] = path;
  const rule = (policy as AuthorizationPolicy).spec.rules[Number(index)];
  return (rule?.from ?? []).some(
    (source) =>
      source !== undefined &&
      [
        source.principals,
        source.namespaces,
        source.serviceAccounts,
        source.ipBlocks,
        source.remoteIpBlocks,
      ].some((values) => values !== undefined && values.length > 0 && !values.includes('*')),
  );
}
