import { conditionKey, conjunctionKeys, pieceKey, questionKey } from './keys.ts';
import type { Conjunction, Piece, RequestSet } from './types.ts';

/** No request. */
export const noRequests: RequestSet = [];

const everything: readonly Conjunction[] = [[]];

/** Every request. */
export const allRequests: RequestSet = [{ any: everything, none: [] }];

/** The requests that are in `a` or in `b`. */
export function unionOf(a: RequestSet, b: RequestSet): RequestSet {
  if (a.length === 0 || isAll(b)) return b;
  if (b.length === 0 || isAll(a)) return a;
  return joinPieces([...a, ...b]);
}

/** The requests that are in `a` and in `b`. */
export function intersectionOf(a: RequestSet, b: RequestSet): RequestSet {
  if (a.length === 0 || isAll(b)) return a;
  if (b.length === 0 || isAll(a)) return b;
  return joinPieces(
    a.flatMap((left) =>
      b.flatMap((right) => pieceOf(bothOf(left.any, right.any), [...left.none, ...right.none])),
    ),
  );
}

/** The requests that are in `a` and not in `b`. */
export function differenceOf(a: RequestSet, b: RequestSet): RequestSet {
  return b.reduce(
    (rest, piece) => (rest.length === 0 ? rest : joinPieces(rest.flatMap((left) => without(left, piece)))),
    a,
  );
}

/** (A − D) − (B − E) = (A − (D ∪ B)) ∪ ((A ∩ E) − D). */
function without({ any, none }: Piece, taken: Piece): readonly Piece[] {
  return [...pieceOf(any, [...none, ...taken.any]), ...pieceOf(bothOf(any, taken.none), none)];
}

function isAll([only, ...others]: RequestSet): boolean {
  return only !== undefined && others.length === 0 && only.none.length === 0 && holdsAlways(only.any);
}

function holdsAlways(any: readonly Conjunction[]): boolean {
  return any.some((conjunction) => conjunction.length === 0);
}

/** Pieces with the same exceptions are one; none is there twice. */
function joinPieces(pieces: readonly Piece[]): RequestSet {
  if (pieces.length < 2) return pieces;
  const byExceptions = Map.groupBy(pieces, ({ none }) => pieceKey({ any: [], none }));
  const joined = [...byExceptions.values()].flatMap((alike) =>
    alike.length === 1
      ? alike
      : pieceOf(
          alike.flatMap(({ any }) => any),
          alike[0]!.none,
        ),
  );
  const whole = joined.find(({ any, none }) => none.length === 0 && holdsAlways(any));
  return whole === undefined ? joined : allRequests;
}

/** The piece without what plainly adds nothing; no piece where nothing is left. */
function pieceOf(any: readonly Conjunction[], none: readonly Conjunction[]): readonly Piece[] {
  const exceptions = widest(none);
  if (holdsAlways(exceptions)) return [];
  const taken = new Set(exceptions.map((exception) => conjunctionKeys(exception).key));
  const left = widest(any).filter(
    (conjunction) => !taken.has(conjunctionKeys(conjunction).key) && !isWithin(conjunction, exceptions),
  );
  return left.length === 0 ? [] : [{ any: left, none: exceptions }];
}

/** The conjunctions less those that another one contains or that contradict themselves. */
function widest(conjunctions: readonly Conjunction[]): readonly Conjunction[] {
  if (conjunctions.length === 0) return conjunctions;
  if (holdsAlways(conjunctions)) return everything;
  const byKey = new Map(
    conjunctions
      .filter((conjunction) => !contradicts(conjunction))
      .map((conjunction) => [conjunctionKeys(conjunction).key, conjunction]),
  );
  const distinct = [...byKey.values()];
  return distinct.length < 2 ? distinct : distinct.filter((conjunction) => !isWithin(conjunction, distinct));
}

/** Does the conjunction ask all that one of the others asks, and more? */
function isWithin(narrow: Conjunction, others: readonly Conjunction[]): boolean {
  const { parts } = conjunctionKeys(narrow);
  return others.some(
    (wide) => wide.length < parts.size && wide.every((condition) => parts.has(conditionKey(condition))),
  );
}

function contradicts(conjunction: Conjunction): boolean {
  if (conjunction.length < 2 || !conjunction.some(({ negated }) => negated)) return false;
  const wanted = new Set(
    conjunction.filter(({ negated }) => !negated).map(({ question }) => questionKey(question)),
  );
  return conjunction.some(({ negated, question }) => negated && wanted.has(questionKey(question)));
}

function bothOf(a: readonly Conjunction[], b: readonly Conjunction[]): readonly Conjunction[] {
  return a.flatMap((left) => b.map((right) => joinConjunctions(left, right)));
}

function joinConjunctions(a: Conjunction, b: Conjunction): Conjunction {
  if (a.length === 0) return b;
  const { parts } = conjunctionKeys(a);
  const added = b.filter((condition) => !parts.has(conditionKey(condition)));
  return added.length === 0 ? a : [...a, ...added];
}
