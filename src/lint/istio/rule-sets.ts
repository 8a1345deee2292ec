import type { Cluster, WorkloadGroup } from '../../cluster/index.ts';
import type { AuthorizationPolicy, PolicyReference } from '../../model/index.ts';
import {
  authorizationFilters,
  type Chain,
  type Condition,
  groupMatches,
  type PreparedRule,
  ztunnelPoliciesFor,
} from '../../policy/authorization/index.ts';
import { type Conjunction, findWitness, type Universe } from '../../reach/index.ts';
import { identityFieldsOf, type PlacedField } from './identity-samples.ts';
import { fieldsOf } from './rule-fields.ts';
import { type Alternative, alternativesOf, universeAt } from './rule-requests.ts';
import { requestsIn, type World, worldsFor } from './rule-worlds.ts';
import { isProxy, type Site } from './sites.ts';

/** A rule in force at some place, and which requests of a world satisfy it: none, or those of its conjunctions; undefined where that is not known. */
export interface PlacedRule {
  readonly policy: AuthorizationPolicy;
  readonly index: number;
  readonly action: 'ALLOW' | 'DENY';
  requests(world: World): readonly Conjunction[] | undefined;
}

/** One way in which connections are judged at a site: an Envoy's HTTP or TCP chain, or a ztunnel. */
export interface RuleSet {
  readonly rules: readonly PlacedRule[];
  readonly worlds: readonly World[];
  readonly universe: Universe;
}

/** The enforced rules of a site, for each way in which it judges; undefined where they tell too many connections apart to go through. */
export function ruleSetsAt(cluster: Cluster, site: Site): readonly RuleSet[] | undefined {
  const sets =
    isProxy(site) || site.kind === 'unsure' ? proxySets(cluster, site) : [ztunnelSet(cluster, site)];
  const found = sets.filter((set) => set !== undefined);
  return found.length === sets.length ? found : undefined;
}

/** A port that nobody declares: both of its chains are there. */
const undeclared = 1;

function proxySets(cluster: Cluster, site: Site): readonly (RuleSet | undefined)[] {
  const portsOf = (chain: Chain): readonly number[] => {
    const other = chain === 'HTTP' ? 'tcp' : 'http';
    return [
      ...site.ports.filter(({ protocol }) => protocol !== other).map(({ number }) => number),
      undeclared,
    ];
  };
  return (['HTTP', 'TCP'] as const).map((chain) => {
    const { ALLOW, DENY } = authorizationFilters(cluster, site.target, chain);
    const prepared = [...(ALLOW?.enforced?.rules ?? []), ...(DENY?.enforced?.rules ?? [])];
    const placed = prepared.map((rule) => ({ rule, alternatives: alternativesOf(rule.rule) }));
    // Those tell clients apart by their certificates: more than can be listed.
    if (
      placed.some(({ alternatives }) => alternatives.some(({ request }) => request.some(asksWhatProxyWrites)))
    ) {
      return undefined;
    }
    const worlds = worldsFor({
      alternatives: placed.map(({ alternatives }) => alternatives),
      fields: fieldsAt(site),
      trustDomain: cluster.mesh.trustDomain,
      ports: portsOf(chain),
    });
    if (worlds === undefined) return undefined;
    const rules = placed.map(({ rule, alternatives }) => placeRule(rule, alternatives));
    return { rules, worlds, universe: universeAt(cluster, site) };
  });
}

const writtenByProxy = new Set([':scheme', 'x-forwarded-proto', 'x-forwarded-client-cert']);

/** True for a condition on a header that the proxy makes of the connection. */
function asksWhatProxyWrites({ question }: Condition): boolean {
  return (
    question.kind === 'text' && question.input.kind === 'header' && writtenByProxy.has(question.input.name)
  );
}

function placeRule({ reference }: PreparedRule, alternatives: readonly Alternative[]): PlacedRule {
  return { ...placeOf(reference), requests: (world) => requestsIn(alternatives, world) };
}

function placeOf({ policy, path, action }: PolicyReference): Pick<PlacedRule, 'policy' | 'index' | 'action'> {
  return {
    policy: policy as AuthorizationPolicy,
    index: path[2] as number,
    action: action === 'DENY' ? 'DENY' : 'ALLOW',
  };
}

function fieldsAt({ policies }: Pick<Site, 'policies'>): readonly PlacedField[] {
  return policies.flatMap((policy) => identityFieldsOf(fieldsOf(policy), policy.metadata.namespace));
}

const everything: readonly Conjunction[] = [[]];

function ztunnelSet(cluster: Cluster, site: Site): RuleSet | undefined {
  const groups = ztunnelPoliciesFor(cluster, site.pod)
    .filter(({ dryRun }) => !dryRun)
    .flatMap((policy) => policy.groups);
  const filters = authorizationFilters(cluster, site.target, 'TCP');
  // Its conditions are a part of those that a proxy would ask: what that tells apart is enough.
  const alternatives = [filters.ALLOW, filters.DENY].flatMap((filter) =>
    (filter?.enforced?.rules ?? []).map(({ rule }) => alternativesOf(rule)),
  );
  const worlds = worldsFor({
    alternatives,
    fields: fieldsAt(site),
    trustDomain: cluster.mesh.trustDomain,
    ports: [...site.ports.map(({ number }) => number), undeclared],
    eachIdentity: true,
  });
  if (worlds === undefined) return undefined;
  const rules = groups.flatMap((group) =>
    group.source === undefined ? [] : [placeGroup(group, group.source)],
  );
  return { rules, worlds, universe: universeAt(cluster, site) };
}

function placeGroup(group: WorkloadGroup, source: PolicyReference): PlacedRule {
  return {
    ...placeOf(source),
    requests: ({ connection }) => {
      const matches = groupMatches(group, connection);
      if (typeof matches !== 'boolean') return undefined;
      return matches ? everything : [];
    },
  };
}

/** Is there a request in a world that satisfies one of `any` and none of `none`? What is not known of a rule is taken to match in `any`, and not in `none`. */
export function someRequest(
  set: RuleSet,
  world: World,
  any: readonly PlacedRule[],
  none: readonly PlacedRule[],
): boolean {
  const wanted = any.flatMap((rule) => rule.requests(world) ?? everything);
  if (wanted.length === 0) return false;
  const excluded = none.flatMap((rule) => rule.requests(world) ?? []);
  if (excluded.some((conjunction) => conjunction.length === 0)) return false;
  if (excluded.length === 0 && wanted.some((conjunction) => conjunction.length === 0)) return true;
  return findWitness([{ any: wanted, none: excluded }], set.universe) !== undefined;
}
