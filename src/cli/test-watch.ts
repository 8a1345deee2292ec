import { Refusal, usageError } from './exit.ts';
import { tellRefusal } from './run.ts';
import type { Terminal } from './terminal.ts';
import type { TestFlags } from './test.ts';
import { exitCodeOf, formatReport, type Run, runFiles } from './test-run.ts';
import { nextChange } from './watch-files.ts';

const readAsTheyCome: readonly TestFlags['output'][] = ['text', 'github'];

/**
 * Runs the tests, and again after every change of a file that they were read from, until `signal` says to stop; gives the exit code of the last run. Throws
 * what the first run throws; a later one that cannot be run is told, and waited on.
 */
export async function watchTests(
  named: readonly string[],
  flags: TestFlags,
  terminal: Terminal,
  signal?: AbortSignal,
): Promise<number> {
  if (flags.filename?.includes('-') === true) throw usageError('standard input cannot be watched');
  // One report after another on the same output is no document that a program could read.
  if (!readAsTheyCome.includes(flags.output)) {
    throw usageError(`-o ${flags.output} is one document, and --watch prints a report after every change`, [
      'use -o text or -o github with --watch, or leave --watch out',
    ]);
  }
  let since = Date.now();
  let run: Run = await runFiles(named, flags, terminal);
  let exitCode = show(run, flags, terminal);
  for (;;) {
    terminal.warn('watching for changes\n');
    const changed = await nextChange(run, { cwd: terminal.cwd, since, signal });
    if (changed.length === 0) return exitCode;
    terminal.warn(`\nchanged: ${changed.join(', ')}\n\n`);
    since = Date.now();
    try {
      run = await runFiles(named, flags, terminal);
      exitCode = show(run, flags, terminal);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      exitCode = tellRefusal(error, terminal);
    }
  }
}

function show({ report }: Run, flags: TestFlags, terminal: Terminal): number {
  terminal.print(formatReport(report, flags, terminal));
  return exitCodeOf(report);
}
