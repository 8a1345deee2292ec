import type { FixPlan } from '../debug/fix/index.ts';
import { type DenialGroup, guessOf, laterDenial, requestsToFix, type Said } from '../debug/index.ts';
import { listNames } from '../model/index.ts';
import type { DebugEntry } from '../report/index.ts';
import { type FixFlags, wantsFix } from './fix-flags.ts';
import { planFor } from './fix-plan.ts';
import { writeFixes } from './fix-write.ts';
import type { Gathered } from './gather.ts';
import type { Terminal } from './terminal.ts';

/** Of so many groups fixes are looked for: each one is a search of its own. */
const mostGroups = 10;

/** Fixes of groups, and what is written of them. */
export interface GroupFixes {
  readonly plan: FixPlan;
  readonly of: (group: DenialGroup) => Pick<DebugEntry, 'fixes' | 'later'>;
  /** Groups that are left out because there are too many. */
  readonly left: number;
  /** Why fixes of some are not written. */
  readonly guessed: readonly string[];
}

/** Looks for fixes of the most frequent groups; undefined where nobody asks for any. */
export function fixGroups(
  groups: readonly DenialGroup[],
  gathered: Gathered,
  said: Said,
  flags: FixFlags & { readonly namespace?: string },
  { cwd }: Terminal,
): GroupFixes | undefined {
  if (!wantsFix(flags)) return undefined;
  const fixable = groups
    .map((group) => ({ group, requests: requestsToFix(gathered.cluster, group, said) }))
    .filter(({ requests }) => requests.length > 0);
  const guessed = flags.write === undefined ? [] : fixable.filter(({ group }) => isGuessed(group));
  const sure = fixable.filter((each) => !guessed.includes(each));
  const chosen = sure.slice(0, mostGroups);
  const plan = planFor(
    gathered,
    flags,
    cwd,
    chosen.flatMap(({ requests }) => requests),
  );
  const byGroup = new Map<DenialGroup, DebugEntry['fixes']>();
  let at = 0;
  for (const { group, requests } of chosen) {
    byGroup.set(group, plan.fixes.slice(at, at + requests.length));
    at += requests.length;
  }
  return {
    plan,
    of: (group) => ({
      fixes: byGroup.get(group),
      later: byGroup.has(group) ? laterDenial(gathered.cluster, group.finding, said) : undefined,
    }),
    left: sure.length - chosen.length,
    guessed: guessed.map(({ group }) => guessWords(group)),
  };
}

/** Others fit as well as who it is taken for: nobody is let in by a file for that. */
function isGuessed({ finding }: DenialGroup): boolean {
  return guessOf(finding) === 'one of several';
}

function guessWords({ finding: { source, destination } }: DenialGroup): string {
  const isClient = source.rivals.length > 0;
  const { name, rivals } = isClient ? source : destination;
  return `${source.name} -> ${destination.name}: it may have been ${listNames(rivals)} and not ${name}; ${isClient ? '--from' : '--to'} says which`;
}

/** Writes the fixes of a plan where the flags say so, and tells which files have changed. Throws an input error where not all of it can be written. */
export function writePlan(plan: FixPlan, flags: FixFlags, terminal: Terminal): void {
  if (flags.write === undefined) return;
  const { files, left } = writeFixes(plan, terminal.cwd);
  const which = typeof flags.write === 'number' ? `fix ${flags.write}, ` : '';
  terminal.warn(files.length === 0 ? 'nothing to write\n' : `written: ${which}${files.join(', ')}\n`);
  for (const each of left) terminal.warn(`left: ${each}\n`);
}
