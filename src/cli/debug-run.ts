import { type Denial, type DenialGroup, openLedger } from '../debug/index.ts';
import { checkWords } from '../lint/index.ts';
import { dialectNames, watchUpstream } from '../logs/index.ts';
import {
  checkCommand,
  type DebugEntry,
  type DebugView,
  debugToJson,
  formatDebugEntry,
  formatDebugMarkdown,
  formatDebugText,
  formatJson,
  formatWatchedText,
  noDecisionLines,
} from '../report/index.ts';
import type { DebugFlags } from './debug.ts';
import { fixGroups, writePlan } from './debug-fix.ts';
import { type Counted, readDenials } from './debug-log.ts';
import { readSaid } from './debug-said.ts';
import { debugSymptom, readSymptomEnds } from './debug-symptom.ts';
import { readExpectedDenials } from './debug-tests.ts';
import { behindOf } from './debug-upstream.ts';
import { exitCodes, usageError } from './exit.ts';
import { followBytes } from './follow-bytes.ts';
import { type Gathered, gatherCluster } from './gather.ts';
import { inputWords } from './input-words.ts';
import { logBytes } from './log-bytes.ts';
import { tellerOf, tellNoPods } from './tell.ts';
import { styleFor, type Terminal } from './terminal.ts';

/** So many denials wait for what the lines behind them say. */
const mostHeld = 10_000;

/** Answers `debug` and gives the exit code. Throws Refusal. */
export async function debug(
  from: string | undefined,
  to: string | undefined,
  flags: DebugFlags,
  terminal: Terminal,
  signal?: AbortSignal,
): Promise<number> {
  const tell = tellerOf(terminal, flags.color);
  if (flags.symptom !== undefined) {
    const ends = readSymptomEnds(from, to, flags);
    return debugSymptom(flags.symptom, ends, await gatherCluster(flags, terminal, tell), flags, terminal);
  }
  const logs = flags.fromLog ?? ['-'];
  checkUsage(logs, from, flags);
  const gathered = await gatherCluster(flags, terminal, tell);
  if (gathered.cluster.pods.size === 0) tellNoPods(terminal, 'nobody can say whom a denial is about');
  if (logs.includes('-') && terminal.streamInput !== undefined && process.stdin.isTTY === true) {
    terminal.warn('reading the log from the terminal, up to Ctrl-D; --from-log FILE reads a file\n');
  }
  if (flags.watch !== true) return debugLogs(logs, gathered, flags, terminal, undefined);
  return signal === undefined
    ? untilInterrupted((own) => debugLogs(logs, gathered, flags, terminal, own))
    : debugLogs(logs, gathered, flags, terminal, signal);
}

function checkUsage(logs: readonly string[], from: string | undefined, flags: DebugFlags): void {
  if (from !== undefined)
    throw usageError('FROM and TO go with --symptom; --from and --to say whom a log is about');
  if (logs.includes('-') && flags.filename?.includes('-') === true) {
    throw usageError('both the log and the manifests would come from standard input', [
      'name the log: --from-log FILE, or name the manifests: -f FILE',
    ]);
  }
  if (flags.watch === true && flags.output !== 'text') {
    throw usageError(`-o ${flags.output} is one document, and --watch prints denials as they come`);
  }
}

/** Ctrl-C ends the reading, and what was read is told; a second one ends the process. */
async function untilInterrupted(work: (signal: AbortSignal) => Promise<number>): Promise<number> {
  const controller = new AbortController();
  const stop = (): void => {
    controller.abort();
    // A pipe that stays open would keep the process.
    process.stdin.destroy();
  };
  process.once('SIGINT', stop);
  try {
    return await work(controller.signal);
  } finally {
    process.off('SIGINT', stop);
  }
}

async function debugLogs(
  logs: readonly string[],
  gathered: Gathered,
  flags: DebugFlags,
  terminal: Terminal,
  signal: AbortSignal | undefined,
): Promise<number> {
  const { cluster } = gathered;
  const style = styleFor(terminal, 'print', flags.color);
  const expected = readExpectedDenials(cluster, flags, terminal);
  const said = readSaid(cluster, flags);
  const ledger = openLedger(cluster, said, (finding) => {
    if (finding.cause.kind !== 'denied') return finding;
    if (finding.right !== undefined && finding.right.kind !== 'explicit') return finding;
    const right = expected(finding);
    return right === undefined ? finding : { ...finding, right };
  });
  const tally: Counted = { lines: 0, unknown: 0, denied: 0, allowed: 0, none: 0 };
  const input = inputWords(flags);
  const entryOf = (group: DenialGroup): DebugEntry => {
    const { request } = group.finding;
    const words = request && checkWords(cluster, request);
    return words === undefined ? { group } : { group, check: checkCommand([...input, ...words]) };
  };
  /** Who a later line says that an address is counts for the lines before it, too. */
  const held: Denial[] = [];
  const release = (): void => {
    for (const denial of held.splice(0)) ledger.add(denial);
  };
  const watches = new Map(logs.map((name) => [name, watchUpstream()]));
  const read = (name: string): Promise<void> => {
    const file = logs.length === 1 ? undefined : name;
    const bytes = signal === undefined ? logBytes(name, terminal) : followBytes(name, terminal, signal);
    return readDenials(bytes, file, tally, watches.get(name)!, (denial) => {
      if (signal === undefined) {
        ledger.learn(denial.record);
        held.push(denial);
        if (held.length >= mostHeld) release();
        return;
      }
      const group = ledger.add(denial);
      if (group !== undefined) {
        terminal.print(`${formatDebugEntry(entryOf(group), {}, style)}\n`);
      }
    });
  };
  if (signal !== undefined) {
    const files = logs.filter((name) => name !== '-');
    if (files.length > 0) terminal.warn(`following ${files.join(', ')}; Ctrl-C ends it and counts\n`);
    await Promise.all(logs.map(read));
  } else for (const name of logs) await read(name);
  release();
  const groups = ledger.groups();
  const behind = [...watches.values()].flatMap((watch) =>
    watch.end().map((each) => behindOf(cluster, each, input)),
  );
  const fixes = fixGroups(groups, gathered, said, flags, terminal);
  const view: DebugView = {
    entries: groups.map((group) => ({ ...entryOf(group), ...fixes?.of(group) })),
    tally,
    ...(behind.length === 0 ? {} : { behind }),
    ...(fixes === undefined ? {} : { patches: flags.fixes ?? 1 }),
  };
  terminal.print(format(view, flags, terminal));
  const isSilent = tally.denied + tally.allowed + tally.none + behind.length === 0;
  if (isSilent) terminal.warn(`${noDecisionLines(tally, dialectNames).join('\n')}\n`);
  if (fixes !== undefined && fixes.left > 0) {
    terminal.warn(`note: fixes are shown for the most frequent denials; ${fixes.left} more have none yet\n`);
  }
  for (const each of fixes?.guessed ?? []) terminal.warn(`not written: ${each}\n`);
  if (fixes !== undefined) writePlan(fixes.plan, flags, terminal);
  return exitCodeOf(view);
}

function format(view: DebugView, { output, color, watch }: DebugFlags, terminal: Terminal): string {
  switch (output) {
    case 'json':
      return formatJson(debugToJson(view));
    case 'markdown':
      return formatDebugMarkdown(view);
    case 'text':
      return watch === true
        ? formatWatchedText(view, styleFor(terminal, 'print', color))
        : formatDebugText(view, styleFor(terminal, 'print', color));
  }
}

/** An empty log denies nothing; one that nobody understands says nothing, and one that only tells of a denial elsewhere does not say by whom. */
function exitCodeOf({ entries, tally, behind }: DebugView): number {
  const { denied, allowed, none, lines } = tally;
  if (denied === 0 && behind !== undefined) return exitCodes.unknown;
  if (denied === 0) return lines > 0 && allowed + none === 0 ? exitCodes.unknown : exitCodes.ok;
  const isTold = entries.some(({ group }) => ['denied', 'allowed'].includes(group.finding.cause.kind));
  return isTold ? exitCodes.deny : exitCodes.unknown;
}
