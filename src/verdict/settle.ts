import {
  assumeAuthorizerAnswer,
  assumeNamespaceLabel,
  assumePodAddress,
  assumePodNode,
  type Cluster,
} from '../cluster/index.ts';
import type { Fact, Outcome, Pattern, Request } from '../model/index.ts';
import { addressesToTry, textsToTry } from './candidates.ts';
import { resolveEnd } from './ends.ts';
import { withRequestFact } from './request-facts.ts';
import { resolveDestination } from './resolve.ts';
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

/** Walks that one verdict may take; beyond it the answer stays unknown. */
const budget = 4000;

/**
 * Tries every way to fill in what a walk missed that policies could tell apart. One fact after another gets each of its possible values;
 * facts about the shape of the mesh come first, since they decide which others are asked for. The outcome is certain if all ways agree.
 */
export function settle(cluster: Cluster, request: Request, first: Walk): Settled {
  const search = { walks: 0, deciding: new Map<string, Fact>(), assumed: new Set<string>() };
  const result = explore({ cluster, request }, first, search);
  const assumed = [...search.assumed].sort();
  if (result !== undefined) return { outcome: result.outcome, walk: result, missing: [], assumed };
  const missing = search.deciding.size > 0 ? [...search.deciding.values()] : distinct(first.facts);
  return { outcome: 'unknown', walk: first, missing, assumed };
}

interface Search {
  walks: number;
  /** Facts that changed an outcome, or can't be filled in. */
  readonly deciding: Map<string, Fact>;
  readonly assumed: Set<string>;
}

/** The walk that all ways to fill in `result`'s facts agree with, or undefined where they do not. */
function explore(world: World, result: Walk, search: Search): Walk | undefined {
  if (result.outcome !== 'unknown') return result;
  const fact = mostPressing(result.facts);
  const ways = fact === undefined ? undefined : fillIn(world, fact, patternsOf(result.facts, fact));
  if (ways === undefined || search.walks > budget) {
    for (const each of result.facts) search.deciding.set(factKey(each), each);
    return undefined;
  }
  const answers = ways.map((way) => {
    search.walks++;
    return explore(way, walk(way.cluster, way.request), search);
  });
  const outcomes = new Set(answers.map((each) => each?.outcome));
  if (outcomes.size > 1) search.deciding.set(factKey(fact!), fact!);
  const answer = outcomes.size === 1 ? answers[0] : undefined;
  if (answer !== undefined) note(world.cluster, fact!, search);
  return answer;
}

function note(cluster: Cluster, fact: Fact, search: Search): void {
  if (fact.kind === 'pod address') {
    search.assumed.add(
      `the address of pod ${fact.pod} is somewhere in ${cluster.settings.podCIDRs.join(', ')}`,
    );
  }
}

const order: readonly Fact['kind'][] = [
  'namespace label',
  'pod node',
  'pod address',
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

function patternsOf(facts: readonly Fact[], like: Fact): readonly Pattern[] {
  const key = factKey(like);
  return facts.flatMap((fact) => ('patterns' in fact && factKey(fact) === key ? fact.patterns : []));
}

/** Every world in which `fact` is known; undefined where its values can't be listed. */
function fillIn(world: World, fact: Fact, patterns: readonly Pattern[]): readonly World[] | undefined {
  const { cluster, request } = world;
  switch (fact.kind) {
    case 'namespace label':
      return [undefined, ...textsToTry(patterns)].map((value) => ({
        request,
        cluster: assumeNamespaceLabel(cluster, fact.namespace, fact.key, value),
      }));
    case 'pod address': {
      if (!cluster.pods.has(fact.pod)) return undefined;
      return addressesToTry(patterns, cluster.settings.podCIDRs).map((address) => ({
        request,
        cluster: assumePodAddress(cluster, fact.pod, address),
      }));
    }
    case 'pod node': {
      if (!cluster.pods.has(fact.pod)) return undefined;
      return nodesToTry(world, fact.pod).map((node) => ({
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

/** Only whether both ends share a node can matter: the nodes of the request's ends, and one that nobody else is on. */
function nodesToTry({ cluster, request }: World, pod: string): readonly string[] {
  const ends = [
    resolveEnd(cluster, request.source),
    ...resolveDestination(cluster, request).targets.map(({ end }) => end),
  ];
  return [...new Set([...ends.flatMap((end) => end.node ?? []), `the node of ${pod}`])];
}

function distinct(facts: readonly Fact[]): readonly Fact[] {
  return [...new Map(facts.map((fact) => [factKey(fact), fact])).values()];
}

/** Tells facts apart: two about the same subject are one, whatever patterns they were asked with. */
function factKey(fact: Fact): string {
  switch (fact.kind) {
    case 'namespace label':
      return `${fact.kind} ${fact.namespace} ${fact.key}`;
    case 'pod address':
    case 'pod node':
      return `${fact.kind} ${fact.pod}`;
    case 'external address':
      return `${fact.kind} ${fact.host}`;
    case 'node labels':
      return `${fact.kind} ${fact.node}`;
    case 'authorizer answer':
      return `${fact.kind} ${fact.provider}`;
    case 'request':
      return `${fact.kind} ${fact.field}`;
    case 'unread policy': {
      const { kind, metadata } = fact.object;
      return `${fact.kind} ${kind} ${metadata.namespace}/${metadata.name}`;
    }
    case 'implementation':
      return `${fact.kind} ${fact.topic} ${fact.detail}`;
    case 'token':
      return fact.kind;
  }
}
