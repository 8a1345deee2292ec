import { authorizationPoliciesFor } from '../../cluster/index.ts';
import { describeObject, hasLabels } from '../../model/index.ts';
import type { LintRule } from '../registry.ts';
import { podGroups } from './pod-groups.ts';
import { authorizationPolicies } from './policies.ts';

/** Selectors that pick nothing but proxies which policies by selector never reach: waypoints, and Gateway API gateways where istiod is told so. */
export const unreachedProxies: LintRule = {
  codes: ['PC3205'],
  *check({ cluster }) {
    const { rootNamespace } = cluster.mesh;
    for (const policy of authorizationPolicies(cluster)) {
      const { selector, targetRefs } = policy.spec;
      const { namespace } = policy.metadata;
      if (selector === undefined || targetRefs.length > 0) continue;
      const picked = podGroups(cluster).filter(
        ({ pod }) =>
          (namespace === rootNamespace || pod.namespace === namespace) &&
          hasLabels(pod.labels, selector.matchLabels),
      );
      const reached = picked.some(({ pod }) =>
        authorizationPoliciesFor(cluster, pod.policyTarget).includes(policy),
      );
      if (picked.length === 0 || reached) continue;
      const waypoint = picked.find(({ pod }) => pod.policyTarget.waypoint);
      const what = waypoint === undefined ? 'Gateway API gateways' : 'waypoints';
      yield {
        code: 'PC3205',
        severity: 'error',
        message: `${describeObject(policy)}: it selects only ${what}, which policies by selector do not reach`,
        object: policy,
        path: ['spec', 'selector'],
        help: `Write targetRefs with the Gateway${waypoint === undefined ? '' : ' (or the Services behind it)'} instead of the selector.`,
        proof: {
          kind: 'never matches',
          reason:
            waypoint === undefined
              ? 'the mesh setting selectorPoliciesOnGateways is off: gateways take policies by targetRefs alone'
              : `${waypoint.pod.key} is a waypoint: it takes policies by targetRefs alone`,
        },
      };
    }
  },
};
