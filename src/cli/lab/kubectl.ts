import { Command } from 'commander';
import type { Terminal } from '../terminal.ts';
import { addNameFlag, type NameFlag } from './name-flag.ts';

const examples = `
It is the kubectl of this machine. What it keeps lies on the lab's own file system: your kubeconfig and ~/.kube are neither read nor written.
--name stands before kubectl's own words.

Examples:
  portcullis lab kubectl get pods -A
  portcullis lab kubectl apply -f deny-all.yaml
  portcullis lab kubectl --name prod -n shop logs deploy/web -c istio-proxy -f`;

/** `portcullis lab kubectl …`: everything behind it is kubectl's. */
export function kubectlCommand(terminal: Terminal): Command {
  return addNameFlag(new Command('kubectl').description('Run kubectl against a lab.'))
    .argument('[args...]', "kubectl's own words")
    .passThroughOptions()
    .allowUnknownOption()
    .addHelpText('after', examples)
    .action(async (args: readonly string[], flags: NameFlag) => {
      const { kubectl } = await import('./kubectl-run.ts');
      terminal.exitCode = await kubectl(args, flags, terminal);
    });
}
