import { Command } from 'commander';
import type { Terminal } from '../terminal.ts';
import { addNameFlag, type NameFlag } from './name-flag.ts';

const examples = `
In it kubectl speaks with the lab, and the lab verbs mean this lab. Where istioctl is not installed, Portcullis answers
\`istioctl x authz check POD\` and \`istioctl proxy-config log POD\`.

Examples:
  portcullis lab shell
  portcullis lab shell --name prod
  echo 'kubectl get pods -A' | portcullis lab shell`;

/** `portcullis lab shell`. */
export function shellCommand(terminal: Terminal): Command {
  return addNameFlag(new Command('shell').description('A shell in which kubectl and istioctl mean a lab.'))
    .addHelpText('after', examples)
    .action(async (flags: NameFlag) => {
      const { shell } = await import('./shell-run.ts');
      terminal.exitCode = await shell(flags, terminal);
    });
}
