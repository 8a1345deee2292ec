import type { Conjunction, Piece, RequestSet } from './types.ts';
import type { Universe } from './universe.ts';
import { isEmpty } from './witness.ts';

/** The same set without what adds nothing in the universe: conjunctions that no request meets, and exceptions that no request of the piece meets. */
export function simplify(set: RequestSet, universe: Universe): RequestSet {
  return set.flatMap((piece) => simplifyPiece(piece, universe));
}

function simplifyPiece({ any, none }: Piece, universe: Universe): readonly Piece[] {
  const left = any.filter((conjunction) => !isEmpty([{ any: [conjunction], none }], universe));
  if (left.length === 0) return [];
  const meets = (exception: Conjunction): boolean =>
    left.some((conjunction) => !isEmpty([{ any: [[...conjunction, ...exception]], none: [] }], universe));
  return [{ any: left, none: none.filter(meets) }];
}
