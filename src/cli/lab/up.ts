import { Command, Option } from 'commander';
import { addInputFlags, type InputFlags, list } from '../input-flags.ts';
import type { Terminal } from '../terminal.ts';
import { type ProxyFlag, proxyOption } from './proxy-flag.ts';

/** The flags of `lab up`, as commander gives them. */
export interface UpFlags extends InputFlags, ProxyFlag {
  readonly name?: string;
  readonly nodeAgent?: 'kube-router' | 'calico';
  readonly image?: readonly string[];
  readonly resolve?: readonly string[];
  readonly empty?: boolean;
  readonly foreground?: boolean;
  readonly wait: boolean;
  readonly timeout: string;
}

const examples = `
What is applied is what the other verbs read: -f and -k, else the project file portcullis.yaml; without any of them the lab stays empty.

Exit codes: 0 all pods are ready; 1 some are not; 64 usage; 65 bad input: what is good of it is applied all the same;
or this machine cannot run a lab.

Examples:
  portcullis lab up -f manifests/
  portcullis lab up --name prod -k overlays/prod
  portcullis lab up --empty --node-agent kube-router
  portcullis lab up -f manifests/ --proxy built-in
  portcullis lab up -f . --image 'example/web=nginx' --image 'example/api=node /srv/api.js'
  kubectl get ns,deploy,svc,cm,netpol -A -o yaml | portcullis lab up -f -`;

/** `portcullis lab up`. */
export function upCommand(terminal: Terminal): Command {
  const command = new Command('up').description(
    'Bring up a lab, apply manifests and wait until the pods are ready.',
  );
  addInputFlags(command);
  return command
    .option('--name <name>', 'what to call it; labs of different names run side by side (lab)')
    .addOption(
      new Option(
        '--node-agent <product>',
        "a node agent in kube-system whose log tells of drops in that product's form",
      ).choices(['kube-router', 'calico']),
    )
    .addOption(proxyOption())
    .addOption(list('--image <IMAGE=program>', 'what runs for an image, a command line; repeatable'))
    .addOption(list('--resolve <NAME=address>', 'a name outside that the DNS of the lab knows; repeatable'))
    .option('--empty', 'apply nothing, whatever project file there is')
    .option('--foreground', 'stay; Ctrl-C ends the lab')
    .option('--no-wait', 'do not wait until the pods are ready')
    .option('--timeout <duration>', 'wait so long', '60s')
    .addHelpText('after', examples)
    .action(async (flags: UpFlags) => {
      const { up } = await import('./up-run.ts');
      terminal.exitCode = await up(flags, terminal);
    });
}
