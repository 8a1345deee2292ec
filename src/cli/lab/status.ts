import { Command, Option } from 'commander';
import type { Terminal } from '../terminal.ts';
import { addNameFlag, type NameFlag } from './name-flag.ts';

/** The flags of `lab status`, as commander gives them. */
export interface StatusFlags extends NameFlag {
  readonly output: 'text' | 'json';
}

/** `portcullis lab status`. */
export function statusCommand(terminal: Terminal): Command {
  return addNameFlag(
    new Command('status').description('The labs that run: their pods, sidecars, drops and kubeconfig.'),
  )
    .addOption(
      new Option('-o, --output <format>', 'how to print it').choices(['text', 'json']).default('text'),
    )
    .addHelpText('after', '\nExamples:\n  portcullis lab status\n  portcullis lab status --name prod -o json')
    .action(async (flags: StatusFlags) => {
      const { status } = await import('./status-run.ts');
      terminal.exitCode = await status(flags, terminal);
    });
}
