import { count } from '../model/index.ts';
import type { Coverage, Mutation } from '../testing/index.ts';
import { formatPlace } from './position.ts';
import type { Style } from './style.ts';
import { describeMutant } from './test-words.ts';
import { describeReference } from './vocabulary.ts';

/** The rules that no test rests on, with their places. */
export function coverageLines({ rules, uncovered }: Coverage, style: Style): readonly string[] {
  const covered = rules - uncovered.length;
  const title = `Coverage: tests rest on ${covered} of ${count(rules, 'rule')}`;
  if (uncovered.length === 0) return [style.strong(title)];
  const rows = uncovered.map(
    (rule): Row => ({
      place: formatPlace(rule.policy.origin.locate(rule.path)),
      words: describeReference(rule),
    }),
  );
  return [style.strong(`${title}; no test rests on`), ...table(rows, style)];
}

/** The changes that no test notices, with their places. */
export function mutationLines({ mutants, survivors, leftOut }: Mutation, style: Style): readonly string[] {
  const noticed = mutants - survivors.length;
  const title = `Mutants: tests notice ${noticed} of ${count(mutants, 'change')}`;
  const rows = survivors.map(
    (mutant): Row => ({
      place: formatPlace(mutant.policy.origin.locate(mutant.path)),
      words: describeMutant(mutant),
    }),
  );
  return [
    style.strong(rows.length === 0 ? title : `${title}; no test notices`),
    ...table(rows, style),
    ...(leftOut === 0
      ? []
      : [`  ${count(leftOut, 'test')} that ${leftOut === 1 ? 'does' : 'do'} not pass took no part`]),
  ];
}

interface Row {
  readonly place: string;
  readonly words: string;
}

function table(rows: readonly Row[], style: Style): readonly string[] {
  const width = Math.max(0, ...rows.map(({ place }) => place.length));
  return rows.map(
    ({ place, words }) => `  ${style.place(place)}${' '.repeat(width - place.length)}  ${words}`,
  );
}
