import { Command, Option } from 'commander';
import { addReadingFlags, type InputFlags } from './input-flags.ts';
import type { ColourChoice, Terminal } from './terminal.ts';

/** Formats of `diff`. */
export type DiffFormat = (typeof formats)[number];

/** What `--fail-on` looks for. */
export type FailOn = (typeof limits)[number];

/** The flags of `diff`, as commander gives them. */
export interface DiffFlags extends Omit<InputFlags, 'filename' | 'kustomize'> {
  readonly output: DiffFormat;
  readonly color: ColourChoice;
  readonly failOn: FailOn;
}

const formats = ['text', 'json', 'markdown', 'github'] as const;
const limits = ['any', 'newly-allowed', 'newly-denied', 'none'] as const;

const examples = `
OLD and NEW are files, directories or globs; one of them may be - (standard input).

With --git the manifests are read as they are at two revisions, the work tree is left alone:
  A..B      from A to B
  A...B     from where A and B parted to B: what a pull request changes
  A         from A to the files as they are now
PATHS may follow; without them it is the project file's manifests at each revision.

Exit codes: 0 no change (or none that --fail-on asks for), 1 changes, 2 --fail-on asks for what is not known,
or a side has no workloads, so that nothing could be compared;
64 usage, 65 bad input, 70 a bug of ours.

Examples:
  portcullis diff k8s-old/ k8s-new/
  kubectl get ns,pod,svc,netpol,authorizationpolicy -A -o yaml | portcullis diff -R - k8s/
  portcullis diff --git main..HEAD k8s/
  portcullis diff --git main                              # the project: main against the work tree
  portcullis diff --git origin/main...HEAD -R k8s/ --fail-on newly-allowed -o markdown`;

/** `portcullis diff OLD NEW`. */
export function diffCommand(terminal: Terminal): Command {
  const command = new Command('diff')
    .description(
      'What do changed manifests change in who may talk to whom? Each change with a request that shows it and the policies behind it.',
    )
    .usage('[flags] OLD NEW | --git REVISIONS [PATHS...]')
    .argument('[sources...]', 'OLD and NEW, or with --git the paths to read')
    .option('--git <revisions>', 'compare git revisions: A..B, A...B, or A with the work tree');
  addReadingFlags(command);
  return command
    .addOption(
      new Option('--fail-on <change>', 'end with 1 for such a change').choices(limits).default('any'),
    )
    .addOption(new Option('-o, --output <format>', 'how to print it').choices(formats).default('text'))
    .addOption(new Option('--color <when>', 'colours').choices(['auto', 'always', 'never']).default('auto'))
    .addHelpText('after', examples)
    .action(async (sources: readonly string[], flags: DiffFlags) => {
      const { runDiff } = await import('./diff-run.ts');
      terminal.exitCode = await runDiff(sources, flags, terminal);
    });
}
