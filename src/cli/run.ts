import type { CommanderError } from 'commander';
import { exitCodes, Refusal } from './exit.ts';
import { styleFor, type Terminal } from './terminal.ts';

/** Runs the program with the arguments behind its name and gives the exit code. Never throws: a bug of ours ends with 70. */
export async function run(args: readonly string[], terminal: Terminal): Promise<number> {
  try {
    if (args[0] === '--version') {
      const { readVersion } = await import('./version.ts');
      terminal.print(`${readVersion()}\n`);
      return exitCodes.ok;
    }
    const { buildProgram } = await import('./program.ts');
    const program = await buildProgram(args, terminal);
    await program.parseAsync(args, { from: 'user' });
    return terminal.exitCode;
  } catch (error) {
    if (isCommanderError(error)) return error.exitCode === 0 ? exitCodes.ok : exitCodes.usage;
    if (error instanceof Refusal) return tellRefusal(error, terminal);
    return admitBug(error, args.includes('--debug'), terminal);
  }
}

/** Commander throws instead of ending the process; it has printed its message or the help by then. */
function isCommanderError(error: unknown): error is CommanderError {
  return error instanceof Error && 'code' in error && String(error.code).startsWith('commander.');
}

/** Prints a refusal; gives the exit code. */
export function tellRefusal({ message, details, exitCode }: Refusal, terminal: Terminal): number {
  const { bad, strong } = styleFor(terminal, 'warn');
  const lines = [`${bad(strong('error'))}: ${message}`, ...details.map((line) => `  ${line}`)];
  terminal.warn(`${lines.join('\n')}\n`);
  return exitCode;
}

function admitBug(error: unknown, debug: boolean, terminal: Terminal): number {
  const message = error instanceof Error ? error.message : String(error);
  const stack = error instanceof Error && debug ? [error.stack ?? ''] : [];
  const advice = debug ? [] : ['run it again with --debug for the place in the program'];
  const lines = [
    `internal error: ${message}`,
    ...stack,
    'This is a bug of Portcullis. Please report it with the command and, if you can, the manifests.',
    ...advice,
  ];
  terminal.warn(`${lines.join('\n')}\n`);
  return exitCodes.internal;
}
