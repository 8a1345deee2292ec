import { Command, Option } from 'commander';
import type { Outcome } from '../model/index.ts';
import { addInputFlags, addOutputFlags, type InputFlags, type OutputFormat } from './input-flags.ts';
import { addRequestFlags, type RequestFlags } from './request-flags.ts';
import type { ColourChoice, Terminal } from './terminal.ts';

/** The flags of `check`, as commander gives them. */
export interface CheckFlags extends InputFlags, RequestFlags {
  readonly expect?: Outcome;
  readonly output: OutputFormat;
  readonly color: ColourChoice;
}

const examples = `
FROM and TO:
  shop/web, shop/deploy/web, deploy/web -n shop, web.shop   a pod or workload
  203.0.113.7, 2001:db8::1                                  an address
  node/worker-1                                             a node
  shop/svc/db, db.shop:5432, tcp://db.shop:5432             TO only: a Service and its port
  http://db.shop/orders?id=1, https://db.shop               TO only: what plain curl sends there

Exit codes: 0 allowed, 1 denied, 2 unknown; 64 usage, 65 bad input, 70 a bug of ours.

Examples:
  portcullis check -f manifests/ shop/web http://orders.shop/api
  portcullis check -f . -R shop/web shop/sts/db --port 5432
  kubectl get ns,pod,svc,netpol -A -o yaml | portcullis check -f - 203.0.113.7 shop/web
  portcullis check -k overlays/prod shop/web http://orders/ --jwt none --expect deny`;

/** `portcullis check FROM TO`. */
export function checkCommand(terminal: Terminal): Command {
  const command = new Command('check')
    .description('May FROM send this request to TO? Prints the verdict and what decided it, layer by layer.')
    .argument('<FROM>', 'who sends')
    .argument('<TO>', 'where to');
  addInputFlags(command);
  addRequestFlags(command).addOption(
    new Option('--expect <outcome>', 'exit with 0 if this is the outcome, else with 1').choices([
      'allow',
      'deny',
      'unknown',
    ]),
  );
  return addOutputFlags(command)
    .addHelpText('after', examples)
    .action(async (from: string, to: string, flags: CheckFlags) => {
      const { check } = await import('./check-run.ts');
      terminal.exitCode = await check(from, to, flags, terminal);
    });
}
