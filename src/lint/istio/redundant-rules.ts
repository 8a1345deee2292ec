import type { Cluster } from '../../cluster/index.ts';
import {
  type AuthorizationPolicy,
  count,
  describeObject,
  formatPath,
  listNames,
  qualifiedName,
} from '../../model/index.ts';
import { jwtRulesFor } from '../../policy/request-authentication/index.ts';
import type { LintRule } from '../registry.ts';
import type { Finding } from '../types.ts';
import { type PlacedRule, type RuleSet, ruleSetsAt, someRequest } from './rule-sets.ts';
import { type Site, sitesWith } from './sites.ts';

/**
 * Rules that could go without any request noticing: ALLOW rules of which DENY rules deny everything (PC3212), ALLOW rules that allow what others allow (PC3213), DENY
 * rules that deny what others deny (PC3214). All that are told could go together.
 */
export const redundantRules: LintRule = {
  codes: ['PC3212', 'PC3213', 'PC3214'],
  *check({ cluster }) {
    const search: Search = { cluster, sets: new Map(), gone: new Set() };
    // Of two that say the same, the later one is told: policies of the root namespace, which come first, stay.
    for (const policy of rootFirst(cluster).toReversed()) {
      const { action, rules } = policy.spec;
      if (action !== 'ALLOW' && action !== 'DENY') continue;
      const sites = sitesWith(cluster, policy).filter(({ kind }) => kind !== 'none');
      if (sites.length === 0) continue;
      for (const index of [...rules.keys()].reverse()) {
        const finding = checkRule(search, policy, index, sites);
        if (finding === undefined) continue;
        search.gone.add(keyOf({ policy, index }));
        yield finding;
      }
    }
  },
};

interface Search {
  readonly cluster: Cluster;
  /** By what sites have in common. */
  readonly sets: Map<string, readonly RuleSet[] | undefined>;
  /** Keys of the rules that were told: the others have to do without them. */
  readonly gone: Set<string>;
}

function rootFirst({ policies, mesh }: Cluster): readonly AuthorizationPolicy[] {
  const root = policies.authorization.get(mesh.rootNamespace) ?? [];
  const others = [...policies.authorization].filter(([namespace]) => namespace !== mesh.rootNamespace);
  return [...root, ...others.flatMap(([, list]) => list)];
}

function checkRule(
  search: Search,
  policy: AuthorizationPolicy,
  index: number,
  sites: readonly Site[],
): Finding | undefined {
  let matches = false;
  let shadowed = true;
  const covering = new Set<PlacedRule>();
  for (const site of sites) {
    const sets = setsAt(search, site);
    if (sets === undefined) return undefined;
    for (const set of sets) {
      const rule = set.rules.find((each) => each.policy === policy && each.index === index);
      if (rule === undefined) continue;
      const result = judge(search, set, rule);
      if (result === 'decides') return undefined;
      if (result === 'never matches') continue;
      matches = true;
      shadowed &&= result.shadowed;
      for (const each of result.covering) covering.add(each);
    }
  }
  return matches ? describe(policy, index, sites, shadowed, [...covering]) : undefined;
}

interface Redundant {
  /** Denied throughout, so that no other ALLOW rule is needed to explain it. */
  readonly shadowed: boolean;
  /** Rules that take its place. */
  readonly covering: readonly PlacedRule[];
}

function judge(search: Search, set: RuleSet, rule: PlacedRule): 'decides' | 'never matches' | Redundant {
  const others = set.rules.filter((each) => each !== rule && !search.gone.has(keyOf(each)));
  const denying = others.filter(({ action }) => action === 'DENY');
  const alike = others.filter(({ action }) => action === rule.action);
  const worlds = set.worlds.filter((world) => someRequest(set, world, [rule], []));
  if (worlds.length === 0) return 'never matches';
  const replacing = rule.action === 'DENY' ? denying : [...alike, ...denying];
  if (worlds.some((world) => someRequest(set, world, [rule], replacing))) return 'decides';
  const shadowed =
    rule.action === 'ALLOW' && !worlds.some((world) => someRequest(set, world, [rule], denying));
  const candidates = shadowed ? denying : alike;
  const single = candidates.find((each) => !worlds.some((world) => someRequest(set, world, [rule], [each])));
  const touching = candidates.filter((each) =>
    worlds.some((world) => (each.requests(world) ?? []).length > 0),
  );
  return { shadowed, covering: single === undefined ? touching : [single] };
}

/** Sites at which the same policies judge the same ports by the same tokens are one. */
function setsAt({ cluster, sets }: Search, site: Site): readonly RuleSet[] | undefined {
  const { kind, policies, ports, target } = site;
  const key = JSON.stringify([
    kind,
    policies.map(({ metadata }) => `${metadata.namespace}/${metadata.name}`),
    ports.map(({ number, protocol }) => `${number} ${protocol}`),
    jwtRulesFor(cluster, target).map(
      ({ reference }) => `${qualifiedName(reference.policy)} ${formatPath(reference.path)}`,
    ),
  ]);
  if (!sets.has(key)) sets.set(key, ruleSetsAt(cluster, site));
  return sets.get(key);
}

function keyOf({ policy, index }: Pick<PlacedRule, 'policy' | 'index'>): string {
  return `${policy.metadata.namespace}/${policy.metadata.name}/${index}`;
}

function describe(
  policy: AuthorizationPolicy,
  index: number,
  sites: readonly Site[],
  shadowed: boolean,
  covering: readonly PlacedRule[],
): Finding {
  const { action } = policy.spec;
  const isDeny = action === 'DENY';
  const others = listNames(
    covering.map((each) => `rule ${each.index + 1} of ${describeObject(each.policy)}`),
  );
  const where = sites.length === 1 ? sites[0]!.label : count(sites.length, 'workload');
  const verb = isDeny ? 'deny' : 'allow';
  return {
    code: isDeny ? 'PC3214' : shadowed ? 'PC3212' : 'PC3213',
    severity: shadowed ? 'warning' : 'info',
    message: shadowed
      ? `${describeObject(policy)}: rule ${index + 1} lets nobody in, for all that it allows is denied`
      : `${describeObject(policy)}: rule ${index + 1} changes nothing, for others ${verb} all that it ${isDeny ? 'denies' : 'allows'}`,
    object: policy,
    path: ['spec', 'rules', index],
    related: covering.slice(0, 5).map((each) => ({
      message: shadowed || isDeny ? 'denies it' : 'allows it too',
      object: each.policy,
      path: ['spec', 'rules', each.index],
    })),
    help: shadowed
      ? 'Narrow the DENY rule, or drop this one.'
      : 'Drop the rule, or narrow what makes it redundant.',
    proof: {
      kind: 'never decides',
      reason: `of all connections and requests that the policies at ${where} tell apart, none that matches it would fare otherwise without it: ${shadowed || isDeny ? 'denied' : 'allowed'} by ${others}`,
    },
  };
}
