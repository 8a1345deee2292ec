import { advance, type Machine, machineOf, type WalkTest } from './text-machine.ts';

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

/** The patterns of a wish as machines: those of `none`, then those of the groups. */
interface Machines {
  readonly all: readonly Machine[];
  readonly noneCount: number;
  /** For each group the places of its machines. */
  readonly groups: readonly (readonly number[])[];
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
  const machines = machinesOf(wish);
  const signs = signsToTry(walk, machines.all);
  const first: Step = { text: '', before: '', states: machines.all.map((machine) => machine.first) };
  const started = start
    .split('')
    .reduce<Step | undefined>((step, sign) => step && goOn(walk, machines, step, sign), first);
  const queue = started === undefined ? [] : [started];
  const seen = new Set<string>();
  for (const step of queue) {
    if (walk.ends(step.before) && isWished(machines, step.states)) return step.text;
    for (const sign of signs) {
      const next = goOn(walk, machines, step, sign);
      if (next === undefined) continue;
      const key = `${next.before} ${next.states.join()}`;
      if (seen.has(key)) continue;
      seen.add(key);
      queue.push(next);
    }
  }
  return undefined;
}

function machinesOf({ groups, none }: Parameters<typeof walkToText>[1]): Machines {
  let next = none.length;
  return {
    all: [...none, ...groups.flat()].map(machineOf),
    noneCount: none.length,
    groups: groups.map((group) => group.map(() => next++)),
  };
}

/** The text with one sign more; undefined where no text of the space or none that is wished goes on so. */
function goOn(walk: WalkSpace, machines: Machines, step: Step, sign: string): Step | undefined {
  const before = walk.step(step.before, sign);
  if (before === undefined) return undefined;
  const states = step.states.map((state, i) => {
    const machine = machines.all[i]!;
    const { until } = machine;
    const blind = until !== undefined && (sign === until || step.text.includes(until));
    return blind ? state : advance(machine, state, sign);
  });
  return isLost(machines, states) ? undefined : { text: step.text + sign, before, states };
}

function isWished({ all, noneCount, groups }: Machines, states: readonly bigint[]): boolean {
  const isDone = (i: number): boolean => (states[i]! & all[i]!.done) !== 0n;
  for (let i = 0; i < noneCount; i++) if (isDone(i)) return false;
  return groups.every((group) => group.some(isDone));
}

/** Is it certain that no text that goes on so is wished? */
function isLost({ all, noneCount, groups }: Machines, states: readonly bigint[]): boolean {
  for (let i = 0; i < noneCount; i++) if ((states[i]! & all[i]!.always) !== 0n) return true;
  return groups.some((group) => group.every((i) => states[i] === 0n));
}

/** All signs that patterns name, and of the others one for all that no pattern tells apart: a plain one where there is one, where not, each of them. */
function signsToTry(walk: WalkSpace, machines: readonly Machine[]): readonly string[] {
  const named = new Set(machines.flatMap((machine) => [...machine.named, ...(machine.until ?? '')]));
  const classes = [...new Set(machines.flatMap((machine) => [...machine.classes]))];
  const others = walk.signs.split('').filter((sign) => !named.has(sign));
  const alike = Map.groupBy(others, (sign) => classes.map((takes) => (takes(sign) ? 1 : 0)).join(''));
  return [
    ...[...alike.values()].flatMap((group) => {
      const plain = group.find((sign) => !walk.special.test(sign));
      return plain === undefined ? group : [plain];
    }),
    ...named,
  ];
}
