import { Argument, Command } from 'commander';
import { completionScript, type Shell, shells } from './completion-scripts.ts';
import { completionTree } from './completion-tree.ts';
import type { Terminal } from './terminal.ts';

/** `portcullis completion bash|zsh|fish`. */
export function completionCommand(terminal: Terminal): Command {
  return new Command('completion')
    .description('Print a script that completes verbs, flags and their values in a shell.')
    .addArgument(new Argument('<shell>', 'the shell').choices(shells))
    .addHelpText(
      'after',
      [
        '',
        'Examples:',
        '  source <(portcullis completion bash)',
        // biome-ignore lint/suspicious/noTemplateCurlyInString: zsh's own
        '  portcullis completion zsh > "${fpath[1]}/_portcullis"',
        '  portcullis completion fish > ~/.config/fish/completions/portcullis.fish',
      ].join('\n'),
    )
    .action(async (shell: Shell) => {
      const { buildWholeProgram } = await import('./program.ts');
      terminal.print(completionScript(shell, completionTree(await buildWholeProgram(terminal))));
    });
}
