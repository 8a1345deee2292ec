import { Command } from 'commander';
import type { Terminal } from '../terminal.ts';
import { addNameFlag, type NameFlag } from './name-flag.ts';

/** The flags of `lab exec`, as commander gives them. */
export interface ExecFlags extends NameFlag {
  readonly namespace?: string;
  readonly container?: string;
  readonly stdin?: boolean;
  readonly tty?: boolean;
}

const examples = `
POD is a pod or a workload, of which one pod is taken: shop/web, web -n shop, shop/deploy/web. \`outside\` is a client beyond the cluster.
It ends with the code of what it ran.

Examples:
  portcullis lab exec shop/web -- curl -sS http://orders.shop/
  portcullis lab exec outside -- curl -sS --max-time 3 http://10.244.0.5:8080/
  portcullis lab exec -it deploy/web -n shop -c istio-proxy -- bash`;

/** `portcullis lab exec POD -- COMMAND`. */
export function execCommand(terminal: Terminal): Command {
  return addNameFlag(
    new Command('exec').description('Run a command in a pod of a lab, or in the client outside the cluster.'),
  )
    .argument('<POD>', 'a pod or workload, or outside')
    .argument('<command...>', 'what to run, behind --')
    .option('-n, --namespace <name>', 'namespace of POD, where it has none (default)')
    .option('-c, --container <name>', "the container (the pod's first, or its default)")
    .option('-i, --stdin', 'pass on what is typed')
    .option('-t, --tty', 'give it a terminal')
    .addHelpText('after', examples)
    .action(async (pod: string, command: readonly string[], flags: ExecFlags) => {
      const { exec } = await import('./exec-run.ts');
      terminal.exitCode = await exec(pod, command, flags, terminal);
    });
}
