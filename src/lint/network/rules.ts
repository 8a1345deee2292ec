import type { Cluster } from '../../cluster/index.ts';
import {
  type Direction,
  directions,
  holdsPort,
  type NetworkPolicy,
  type Verdict,
} from '../../model/index.ts';
import { type Rule, rulesOf } from '../../policy/network/index.ts';

/** Every NetworkPolicy, by namespace as the cluster has them. */
export function networkPolicies({ policies }: Cluster): readonly NetworkPolicy[] {
  return [...policies.network.values()].flat();
}

/** Every rule of the directions that a NetworkPolicy governs. */
export function* policyRules(cluster: Cluster): Iterable<Rule> {
  for (const policy of networkPolicies(cluster)) {
    for (const direction of directions) yield* rulesOf(policy, direction) ?? [];
  }
}

/** The direction that a rule belongs to. */
export function directionOf({ peersField }: Rule): Direction {
  return peersField === 'from' ? 'ingress' : 'egress';
}

/** Does a rule with these ports let a TCP port through? */
export function opensTcpPort({ ports }: Pick<Rule, 'ports'>, number: number): boolean {
  if (ports === undefined) return true;
  return ports.some(
    ({ protocol, numbers }) =>
      protocol === 'TCP' && (numbers === 'any' || ('first' in numbers && holdsPort([numbers], number))),
  );
}

/** Do the network policies of a direction, of whatever tier, deny the request? */
export function isDeniedBy({ steps }: Verdict, direction: Direction): boolean {
  return steps.some(({ layer, outcome }) => layer === `${direction} policy` && outcome === 'deny');
}
