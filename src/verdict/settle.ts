import {
  assumeAuthorizerAnswer,
  assumeHostAddress,
  assumeNamespaceLabel,
  assumePodAddress,
  assumePodNode,
  type Cluster,
} from '../cluster/index.ts';
import {
  type Fact,
  type Outcome,
  type Pattern,
  parseRange,
  type Request,
  rangesMeet,
} from '../model/index.ts';
import { addressesToTry, canList, textsToTry } from './candidates.ts';
import { factKey } from './fact-key.ts';
import { freeAddress, nodesToTry, sameFamily } from './neighbours.ts';
import { withRequestFact } from './request-facts.ts';
import { resolveDestination } from './resolve.ts';
import { labelPatterns } from './selector-values.ts';
import { type Walk, walk } from './walk.ts';

/** What filling in the missing facts came to. */
export interface Settled {
  readonly outcome: Outcome;
  /** A walk with the facts filled in, where all ways to do so agree. */
  readonly walk: Walk;
  /** Facts on which the outcome turns. */
  readonly missing: readonly Fact[];
  /** What was taken for granted, in words. */
  readonly assumed: readonly string[];
}

/** One way to fill in a fact: the cluster and request in which it is known. */
interface World {
  readonly cluster: Cluster;
  readonly request: Request;
}

/** Connections that one verdict may walk; beyond it the answer stays unknown. */
const budget = 20_000;

/**
 * Tries every way to fill in what a walk missed that policies could tell apart. One fact after another gets each of its possible values;
 * facts about the shape of the mesh come first, since they decide which others are asked for. The outcome is certain if all ways agree.
 */
export function settle(cluster: Cluster, request: Request, first: Walk, again: Walker = walk): Settled {
  const cost = again === walk ? Math.max(1, resolveDestination(cluster, request).targets.length) : 1;
  const search = { again, cost, spent: 0, deciding: new Map<string, Fact>(), assumed: new Set<string>() };
  const result = explore({ cluster, request }, first, search, new Set());
  const assumed = [...search.assumed].sort();
  if (result !== undefined) return { outcome: result.outcome, walk: result, missing: [], assumed };
  const missing = search.deciding.size > 0 ? [...search.deciding.values()] : distinct(first.facts);
  return { outcome: 'unknown', walk: first, missing, assumed };
}

/** What walks a request once more, with more known. */
type Walker = (cluster: Cluster, request: Request) => Walk;

interface Search {
  readonly again: Walker;
  /** Connections of one walk. */
  readonly cost: number;
  spent: number;
  /** Facts that changed an outcome, or can't be filled in. */
  readonly deciding: Map<string, Fact>;
  readonly assumed: Set<string>;
}

/** The walk that all ways to fill in `result`'s facts agree with, or undefined where they do not. `said`: what is filled in already. */
function explore(world: World, result: Walk, search: Search, said: ReadonlySet<string>): Walk | undefined {
  if (result.outcome !== 'unknown') return result;
  const fact = mostPressing(result.facts.filter((each) => !said.has(factKey(each))));
  const ways = fact === undefined ? undefined : fillIn(world, fact, patternsOf(result.facts, fact));
  if (fact === undefined || ways === undefined || search.spent + ways.length * search.cost > budget) {
    for (const each of result.facts) search.deciding.set(factKey(each), each);
    return undefined;
  }
  const known = new Set([...said, factKey(fact)]);
  const answers = ways.map((way) => {
    search.spent += search.cost;
    return explore(way, search.again(way.cluster, way.request), search, known);
  });
  const outcomes = new Set(answers.map((each) => each?.outcome));
  if (outcomes.size > 1) search.deciding.set(factKey(fact), withPatterns(world.cluster, fact, result.facts));
  const answer = outcomes.size === 1 ? agreement(answers) : undefined;
  if (answer !== undefined) note(world.cluster, fact, search);
  return answer;
}

/** What walks of one outcome have in common: the caller's symptom is told only where it is the same in all of them. */
function agreement(walks: readonly (Walk | undefined)[]): Walk | undefined {
  const [first] = walks;
  if (first === undefined) return undefined;
  const symptoms = new Set(walks.map((each) => JSON.stringify(each?.symptom)));
  return symptoms.size === 1 ? first : { ...first, symptom: undefined };
}

/** What was filled in and changed nothing: the steps show one way of several. */
function note(cluster: Cluster, fact: Fact, search: Search): void {
  if (fact.kind === 'pod address') {
    const ranges = cluster.settings.podCIDRs.join(', ');
    search.assumed.add(
      `the address of pod ${fact.pod} is somewhere in ${ranges}; the steps show one of them`,
    );
  }
  if (fact.kind === 'namespace label') {
    search.assumed.add(
      `nothing turns on the label ${fact.key} of namespace ${fact.namespace}, which is not known; the steps show one case`,
    );
  }
}

/** The fact with all that was asked about it, so that a user is told what matters; of ranges only those that a pod can lie in. */
function withPatterns(cluster: Cluster, fact: Fact, facts: readonly Fact[]): Fact {
  if (!('patterns' in fact)) return fact;
  const key = factKey(fact);
  const all = facts.flatMap((each) => ('patterns' in each && factKey(each) === key ? each.patterns : []));
  if (fact.kind !== 'pod address') return { ...fact, patterns: all };
  const spaces = cluster.settings.podCIDRs.flatMap((cidr) => parseRange(cidr) ?? []);
  const patterns = all.filter(({ text }) => {
    const range = parseRange(text, true);
    return range !== undefined && spaces.some((space) => rangesMeet(space, range));
  });
  return { ...fact, patterns };
}

const order: readonly Fact['kind'][] = [
  'namespace label',
  'pod node',
  'pod address',
  'external address',
  'authorizer answer',
  'request',
];

/** The fact to fill in next; undefined where one can't be filled in and none can that might make it moot. */
function mostPressing(facts: readonly Fact[]): Fact | undefined {
  for (const kind of order) {
    const found = facts.find((fact) => fact.kind === kind);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Whatever is asked about the fact. A remote address that is not said may turn out to be a pod's: its ranges count for addresses, too. */
function patternsOf(facts: readonly Fact[], like: Fact): readonly Pattern[] {
  const key = factKey(like);
  const isAddress = like.kind === 'pod address' || like.kind === 'external address';
  return facts.flatMap((fact) => {
    if (!('patterns' in fact)) return [];
    if (factKey(fact) === key) return fact.patterns;
    return isAddress ? fact.patterns.filter(({ form }) => form === 'range') : [];
  });
}

/** Every world in which `fact` is known; undefined where its values can't be listed. */
function fillIn(world: World, fact: Fact, patterns: readonly Pattern[]): readonly World[] | undefined {
  const { cluster, request } = world;
  switch (fact.kind) {
    case 'namespace label': {
      const all = [...patterns, ...labelPatterns(cluster, fact.key)];
      if (!canList(all)) return undefined;
      return [undefined, ...textsToTry(all)].map((value) => ({
        request,
        cluster: assumeNamespaceLabel(cluster, fact.namespace, fact.key, value),
      }));
    }
    case 'pod address': {
      if (!cluster.pods.has(fact.pod)) return undefined;
      const { podCIDRs } = cluster.settings;
      const addresses = addressesToTry(
        patterns,
        podCIDRs,
        (address) => !freeAddress(cluster, request, address),
      );
      return sameFamily(cluster, request, fact.pod, addresses).map((address) => ({
        request,
        cluster: assumePodAddress(cluster, fact.pod, address),
      }));
    }
    case 'external address': {
      const everywhere = addressesToTry(patterns, ['0.0.0.0/0', '::/0']);
      return sameFamily(cluster, request, fact.host, everywhere).map((address) => ({
        request,
        cluster: assumeHostAddress(cluster, fact.host, address),
      }));
    }
    case 'pod node': {
      if (!cluster.pods.has(fact.pod)) return undefined;
      return nodesToTry(cluster, request, fact.pod).map((node) => ({
        request,
        cluster: assumePodNode(cluster, fact.pod, node),
      }));
    }
    case 'authorizer answer':
      return (['allow', 'deny'] as const).map((answer) => ({
        request,
        cluster: assumeAuthorizerAnswer(cluster, fact.provider, answer),
      }));
    case 'request':
      return withRequestFact(request, fact.field, patterns)?.map((filled) => ({ cluster, request: filled }));
    default:
      return undefined;
  }
}

function distinct(facts: readonly Fact[]): readonly Fact[] {
  return [...new Map(facts.map((fact) => [factKey(fact), fact])).values()];
}
