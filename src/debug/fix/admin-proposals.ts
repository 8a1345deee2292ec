import type { AdminTierPolicy, Direction, PolicyReference } from '../../model/index.ts';
import type { Leg } from '../../verdict/index.ts';
import { addressesOf, type Denial } from './denial.ts';
import { blockOf, namespaceNamed, selectorNaming } from './network-proposals.ts';
import { policyName } from './policy-names.ts';
import { oneEdit, type PlainObject, type Proposal } from './proposal.ts';
import type { PlainValue } from './types.ts';

/**
 * What may help where a rule of an admin tier denies: a rule before it that leaves the request to NetworkPolicies, or allows it; or a policy for its end alone that is asked
 * earlier.
 */
export function adminProposals(
  { cluster, request, step }: Denial,
  leg: Leg,
  { policy, path }: PolicyReference,
): readonly Proposal[] {
  const denying = policy as AdminTierPolicy;
  const direction: Direction = step.layer === 'egress policy' ? 'egress' : 'ingress';
  const [subject, other] = direction === 'egress' ? [leg.from, leg.to] : [leg.to, leg.from];
  const index = path[2];
  if (typeof index !== 'number' || subject.pod === undefined) return [];
  const [, destination] = addressesOf(leg);
  const peer = peerOf(other, direction === 'egress' ? destination : undefined);
  if (peer === undefined) return [];
  const newer = denying.kind === 'ClusterNetworkPolicy';
  const port: PlainObject = newer
    ? { protocols: [{ [request.protocol.toLowerCase()]: { destinationPort: { number: leg.wirePort } } }] }
    : { ports: [{ portNumber: { protocol: request.protocol, port: leg.wirePort } }] };
  const side = direction === 'egress' ? 'to' : 'from';
  const name = policyName(cluster, '', leg.from, leg.to, direction === 'egress' ? '-egress' : '');
  const found: Proposal[] = [];
  for (const action of actionsOf(denying)) {
    const rule = { name, action, [side]: [peer], ...port };
    const edit = { op: 'add', path: ['spec', direction], value: rule, at: index } as const;
    found.push(oneEdit('add rule', denying, edit, rule));
    const priority = priorityAbove(denying);
    if (priority === undefined) continue;
    const pods = podsOf(subject.pod.namespace, selectorNaming(cluster, subject.pod));
    const value: PlainObject = {
      apiVersion: denying.apiVersion,
      kind: denying.kind,
      metadata: { name },
      spec: {
        ...(denying.kind === 'ClusterNetworkPolicy' ? { tier: denying.spec.tier } : {}),
        priority,
        subject: { pods },
        [direction]: [rule],
      },
    };
    found.push({ kind: 'new', value, beside: denying });
  }
  return found;

  /** Only rules on egress can name addresses. */
  function peerOf({ pod, host }: typeof other, address: string | undefined): PlainValue | undefined {
    if (pod !== undefined && !host) return { pods: podsOf(pod.namespace, selectorNaming(cluster, pod)) };
    return address === undefined ? undefined : { networks: [blockOf(address)] };
  }
}

function podsOf(namespace: string, podSelector: PlainValue): PlainValue {
  return { namespaceSelector: namespaceNamed(namespace), podSelector };
}

/** Words for letting through: first the one that still asks NetworkPolicies. */
function actionsOf(policy: AdminTierPolicy): readonly string[] {
  if (policy.kind === 'BaselineAdminNetworkPolicy') return ['Allow'];
  if (policy.kind === 'AdminNetworkPolicy') return ['Pass', 'Allow'];
  return ['Pass', 'Accept'];
}

/** A priority that is asked before that of the policy; undefined where there is none. */
function priorityAbove(policy: AdminTierPolicy): number | undefined {
  if (policy.kind === 'BaselineAdminNetworkPolicy' || policy.spec.priority === 0) return undefined;
  return policy.spec.priority - 1;
}
