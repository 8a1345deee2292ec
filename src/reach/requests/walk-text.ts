import type { TextTest } from '../../policy/authorization/index.ts';
import { type Token, takesAnything, tokensOf } from './text-pattern.ts';

/** A space of texts as an automaton: what came before is known by a short text. */
export interface WalkSpace {
  /** Signs that texts of the space can have, whatever the patterns name; of those that are alike to all patterns the first stands for the others. */
  readonly signs: string;
  /** Signs that `step` and `ends` tell apart. */
  readonly special: RegExp;
  /** What matters of the text behind a further sign; undefined = no text of the space goes on so. */
  step(before: string, sign: string): string | undefined;
  ends(before: string): boolean;
}

/** A test that may look only at what stands before a sign. */
export interface WalkTest extends TextTest {
  readonly until?: string;
}

/** Bit i of a state: the text so far fills all places before place i. So all ways to read it are walked at once. */
interface Machine {
  readonly until: string | undefined;
  readonly first: bigint;
  readonly takes: ReadonlyMap<string, bigint>;
  readonly many: bigint;
  readonly optional: bigint;
  readonly done: bigint;
  /** In this state whatever follows matches. */
  readonly always: bigint;
}

interface Step {
  readonly text: string;
  readonly before: string;
  readonly states: readonly bigint[];
}

/**
 * A shortest text of the space that one test of each group matches and none of `none`; undefined where there is none. Walks all patterns at once, sign by
 * sign, through each combination of their states once.
 */
export function walkToText(
  { walk, start }: { readonly walk: WalkSpace; readonly start: string },
  wish: { readonly groups: readonly (readonly WalkTest[])[]; readonly none: readonly WalkTest[] },
): string | undefined {
  const tests = [...wish.none, ...wish.groups.flat()];
  const tokens = tests.map(tokensOf);
  const signs = signsToTry(walk, tests, tokens);
  const machines = tests.map((test, i) => makeMachine(test, tokens[i]!, [...signs, ...start]));
  const groups = placesOf(wish.groups, wish.none.length);
  const noneCount = wish.none.length;
  const isGoal = ({ before, states }: Step): boolean =>
    walk.ends(before) &&
    states.every((state, i) => i >= noneCount || (state & machines[i]!.done) === 0n) &&
    groups.every((group) => group.some((i) => (states[i]! & machines[i]!.done) !== 0n));
  const isLost = (states: readonly bigint[]): boolean =>
    groups.some((group) => group.every((i) => states[i] === 0n)) ||
    states.some((state, i) => i < noneCount && (state & machines[i]!.always) !== 0n);
  const goOn = (step: Step, sign: string): Step | undefined => {
    const before = walk.step(step.before, sign);
    if (before === undefined) return undefined;
    const states = step.states.map((state, i) => advance(machines[i]!, state, sign, step.text));
    return isLost(states) ? undefined : { text: step.text + sign, before, states };
  };
  const first: Step = { text: '', before: '', states: machines.map((machine) => machine.first) };
  const started = start.split('').reduce<Step | undefined>((step, sign) => step && goOn(step, sign), first);
  const queue = started === undefined ? [] : [started];
  const seen = new Set<string>();
  for (const step of queue) {
    if (isGoal(step)) return step.text;
    for (const sign of signs) {
      const next = goOn(step, sign);
      if (next === undefined) continue;
      const key = `${next.before} ${next.states.join()}`;
      if (seen.has(key)) continue;
      seen.add(key);
      queue.push(next);
    }
  }
  return undefined;
}

function placesOf(groups: readonly (readonly WalkTest[])[], from: number): readonly (readonly number[])[] {
  let next = from;
  return groups.map((group) => group.map(() => next++));
}

function makeMachine({ until }: WalkTest, tokens: readonly Token[], signs: readonly string[]): Machine {
  const bits = (test: (token: Token) => boolean): bigint =>
    tokens.reduce((sum, token, i) => (test(token) ? sum | (1n << BigInt(i)) : sum), 0n);
  const optional = bits((token) => token.optional);
  return {
    until,
    first: skipOptional(1n, optional),
    takes: new Map(signs.map((sign) => [sign, bits((token) => token.takes(sign))])),
    many: bits((token) => token.many),
    optional,
    done: 1n << BigInt(tokens.length),
    always: takesAnything(tokens.at(-1)) ? 1n << BigInt(tokens.length - 1) : 0n,
  };
}

function advance(machine: Machine, state: bigint, sign: string, text: string): bigint {
  const { until, takes, many, optional } = machine;
  if (until !== undefined && (sign === until || text.includes(until))) return state;
  const taken = state & takes.get(sign)!;
  return taken === 0n ? 0n : skipOptional((taken << 1n) | (taken & many), optional);
}

function skipOptional(state: bigint, optional: bigint): bigint {
  const wider = state | ((state & optional) << 1n);
  return wider === state ? state : skipOptional(wider, optional);
}

/** One sign for all that no pattern tells apart, a plain one where there is one; where not, each of them. */
function signsToTry(
  walk: WalkSpace,
  tests: readonly WalkTest[],
  patterns: readonly (readonly Token[])[],
): readonly string[] {
  const ends = new Set(tests.flatMap(({ until }) => until ?? []));
  const tokens = patterns.flat();
  const named = tokens.flatMap(({ sign }) =>
    sign === undefined ? [] : [sign, sign.toLowerCase(), sign.toUpperCase()],
  );
  const signs = [...new Set([...walk.signs.split(''), ...named])];
  const alike = Map.groupBy(signs, (sign) =>
    [ends.has(sign), ...tokens.map((token) => token.takes(sign))].map(Number).join(''),
  );
  return [...alike.values()].flatMap((group) => {
    const plain = group.find((sign) => !walk.special.test(sign));
    return plain === undefined ? group : [plain];
  });
}
