import type { AdminTierPolicy, Direction } from '../../model/index.ts';
import { matchSubject, policiesOfTier, type Rule, rulesOf, type Tier } from '../../policy/admin/index.ts';
import type { CompileContext } from './compile-policies.ts';
import { describeRule, reasonOf } from './drop-reasons.ts';
import { addressesOfAdminRule, matchAddresses } from './match-addresses.ts';
import { matchAdminPorts } from './match-ports.ts';
import { commentOf } from './ruleset.ts';
import type { ScenePod } from './scene.ts';

/** The rules of a tier that are asked for a pod in a direction, in order. Of policies that nothing orders, the first by name comes first. */
export function adminRulesOf(
  { scene }: CompileContext,
  tier: Tier,
  direction: Direction,
  { pod }: ScenePod,
): readonly Rule[] {
  const { chains } = policiesOfTier(scene.cluster.policies.admin, tier);
  return chains
    .flatMap((groups) => groups.flatMap((group) => group.toSorted(byName)))
    .filter((policy) => matchSubject(policy, pod.view) === true)
    .flatMap((policy) => rulesOf(policy, direction));
}

/** The lines of a tier's rules. `passed` is where a Pass rule leads: a verdict of nftables. */
export function compileTier(
  context: CompileContext,
  direction: Direction,
  rules: readonly Rule[],
  passed: string,
): readonly string[] {
  const { writer, reasons } = context;
  return rules.flatMap((rule) => {
    const { policy, path } = rule;
    const index = path.at(-1) as number;
    const matches = matchesOf(context, direction, rule);
    if (matches.length === 0) return [];
    const denies = rule.action === 'deny' || rule.unreadable;
    const verdict = denies
      ? `${reasons.log(reasonOf(direction, [policy], index))} drop`
      : rule.action === 'accept'
        ? 'accept'
        : passed;
    const counter = writer.count(`admin/${policy.kind}/${policy.metadata.name}/${direction}/${index}`);
    const comment = commentOf(describeRule(policy, direction, index));
    return matches.map((match) => `${match} ${counter} ${verdict} ${comment}`.trim());
  });
}

/** What a rule matches; nothing for an accept rule that cannot be read, everything for any other one: both fail closed. */
function matchesOf({ writer, scene }: CompileContext, direction: Direction, rule: Rule): readonly string[] {
  if (rule.unreadable) return rule.action === 'accept' ? [] : [''];
  const side = direction === 'ingress' ? 'saddr' : 'daddr';
  const peers = matchAddresses(writer, side, addressesOfAdminRule(rule, scene));
  if (peers === undefined) return [];
  return matchAdminPorts(writer, scene, rule.ports).map((ports) => `${peers} ${ports}`.trim());
}

function byName(a: AdminTierPolicy, b: AdminTierPolicy): number {
  return a.metadata.name < b.metadata.name ? -1 : 1;
}
