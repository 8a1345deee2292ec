import { allowed, denied } from './flow.ts';
import { differenceOf, intersectionOf } from './requests/algebra.ts';
import {
  allRequests,
  type Conjunction,
  isEmpty,
  noRequests,
  type RequestSet,
  setKey,
  type Universe,
} from './requests/index.ts';
import type { HttpPassage } from './types.ts';

/** What the rules at a proxy say of requests, those that ask of the connection left out. */
export interface RequestRules {
  /** One of these must hold; undefined = no policy allows, so all may pass. */
  readonly any: readonly Conjunction[] | undefined;
  readonly none: readonly Conjunction[];
  /** What meets one of these may or may not pass. */
  readonly unknown: readonly Conjunction[];
}

const known = new WeakMap<Universe, Map<string, HttpPassage>>();

/** Turns rules into what passes; equal ones come out as the same object. */
export function passageOf({ any, none, unknown }: RequestRules, universe: Universe): HttpPassage {
  if (any !== undefined && any.length === 0) return denied;
  const open = any === undefined || any.some((conjunction) => conjunction.length === 0);
  if (open && none.length === 0 && unknown.length === 0) return allowed;
  if (none.some((conjunction) => conjunction.length === 0)) return denied;
  const mayPass: RequestSet = [{ any: open ? [[]] : any!, none }];
  const unsure: RequestSet =
    unknown.length === 0 ? noRequests : intersectionOf(mayPass, [{ any: unknown, none: [] }]);
  const passing = unknown.length === 0 ? mayPass : differenceOf(mayPass, [{ any: unknown, none: [] }]);
  return passageOfSets(passing, unsure, universe);
}

/** The passage of some requests and others of which it is not known; one object for equal sets. */
export function passageOfSets(passing: RequestSet, unknown: RequestSet, universe: Universe): HttpPassage {
  const passages = known.get(universe) ?? new Map<string, HttpPassage>();
  known.set(universe, passages);
  const key = `${setKey(passing)}\n?\n${setKey(unknown)}`;
  let passage = passages.get(key);
  if (passage === undefined) {
    passage = classify(passing, unknown, universe);
    passages.set(key, passage);
  }
  return passage;
}

function classify(passing: RequestSet, unknown: RequestSet, universe: Universe): HttpPassage {
  const unsure = isEmpty(unknown, universe) ? noRequests : unknown;
  if (isEmpty(passing, universe)) {
    if (unsure.length === 0) return denied;
    if (isEmpty(differenceOf(allRequests, unsure), universe)) return { outcome: 'unknown' };
    return { outcome: 'depends', passing: noRequests, unknown: unsure, universe };
  }
  if (unsure.length === 0 && isEmpty(differenceOf(allRequests, passing), universe)) return allowed;
  return { outcome: 'depends', passing, unknown: unsure, universe };
}
