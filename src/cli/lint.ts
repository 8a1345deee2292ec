import { Command, Option } from 'commander';
import type { Severity } from '../model/index.ts';
import { addInputFlags, type InputFlags, list } from './input-flags.ts';
import type { ColourChoice, Terminal } from './terminal.ts';

/** The flags of `lint`, as commander gives them. */
export interface LintFlags extends InputFlags {
  readonly output: LintFormat;
  readonly color: ColourChoice;
  readonly failOn: Severity | 'none';
  readonly only?: readonly string[];
  readonly disable?: readonly string[];
  readonly baseline?: string;
  readonly writeBaseline?: string;
  readonly force?: boolean;
  readonly list?: boolean;
}

export type LintFormat = (typeof formats)[number];

const formats = ['text', 'json', 'sarif', 'github', 'markdown'] as const;

const examples = `
Every finding has a witness, a request that \`portcullis check\` answers the same way, or says why nothing can match.
A comment takes findings out of the report, on the line of the key, the line above it, or before the object:
  # portcullis: ignore PC3007 the portal is open to everyone

Exit codes: 0 nothing at or above --fail-on, 1 findings; 64 usage, 65 bad input, 70 a bug of ours.

Examples:
  portcullis lint -f manifests/ -R
  kubectl get ns,pod,svc,netpol,authorizationpolicy -A -o yaml | portcullis lint -f -
  portcullis lint -f . -R -o sarif > portcullis.sarif
  portcullis lint -f . -R --write-baseline portcullis-baseline.json
  portcullis lint -f . -R --baseline portcullis-baseline.json --fail-on error -o github
  portcullis lint --list`;

/** `portcullis lint`. */
export function lintCommand(terminal: Terminal): Command {
  const command = new Command('lint').description(
    'Find policies and Services that do not do what they seem to, each with a request that shows it.',
  );
  addInputFlags(command);
  return command
    .addOption(new Option('-o, --output <format>', 'how to print it').choices(formats).default('text'))
    .addOption(new Option('--color <when>', 'colours').choices(['auto', 'always', 'never']).default('auto'))
    .addOption(
      new Option('--fail-on <severity>', 'end with 1 if there is a finding at or above it')
        .choices(['error', 'warning', 'info', 'none'])
        .default('warning'),
    )
    .addOption(list('--only <code>', 'look for this code alone; repeatable'))
    .addOption(list('--disable <code>', 'do not look for this code; repeatable'))
    .option('--baseline <file>', 'report only what this file does not know')
    .option('--write-baseline <file>', 'write what is found into this file, as known from now on')
    .option('--force', 'let --write-baseline replace a file that is there')
    .option('--list', 'list the codes and end')
    .addHelpText('after', examples)
    .action(async (flags: LintFlags) => {
      const { runLint } = await import('./lint-run.ts');
      terminal.exitCode = await runLint(flags, terminal);
    });
}
