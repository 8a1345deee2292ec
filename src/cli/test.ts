import { Command, Option } from 'commander';
import { addInputFlags, type InputFlags } from './input-flags.ts';
import type { ColourChoice, Terminal } from './terminal.ts';

/** The flags of `test`, as commander gives them. */
export interface TestFlags extends InputFlags {
  readonly filter?: string;
  readonly coverage?: boolean;
  readonly mutate?: boolean;
  readonly watch?: boolean;
  readonly output: 'text' | 'junit' | 'tap' | 'json' | 'github';
  readonly color: ColourChoice;
}

const examples = `
FILES are test files or directories, in which and below which all *.portcullis-test.yaml are found; here if none is given.
A file may name its manifests. Those of the others come from -f and -k, else from the project file nearest to the test file.

  apiVersion: portcullis.dev/v1alpha1
  kind: Test
  tests:
    - name: the front may not read the database
      from: shop/front
      to: shop/db:5432
      expect: deny
    - name: who may call the API
      table:
        to: [http://api.shop/, http://api.shop/admin]
        from:
          shop/front: [allow, deny]
          ops/console: [allow, allow]
    - only: {namespace: shop}
      to: shop/db

Exit codes: 0 all pass, 1 a test fails, 2 none fails and a statement cannot be decided; 64 usage, 65 bad input or a test that
cannot be asked, 70 a bug of ours.

Examples:
  portcullis test
  portcullis test tests/ -f manifests/ -R
  portcullis test --filter database --watch
  portcullis test -o junit > report.xml
  portcullis test --coverage --mutate`;

/** `portcullis test [FILES...]`. */
export function testCommand(terminal: Terminal): Command {
  const command = new Command('test')
    .description('Run tests of policies: cases, tables and statements in *.portcullis-test.yaml files.')
    .argument('[FILES...]', 'test files or directories (.)');
  addInputFlags(command);
  return command
    .option('--filter <text>', 'only tests that have this text in their name')
    .option('--coverage', 'list the rules that no test rests on')
    .option('--mutate', 'drop and widen rules in turn; list the changes that no test notices')
    .option('--watch', 'run again whenever a test or a manifest changes')
    .addOption(
      new Option('-o, --output <format>', 'how to print it')
        .choices(['text', 'junit', 'tap', 'json', 'github'])
        .default('text'),
    )
    .addOption(new Option('--color <when>', 'colours').choices(['auto', 'always', 'never']).default('auto'))
    .addHelpText('after', examples)
    .action(async (files: readonly string[], flags: TestFlags) => {
      const { test } = await import('./test-run.ts');
      terminal.exitCode = await test(files, flags, terminal);
    });
}
