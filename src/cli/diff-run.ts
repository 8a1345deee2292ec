import { diffMaps, type Effect, type MapDiff } from '../diff/index.ts';
import { mapReach } from '../reach/index.ts';
import {
  type DiffReport,
  diffToJson,
  formatDiffGithub,
  formatDiffMarkdown,
  formatDiffText,
  formatJson,
} from '../report/index.ts';
import type { DiffFlags, FailOn } from './diff.ts';
import { gatherSides } from './diff-sides.ts';
import { exitCodes } from './exit.ts';
import { tellerOf } from './tell.ts';
import { styleFor, type Terminal } from './terminal.ts';

/** Answers `diff` and gives the exit code. Throws Refusal. */
export async function runDiff(
  sources: readonly string[],
  flags: DiffFlags,
  terminal: Terminal,
): Promise<number> {
  const { before, after } = await gatherSides(sources, flags, terminal, tellerOf(terminal, flags.color));
  const diff = diffMaps(mapReach(before.cluster), mapReach(after.cluster));
  terminal.print(format({ diff, before, after }, flags, terminal));
  return exitCodeOf(diff, flags.failOn);
}

function format(report: DiffReport, { output, color }: DiffFlags, terminal: Terminal): string {
  switch (output) {
    case 'json':
      return formatJson(diffToJson(report));
    case 'markdown':
      return formatDiffMarkdown(report);
    case 'github':
      return formatDiffGithub(report);
    case 'text':
      return formatDiffText(report, styleFor(terminal, 'print', color));
  }
}

/**
 * 1 for a change that is asked for, workloads that came or went among them; 2 where there is none and nobody can tell for certain: a request is known on one side only, what
 * differs is not read, or a side has no workloads, so that nothing was compared.
 */
function exitCodeOf(diff: MapDiff, failOn: FailOn): number {
  const { groups, further, added, removed, unread, withoutWorkloads } = diff;
  if (failOn === 'none') return exitCodes.ok;
  const changed = groups.length + added.length + removed.length > 0;
  if (failOn === 'any' && changed) return exitCodes.expectationFailed;
  if (withoutWorkloads.length > 0) return exitCodes.unknown;
  const otherwise = unread.length > 0 ? exitCodes.unknown : exitCodes.ok;
  if (failOn === 'any') return otherwise;
  const changes = groups.flatMap((group) => group.changes);
  const wanted: Effect = failOn === 'newly-allowed' ? 'newly allowed' : 'newly denied';
  const isShown = changes.some(({ witnesses }) => witnesses.some(({ effect }) => effect === wanted));
  if (isShown || further.some(({ kind }) => kind === wanted)) {
    return exitCodes.expectationFailed;
  }
  const other = failOn === 'newly-allowed' ? 'deny' : 'allow';
  const isOpen = further.some(({ kind }) => kind === 'conditions' || kind.endsWith('unknown'));
  const mayBe = changes.some(
    ({ kind, witnesses }) =>
      kind === 'undecided' ||
      witnesses.some(
        ({ effect, before, after }) =>
          (effect === 'now unknown' && before.verdict.outcome === other) ||
          (effect === 'no longer unknown' && after.verdict.outcome !== other),
      ),
  );
  return isOpen || mayBe ? exitCodes.unknown : otherwise;
}
