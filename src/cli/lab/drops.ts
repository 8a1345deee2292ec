import { Command, Option } from 'commander';
import type { Terminal } from '../terminal.ts';
import { addNameFlag, type NameFlag } from './name-flag.ts';

/** The flags of `lab drops`, as commander gives them. */
export interface DropsFlags extends NameFlag {
  readonly output: 'text' | 'wide' | 'json';
  readonly since?: string;
  readonly watch?: boolean;
}

const examples = `
A packet that is sent again, as TCP does while it waits for an answer, is counted again.

Examples:
  portcullis lab drops
  portcullis lab drops --since 5m -o wide
  portcullis lab drops -w`;

/** `portcullis lab drops`. */
export function dropsCommand(terminal: Terminal): Command {
  return addNameFlag(
    new Command('drops').description(
      'Which policy dropped what, how often and when: the packets themselves.',
    ),
  )
    .addOption(
      new Option('-o, --output <format>', 'how to print it')
        .choices(['text', 'wide', 'json'])
        .default('text'),
    )
    .option('--since <duration>', 'only what was dropped since then: 30s, 5m')
    .option('-w, --watch', 'go on, with a line for each new drop')
    .addHelpText('after', examples)
    .action(async (flags: DropsFlags) => {
      const { drops } = await import('./drops-run.ts');
      terminal.exitCode = await drops(flags, terminal);
    });
}
