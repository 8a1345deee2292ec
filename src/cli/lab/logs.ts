import { Command } from 'commander';
import type { Terminal } from '../terminal.ts';
import { addNameFlag, type NameFlag } from './name-flag.ts';

/** The flags of `lab logs`, as commander gives them. */
export interface LogsFlags extends NameFlag {
  readonly namespace?: string;
  readonly container?: string;
  readonly follow?: boolean;
  readonly previous?: boolean;
  readonly timestamps?: boolean;
  readonly tail?: string;
  readonly since?: string;
}

const examples = `
Examples:
  portcullis lab logs shop/web
  portcullis lab logs shop/web -c istio-proxy --since 1m | grep rbac
  portcullis lab logs -f deploy/web -n shop`;

/** `portcullis lab logs POD`. */
export function logsCommand(terminal: Terminal): Command {
  return addNameFlag(new Command('logs').description("A container's log."))
    .argument('<POD>', 'a pod or workload')
    .option('-n, --namespace <name>', 'namespace of POD, where it has none (default)')
    .option('-c, --container <name>', "the container (the pod's first, or its default)")
    .option('-f, --follow', 'go on with what is logged from now on')
    .option('-p, --previous', 'of the container before its last restart')
    .option('--timestamps', 'with the time in front of each line')
    .option('--tail <lines>', 'only so many of the last lines')
    .option('--since <duration>', 'only what was logged since then: 30s, 5m')
    .addHelpText('after', examples)
    .action(async (pod: string, flags: LogsFlags) => {
      const { logs } = await import('./logs-run.ts');
      terminal.exitCode = await logs(pod, flags, terminal);
    });
}
