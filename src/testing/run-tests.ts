import type { ReachMap } from '../reach/index.ts';
import type { Desk } from './desk.ts';
import { judgePair } from './judge-pair.ts';
import { judgeStatement } from './judge-statement.ts';
import { type AssertionResult, type EntryResult, titleOf } from './results.ts';
import type { TestEntry } from './types.ts';

/** What a run needs of one test file. */
export interface RunOptions {
  readonly desk: Desk;
  /** Who reaches whom in the desk's cluster; asked for by statements only. */
  readonly map: () => ReachMap;
  /** Only assertions with this text in their name; in any case. */
  readonly filter?: string;
}

/** Runs the tests of a file. Entries of which the filter leaves nothing are left out. */
export function runTests(entries: readonly TestEntry[], options: RunOptions): readonly EntryResult[] {
  return entries.flatMap((entry) => {
    const results = runEntry(entry, options);
    return results.length === 0 ? [] : [{ entry, results }];
  });
}

function runEntry(entry: TestEntry, { desk, map, filter = '' }: RunOptions): readonly AssertionResult[] {
  const isWanted = (title: string): boolean => title.toLowerCase().includes(filter.toLowerCase());
  if (entry.kind !== 'pairs') return isWanted(entry.name) ? [judgeStatement(entry, desk, map)] : [];
  return entry.pairs
    .filter((pair) => isWanted(titleOf(entry, pair)))
    .map((pair) => judgePair(entry, pair, desk));
}
