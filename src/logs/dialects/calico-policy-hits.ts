import { objectOf } from '../object-of.ts';
import type { LogPolicy } from '../types.ts';
import { textOf } from '../values.ts';

/** What decided a flow: the policy, and the line's word where that is no policy's rule. */
interface Deciding {
  readonly policy?: LogPolicy | undefined;
  readonly reason?: string | undefined;
}

interface Hit {
  readonly policy: LogPolicy | undefined;
  readonly action: string;
  readonly endOfTier: boolean;
}

/**
 * The policy that decided a flow with this action (lower case), of the enforced hits in either way of writing: objects
 * in their order, or `order|tier|name|action|rule` in any. The last that does not pass decides. Nothing where the hits
 * disagree with the action: the list is not whole then.
 */
export function decidingPolicy(hits: unknown, action: string): Deciding {
  if (!Array.isArray(hits)) return {};
  const deciding = hits
    .toSorted((left, right) => orderOf(left) - orderOf(right))
    .map((hit) => hitOf(hit))
    .findLast((hit) => hit !== undefined && hit.action !== 'pass');
  if (deciding === undefined || deciding.action !== action) return {};
  return { policy: deciding.policy, reason: deciding.endOfTier ? 'EndOfTier' : undefined };
}

function orderOf(hit: unknown): number {
  return typeof hit === 'string' ? Number.parseInt(hit, 10) || 0 : 0;
}

function hitOf(hit: unknown): Hit | undefined {
  if (typeof hit === 'string') return hitInText(hit);
  const stated = objectOf(hit);
  const action = textOf(stated?.action)?.toLowerCase();
  if (stated === undefined || action === undefined) return undefined;
  // A tier's end has no name: what made it apply is the policy that selects the pod.
  const endOfTier = stated.kind === 'EndOfTier';
  const named = endOfTier ? objectOf(stated.trigger) : stated;
  const rule = endOfTier ? undefined : ruleOf(stated.rule_index ?? stated.ruleIndex);
  const policy = {
    kind: textOf(named?.kind),
    namespace: textOf(named?.namespace),
    name: textOf(named?.name),
    rule,
  };
  return { policy: policy.name === undefined ? undefined : policy, action, endOfTier };
}

/** What a name begins with that Calico made of a policy of Kubernetes, or of a namespace or service account. */
const prefixes: readonly (readonly [prefix: string, kind: string])[] = [
  ['__PROFILE__.', 'Profile'],
  ['knp.default.', 'NetworkPolicy'],
  ['kanp.adminnetworkpolicy.', 'AdminNetworkPolicy'],
  ['kbanp.baselineadminnetworkpolicy.', 'BaselineAdminNetworkPolicy'],
  ['kcnp.kube-admin.', 'ClusterNetworkPolicy'],
  ['kcnp.kube-baseline.', 'ClusterNetworkPolicy'],
];

/** `0|default|shop/knp.default.web|allow|1`, `1|__PROFILE__|__PROFILE__.kns.shop|allow|0`; older: with no rule. */
function hitInText(text: string): Hit | undefined {
  const [, tier, path, action, rule] = text.split('|');
  // Staged policies stand in lists of all; they decide nothing.
  if (path === undefined || action === undefined || path.includes('staged:')) return undefined;
  const slash = path.indexOf('/');
  const namespace = slash > 0 ? path.slice(0, slash) : undefined;
  const name = path.slice(slash + 1);
  const [prefix, kind] =
    prefixes.find(([each]) => name.startsWith(each)) ??
    // Calico's own: the tier, and the name that it has there.
    (name.startsWith(`${tier}.`)
      ? [`${tier}.`, namespace === undefined ? 'GlobalNetworkPolicy' : 'CalicoNetworkPolicy']
      : ['', undefined]);
  const policy = {
    kind,
    namespace,
    name: textOf(name.slice(prefix.length)),
    rule: rule === '-1' ? undefined : textOf(rule),
  };
  return { policy, action: action.toLowerCase(), endOfTier: rule === '-1' };
}

function ruleOf(value: unknown): string | undefined {
  const index = typeof value === 'string' && value !== '' ? Number(value) : value;
  return typeof index === 'number' && Number.isInteger(index) && index >= 0 ? String(index) : undefined;
}
