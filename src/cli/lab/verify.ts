import { Command, Option } from 'commander';
import { addInputFlags, type InputFlags, list } from '../input-flags.ts';
import type { Terminal } from '../terminal.ts';
import { type ProxyFlag, proxyOption } from './proxy-flag.ts';

/** The flags of `lab verify`, as commander gives them. */
export interface VerifyFlags extends InputFlags, ProxyFlag {
  readonly name?: string;
  readonly from?: readonly string[];
  readonly to?: readonly string[];
  readonly all?: boolean;
  readonly image?: readonly string[];
  readonly timeout: string;
  readonly output: 'text' | 'wide' | 'json';
}

const examples = `
Every pod sends to every declared port of every other, really, and the verdict is asked the same. With -f or -k the manifests get a lab of their own that ends with the
command; without, the lab that runs is verified as it is.

Exit codes: 0 packets and verdicts agree; 1 they differ somewhere; 2 nothing could be compared; 64 usage; 65 bad input.

Examples:
  portcullis lab verify
  portcullis lab verify -f manifests/ --all
  portcullis lab verify -f manifests/ --proxy built-in
  portcullis lab verify --from shop/web --to shop/ -o wide`;

/** `portcullis lab verify`. */
export function verifyCommand(terminal: Terminal): Command {
  const command = new Command('verify').description('Every pair on every port, by verdict and by packet.');
  addInputFlags(command);
  return command
    .option('--name <name>', 'which lab; with -f, what to call the one that is made for it')
    .addOption(
      list('--from <FROM>', 'only from this pod, workload, namespace (shop/) or outside; repeatable'),
    )
    .addOption(list('--to <TO>', 'only to this pod, workload or namespace (shop/); repeatable'))
    .option('--all', "also through Services, from outside the cluster, and of the system's own pods")
    .addOption(list('--image <IMAGE=program>', 'what runs for an image, as for lab up; repeatable'))
    .addOption(proxyOption())
    .option('--timeout <duration>', 'wait so long for the pods', '60s')
    .addOption(
      new Option('-o, --output <format>', 'text shows what differs, wide every cell')
        .choices(['text', 'wide', 'json'])
        .default('text'),
    )
    .addHelpText('after', examples)
    .action(async (flags: VerifyFlags) => {
      const { verify } = await import('./verify-run.ts');
      terminal.exitCode = await verify(flags, terminal);
    });
}
