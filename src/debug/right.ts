import type {
  AdminPeer,
  AdminTierPolicy,
  AuthorizationPolicy,
  AuthorizationSource,
  Step,
} from '../model/index.ts';
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
  // A DestinationRule that turns TLS off is a setting of somebody's, and can be another.
  if (because.kind === 'tls' && because.why === 'plaintext to STRICT' && because.client === undefined) {
    return { kind: 'plaintext' };
  }
  // What ztunnel has of a PeerAuthentication denies whoever has no identity.
  if (because.kind === 'matched rule' && because.rule.policy.kind === 'PeerAuthentication') {
    return { kind: 'plaintext' };
  }
  return deniesByName(step) ? { kind: 'explicit' } : undefined;
}

/** A rule that denies and says whom it means: by identity, by namespace, by labels, by address. */
function deniesByName({ because }: Step): boolean {
  if (because.kind !== 'matched rule') return false;
  const { policy, path } = because.rule;
  const [, direction, index] = path;
  if (policy.kind === 'AuthorizationPolicy') {
    const rule = (policy as AuthorizationPolicy).spec.rules[Number(index)];
    return (rule?.from ?? []).some((source) => source !== undefined && namesSomebody(source));
  }
  if (direction !== 'ingress' && direction !== 'egress') return false;
  const peers = (policy as AdminTierPolicy).spec[direction]?.[Number(index)]?.peers ?? [];
  return peers.length > 0 && peers.every(isSomebody);
}

/** What stands for everybody. */
const everybody: ReadonlySet<string> = new Set(['*', '0.0.0.0/0', '::/0']);

function namesSomebody({
  principals,
  namespaces,
  serviceAccounts,
  ipBlocks,
  remoteIpBlocks,
}: AuthorizationSource): boolean {
  const named = [principals, namespaces, serviceAccounts, ipBlocks, remoteIpBlocks];
  return named.some(
    (values) => values !== undefined && values.length > 0 && !values.some((value) => everybody.has(value)),
  );
}

function isSomebody({ namespaces, pods, networks }: AdminPeer): boolean {
  if (networks !== undefined) return !networks.some((network) => everybody.has(network));
  const selectors = [namespaces, pods?.namespaceSelector, pods?.podSelector];
  return selectors.some(
    (selector) =>
      Object.keys(selector?.matchLabels ?? {}).length > 0 || (selector?.matchExpressions ?? []).length > 0,
  );
}
