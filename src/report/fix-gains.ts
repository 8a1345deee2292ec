import type { Cell, Change, Traffic } from '../diff/index.ts';
import {
  allRequests,
  differenceOf,
  type HttpPassage,
  intersectionOf,
  isEmpty,
  noRequests,
  type RequestSet,
  simplify,
  type Universe,
  unionOf,
} from '../reach/index.ts';
import { describeRequestSet } from './request-words.ts';

type Piece = RequestSet[number];
type Conjunction = Piece['any'][number];
type Condition = Conjunction[number];

/** Lists of values are taken apart into so many combinations at most. */
const mostApart = 64;

/** What a change lets through that did not come through before: `GET on /`; empty where it is everything, undefined where it is nothing. */
export function describeGain({ traffic, protocol, before, after }: Change): string | undefined {
  return describeMore(traffic, protocol, before, after);
}

/** What a change stops that came through before, in the same words. */
export function describeLoss({ traffic, protocol, before, after }: Change): string | undefined {
  return describeMore(traffic, protocol, after, before);
}

function describeMore(
  traffic: Traffic,
  protocol: Change['protocol'],
  less: Cell,
  more: Cell,
): string | undefined {
  if (traffic === 'any' || protocol !== 'TCP') return '';
  if (traffic === 'bytes') return 'bytes that are not HTTP';
  const universe = universeOf(more.http) ?? universeOf(less.http);
  const [left, right] = [sidesOf(less.http), sidesOf(more.http)];
  const passing = tidy(differenceOf(right.passing, left.passing), universe);
  const unsure = tidy(differenceOf(differenceOf(right.unknown, left.unknown), left.passing), universe);
  const words = [
    ...(passing.length === 0 ? [] : [describeRequestSet(passing)]),
    ...(unsure.length === 0 ? [] : [`not known: ${describeRequestSet(unsure)}`]),
  ];
  return words.length === 0 ? undefined : words.join('; ');
}

/** Requests that pass, and those of which it is not known. */
interface Sides {
  readonly passing: RequestSet;
  readonly unknown: RequestSet;
}

function sidesOf(http: HttpPassage | undefined): Sides {
  if (http?.outcome === 'depends') return http;
  return {
    passing: http?.outcome === 'allow' ? allRequests : noRequests,
    unknown: http?.outcome === 'unknown' ? allRequests : noRequests,
  };
}

function universeOf(http: HttpPassage | undefined): Universe | undefined {
  return http?.outcome === 'depends' ? http.universe : undefined;
}

/** The same set in fewer words: a request that is not without a path has it, and what excepts or asks nothing that matters goes. */
function tidy(set: RequestSet, universe: Universe | undefined): RequestSet {
  if (universe === undefined) return set;
  return set
    .flatMap(({ any, none }) => any.flatMap((conjunction) => askPlainly(conjunction, none)))
    .flatMap((piece) => simplify([piece], universe))
    .flatMap((piece) => simplify(takeApart(piece), universe))
    .map(({ any, none }) => ({
      any: any.map((conjunction) => withoutImplied(conjunction, none, universe)),
      none,
    }))
    .reduce<RequestSet>((all, piece) => unionOf(all, [piece]), noRequests);
}

/** Exceptions of which each is one `not` are what is asked. */
function askPlainly(conjunction: Conjunction, none: readonly Conjunction[]): RequestSet {
  const isNot = (exception: Conjunction): boolean => exception.length === 1 && exception[0]!.negated;
  const asked = none.filter(isNot).map(([condition]) => ({ ...condition!, negated: false }));
  const others = none.filter((exception) => !isNot(exception));
  return intersectionOf([{ any: [conjunction], none: others }], [{ any: [asked], none: [] }]);
}

/** A piece as one for each of the values that it lists: an exception, or what else is asked, may be for some of them only, or be all there is of one. */
function takeApart({ any, none }: Piece): readonly Piece[] {
  const exceptions = none.flatMap(eachCombination);
  return any.flatMap(eachCombination).map((conjunction): Piece => ({ any: [conjunction], none: exceptions }));
}

function eachCombination(conjunction: Conjunction): readonly Conjunction[] {
  const choices = conjunction.map(eachValue);
  if (choices.reduce((product, { length }) => product * length, 1) > mostApart) return [conjunction];
  return choices.reduce<readonly Conjunction[]>(
    (all, choice) => all.flatMap((left) => choice.map((condition) => [...left, condition])),
    [[]],
  );
}

function eachValue(condition: Condition): readonly Condition[] {
  const { negated, values, question } = condition;
  if (negated || question.kind !== 'text' || question.tests.length !== values.length) return [condition];
  return values.map((value, i) => ({
    ...condition,
    values: [value],
    question: { ...question, tests: [question.tests[i]!] },
  }));
}

/** Without the conditions that hold anyway where the others do. */
function withoutImplied(
  conjunction: Conjunction,
  none: readonly Conjunction[],
  universe: Universe,
): Conjunction {
  return conjunction.reduce<Conjunction>((left, condition) => {
    const rest = left.filter((each) => each !== condition);
    const contrary = { ...condition, negated: !condition.negated };
    return isEmpty([{ any: [[...rest, contrary]], none }], universe) ? rest : left;
  }, conjunction);
}
