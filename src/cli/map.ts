import { Command, Option } from 'commander';
import type { MapLayer } from '../reach/index.ts';
import { addInputFlags, type InputFlags, list } from './input-flags.ts';
import type { ColourChoice, Terminal } from './terminal.ts';

/** Formats of `map`. */
export type MapFormat = 'text' | 'json' | 'csv' | 'markdown' | 'dot' | 'mermaid';

/** The flags of `map`, as commander gives them. */
export interface MapFlags extends InputFlags {
  readonly in?: readonly string[];
  readonly from?: readonly string[];
  readonly to?: readonly string[];
  readonly layer: MapLayer;
  readonly exposure?: boolean;
  readonly output: MapFormat;
  readonly color: ColourChoice;
}

const examples = `
X and Y:
  shop/web, shop/deploy/web, deploy/web -n shop   a pod or workload
  shop/                                           every workload of a namespace
  203.0.113.7                                     the addresses that policies do not tell from this one
  outside                                         every address outside the cluster
  shop/svc/db, db.shop                            --to only: the pods behind a Service

Exit codes: 0; 64 usage, 65 bad input, 70 a bug of ours.

Examples:
  portcullis map -f manifests/
  portcullis map -f manifests/ --in shop
  portcullis map -f manifests/ --from shop/web --to shop/db      with the policies that decide
  portcullis map -f manifests/ --from outside                    what the internet reaches
  portcullis map -f manifests/ --exposure --in shop              what could reach shop, deployed or not
  kubectl get ns,pod,svc,netpol -A -o yaml | portcullis map -f - -o csv`;

/** `portcullis map`. */
export function mapCommand(terminal: Terminal): Command {
  const command = new Command('map').description(
    'Who can reach whom, on which ports, and with which requests? All pairs of workloads and of addresses outside.',
  );
  addInputFlags(command);
  return command
    .addOption(list('--in <namespace>', 'only pairs with an end in this namespace; repeatable'))
    .addOption(list('--from <X>', 'only pairs from X; repeatable'))
    .addOption(list('--to <Y>', 'only pairs to Y; with --from, the policies that decide too; repeatable'))
    .addOption(
      new Option('--layer <layer>', 'network: NetworkPolicy and the admin tiers; authorization: Istio')
        .choices(['network', 'authorization', 'all'])
        .default('all'),
    )
    .option('--exposure', 'what workloads accept from anything that could exist, and what they may reach')
    .addOption(
      new Option('-o, --output <format>', 'how to print it')
        .choices(['text', 'json', 'csv', 'markdown', 'dot', 'mermaid'])
        .default('text'),
    )
    .addOption(new Option('--color <when>', 'colours').choices(['auto', 'always', 'never']).default('auto'))
    .addHelpText('after', examples)
    .action(async (flags: MapFlags) => {
      const { map } = await import('./map-run.ts');
      terminal.exitCode = await map(flags, terminal);
    });
}
