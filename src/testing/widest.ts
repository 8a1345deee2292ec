import type { ReplaceablePolicy } from '../cluster/index.ts';
import { rulesOf } from '../policy/network/index.ts';

/**
 * The policy changed so that at least everything comes through that does with any mutant of it: a policy that allows with a rule that matches everything, none
 * in place of one that denies. Where rules of several actions stand in an order, or somebody else decides, there is no such policy.
 */
export function widestChange(
  policy: ReplaceablePolicy,
): { readonly after: ReplaceablePolicy | undefined } | undefined {
  switch (policy.kind) {
    case 'NetworkPolicy': {
      const all = [{}];
      const ingress = rulesOf(policy, 'ingress') === undefined ? {} : { ingress: all };
      const egress = rulesOf(policy, 'egress') === undefined ? {} : { egress: all };
      return { after: { ...policy, spec: { ...policy.spec, ...ingress, ...egress } } };
    }
    case 'AuthorizationPolicy': {
      const { action } = policy.spec;
      if (action === 'DENY') return { after: undefined };
      if (action !== 'ALLOW') return undefined;
      return { after: { ...policy, spec: { ...policy.spec, rules: [{ from: [], to: [], when: [] }] } } };
    }
    default:
      return undefined;
  }
}
