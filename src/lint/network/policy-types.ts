import type { ClusterPod } from '../../cluster/index.ts';
import {
  type Direction,
  describeObject,
  directions,
  type NetworkPolicy,
  podEndpoint,
  type Request,
} from '../../model/index.ts';
import { rulesOf, selectNetworkPolicies } from '../../policy/network/index.ts';
import type { LintContext } from '../context.ts';
import type { LintRule } from '../registry.ts';
import { plainRequest } from '../requests.ts';
import type { Finding } from '../types.ts';
import { listWorkloads, oneOfEach, podsOfPolicy } from './pods.ts';
import { outsideAddress } from './rule-requests.ts';

const typeOf = { ingress: 'Ingress', egress: 'Egress' } as const;

/** PC3019: rules of a direction that policyTypes leaves out; PC3020: a direction in policyTypes that has no rules, beside one that has. */
export const policyTypes: LintRule = {
  codes: ['PC3019', 'PC3020'],
  *check(context: LintContext): Iterable<Finding> {
    for (const policies of context.cluster.policies.network.values()) {
      for (const policy of policies) {
        for (const direction of directions) {
          yield* checkIdle(policy, direction);
          yield* checkClosed(context, policy, direction, policies);
        }
      }
    }
  },
};

function* checkIdle(policy: NetworkPolicy, direction: Direction): Iterable<Finding> {
  const rules = policy.spec[direction] ?? [];
  if (rules.length === 0 || rulesOf(policy, direction) !== undefined) return;
  yield {
    code: 'PC3019',
    severity: 'error',
    message: `${describeObject(policy)} has ${direction} rules, and its policyTypes leave ${typeOf[direction]} out, so they count for nothing`,
    object: policy,
    path: ['spec', direction],
    related: [{ message: 'leaves it out', path: ['spec', 'policyTypes'] }],
    help: `Add ${typeOf[direction]} to policyTypes: the pods are then closed for ${direction} but for these rules. Or take the rules out.`,
    proof: {
      kind: 'never matches',
      reason: `a policy governs the directions in its policyTypes alone, and that is ${(policy.spec.policyTypes ?? []).join(', ')}`,
    },
  };
}

/** Explicit emptiness (`egress: []`) says that it is meant; where other policies open the direction nothing is closed by mistake. */
function* checkClosed(
  context: LintContext,
  policy: NetworkPolicy,
  direction: Direction,
  all: readonly NetworkPolicy[],
): Iterable<Finding> {
  if (!forgets(policy, direction)) return;
  const closed = oneOfEach(podsOfPolicy(context.cluster, policy)).filter((pod) => {
    const governing = selectNetworkPolicies(all, pod.view, direction);
    return governing.every((each) => forgets(each, direction));
  });
  const [pod] = closed;
  if (pod === undefined) return;
  const request = requestOf(context, pod, direction);
  if (context.decide(request).outcome !== 'deny') return;
  const other: Direction = direction === 'ingress' ? 'egress' : 'ingress';
  const verb = direction === 'ingress' ? 'receive' : 'send';
  yield {
    code: 'PC3020',
    severity: 'warning',
    message: `${describeObject(policy)}: policyTypes has ${typeOf[direction]} and there is no ${direction} rule, so ${listWorkloads(closed)} may ${verb} nothing`,
    object: policy,
    path: ['spec', 'policyTypes'],
    help: `Take ${typeOf[direction]} out of policyTypes if only ${other} was meant; write ${direction}: [] if nothing is to pass.`,
    proof: { kind: 'witness', witnesses: [context.witness(request)] },
  };
}

/** It closes a direction of which it says nothing else, while it has rules for the other. */
function forgets(policy: NetworkPolicy, direction: Direction): boolean {
  const other: Direction = direction === 'ingress' ? 'egress' : 'ingress';
  return (
    policy.spec[direction] === undefined &&
    policy.spec.policyTypes?.includes(typeOf[direction]) === true &&
    (policy.spec[other] ?? []).length > 0 &&
    rulesOf(policy, other) !== undefined
  );
}

function requestOf({ cluster }: LintContext, pod: ClusterPod, direction: Direction): Request {
  const outside = { kind: 'address', address: outsideAddress } as const;
  if (direction === 'egress') return plainRequest(cluster, podEndpoint(pod), outside, 443);
  const peer = [...cluster.pods.values()].find(
    ({ key, owner, hostNetwork }) =>
      key !== pod.key && !hostNetwork && (owner === undefined || owner.name !== pod.owner?.name),
  );
  const [declared] = pod.ports;
  return plainRequest(
    cluster,
    peer === undefined ? outside : podEndpoint(peer),
    podEndpoint(pod),
    declared?.containerPort ?? 80,
    declared?.protocol,
  );
}
