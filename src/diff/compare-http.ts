import {
  allRequests,
  differenceOf,
  findWitness,
  type HttpPassage,
  intersectionOf,
  noRequests,
  type RequestSet,
  type RequestWitness,
  type Universe,
} from '../reach/index.ts';
import { passageKey, sameUniverse } from './cell-key.ts';
import type { ChangeKind, Effect } from './types.ts';

/** How two passages differ for HTTP. */
export interface HttpDifference {
  readonly kind: ChangeKind;
  /** Requests to show each effect, the likeliest first. Where `surmised`, only verdicts can tell whether it shows one. */
  readonly samples: readonly HttpSample[];
  readonly surmised: boolean;
}

export interface HttpSample {
  readonly effect: Effect;
  readonly request: RequestWitness;
}

/** What passes and what is not known, as sets. */
interface Sides {
  readonly passing: RequestSet;
  readonly unknown: RequestSet;
}

const known = new WeakMap<HttpPassage, WeakMap<HttpPassage, HttpDifference | 'same'>>();

/** How the requests that pass differ; undefined where they are the same. Passages are few and pairs are many: what was compared once is remembered. */
export function compareHttp(before: HttpPassage, after: HttpPassage): HttpDifference | undefined {
  const byAfter = known.get(before) ?? new WeakMap<HttpPassage, HttpDifference | 'same'>();
  known.set(before, byAfter);
  const found = byAfter.get(after) ?? compare(before, after) ?? 'same';
  byAfter.set(after, found);
  return found === 'same' ? undefined : found;
}

function compare(before: HttpPassage, after: HttpPassage): HttpDifference | undefined {
  const [left, right] = [sidesOf(before), sidesOf(after)];
  const universe = universeOf(after) ?? universeOf(before);
  if (universe === undefined || sameUniverse(universeOf(before) ?? universe, universe)) {
    if (passageKey(before) === passageKey(after)) return undefined;
    const samples = sampleDifferences(left, right, universe ?? plainUniverse);
    return samples.length === 0
      ? undefined
      : { kind: kindOf(left, right, samples), samples, surmised: false };
  }
  return surmise(left, right, universeOf(before)!, universe);
}

/** Where policies look at no request, any will do. */
const plainUniverse: Universe = { mesh: { pathNormalization: 'BASE', trustedProxies: 0 }, jwtRules: [] };

/**
 * Where proxies of the two sides make different things of one request (other token rules, another normalization of paths), sets of one side mean nothing on the
 * other. Requests that pass on one side are tried on both.
 */
function surmise(left: Sides, right: Sides, before: Universe, after: Universe): HttpDifference {
  const tries: readonly (readonly [Effect, RequestSet, Universe])[] = [
    ['newly allowed', differenceOf(right.passing, left.passing), after],
    ['newly allowed', right.passing, after],
    ['newly denied', differenceOf(left.passing, right.passing), before],
    ['newly denied', left.passing, before],
  ];
  return { kind: 'conditions', samples: tries.flatMap((each) => sample(...each)), surmised: true };
}

function sampleDifferences(left: Sides, right: Sides, universe: Universe): readonly HttpSample[] {
  const differences: readonly (readonly [Effect, RequestSet])[] = [
    ['newly allowed', differenceOf(differenceOf(right.passing, left.passing), left.unknown)],
    ['newly denied', differenceOf(differenceOf(left.passing, right.passing), right.unknown)],
    // Where the map knows less than a verdict, requests that pass on the other side are the likeliest to show it.
    ['now unknown', intersectionOf(right.unknown, left.passing)],
    ['now unknown', differenceOf(right.unknown, left.unknown)],
    ['no longer unknown', intersectionOf(left.unknown, right.passing)],
    ['no longer unknown', differenceOf(left.unknown, right.unknown)],
  ];
  return differences.flatMap(([effect, set]) => sample(effect, set, universe));
}

function sample(effect: Effect, set: RequestSet, universe: Universe): readonly HttpSample[] {
  const request = set.length === 0 ? undefined : findWitness(set, universe);
  return request === undefined ? [] : [{ effect, request }];
}

function kindOf(left: Sides, right: Sides, samples: readonly HttpSample[]): ChangeKind {
  const effects = new Set(samples.map(({ effect }) => effect));
  const gains = effects.has('newly allowed');
  const loses = effects.has('newly denied');
  if (gains && !loses && left.passing.length === 0) return 'newly allowed';
  if (loses && !gains && right.passing.length === 0) return 'newly denied';
  if (gains || loses) return 'conditions';
  return effects.has('now unknown') ? 'now unknown' : 'no longer unknown';
}

function sidesOf(passage: HttpPassage): Sides {
  switch (passage.outcome) {
    case 'allow':
      return { passing: allRequests, unknown: noRequests };
    case 'deny':
      return { passing: noRequests, unknown: noRequests };
    case 'unknown':
      return { passing: noRequests, unknown: allRequests };
    case 'depends':
      return passage;
  }
}

function universeOf(passage: HttpPassage): Universe | undefined {
  return passage.outcome === 'depends' ? passage.universe : undefined;
}
