import { Command } from 'commander';
import type { Terminal } from '../terminal.ts';
import { addNameFlag, type NameFlag } from './name-flag.ts';

/** The flags of `lab down`, as commander gives them. */
export interface DownFlags extends NameFlag {
  readonly all?: boolean;
}

/** `portcullis lab down`. */
export function downCommand(terminal: Terminal): Command {
  return addNameFlag(
    new Command('down').description(
      'End a lab. Nothing of it is left: no process, mount, interface or file.',
    ),
  )
    .option('--all', 'end all labs of this user')
    .addHelpText(
      'after',
      '\nExamples:\n  portcullis lab down\n  portcullis lab down --name prod\n  portcullis lab down --all',
    )
    .action(async (flags: DownFlags) => {
      const { down } = await import('./down-run.ts');
      terminal.exitCode = await down(flags, terminal);
    });
}
