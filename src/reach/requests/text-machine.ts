import type { TextTest } from '../../policy/authorization/index.ts';
import { remember } from './remember.ts';
import { type Token, takesAnything, tokensOf } from './text-pattern.ts';

/** A test that may look only at what stands before a sign. */
export interface WalkTest extends TextTest {
  readonly until?: string;
}

/** A test that reads a text sign by sign. In a state, bit i says that the text so far fills all places of the pattern before place i: all ways to read it go on at once. */
export interface Machine {
  readonly until: string | undefined;
  /** Signs that the pattern names. */
  readonly named: ReadonlySet<string>;
  /** Classes of signs that it takes somewhere. */
  readonly classes: ReadonlySet<Token['takes']>;
  readonly first: bigint;
  readonly done: bigint;
  /** In this state whatever follows matches. */
  readonly always: bigint;
  readonly many: bigint;
  readonly optional: bigint;
  /** The places that take a sign. */
  takes(sign: string): bigint;
}

/** The test as a machine, made once. */
export const machineOf: (test: WalkTest) => Machine = remember(makeMachine);

function makeMachine(test: WalkTest): Machine {
  const tokens = tokensOf(test);
  const bits = (holds: (token: Token) => boolean): bigint =>
    tokens.reduce((sum, token, i) => (holds(token) ? sum | (1n << BigInt(i)) : sum), 0n);
  const optional = bits((token) => token.optional);
  const masks = new Map<string, bigint>();
  return {
    until: test.until,
    named: new Set(tokens.flatMap(({ signs }) => signs?.split('') ?? [])),
    classes: new Set(tokens.filter(({ signs }) => signs === undefined).map(({ takes }) => takes)),
    first: skipOptional(1n, optional),
    done: 1n << BigInt(tokens.length),
    always: takesAnything(tokens.at(-1)) ? 1n << BigInt(tokens.length - 1) : 0n,
    many: bits((token) => token.many),
    optional,
    takes: (sign) => {
      const known = masks.get(sign);
      if (known !== undefined) return known;
      const mask = bits((token) => token.takes(sign));
      masks.set(sign, mask);
      return mask;
    },
  };
}

/** The state behind a further sign. */
export function advance(machine: Machine, state: bigint, sign: string): bigint {
  if (state === 0n) return state;
  const taken = state & machine.takes(sign);
  return taken === 0n ? taken : skipOptional((taken << 1n) | (taken & machine.many), machine.optional);
}

function skipOptional(state: bigint, optional: bigint): bigint {
  const wider = state | ((state & optional) << 1n);
  return wider === state ? state : skipOptional(wider, optional);
}
