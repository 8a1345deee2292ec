import { Command, Option } from 'commander';
import { addInputFlags, type InputFlags } from '../input-flags.ts';
import type { ColourChoice, Terminal } from '../terminal.ts';

/** The flags of `istio envoy-config`, as commander gives them. */
export interface EnvoyConfigFlags extends InputFlags {
  readonly output: 'yaml' | 'json';
  readonly color: ColourChoice;
}

const examples = `
What Istio 1.30.3 makes of the AuthorizationPolicies, RequestAuthentications and PeerAuthentications
that attach to a workload: the listener virtualInbound of its sidecar, in the field names of Envoy's
config dump. Not printed are listener filters, access logs, metrics, cipher suites and the addresses
of SDS; filters that only Istio's build of Envoy has stand there by name alone.

WORKLOAD is a pod or a workload, written as for check: NAMESPACE/NAME, NAMESPACE/deploy/NAME, a
pod's address.

Exit codes: 0; 64 usage; 65 bad input; 70 a bug of ours.

Examples:
  portcullis istio envoy-config -f manifests/ shop/web
  portcullis istio envoy-config -f manifests/ shop/web -o json | jq '.filter_chains[].name'`;

/** `portcullis istio envoy-config WORKLOAD`. */
export function envoyConfigCommand(terminal: Terminal): Command {
  const command = new Command('envoy-config')
    .description("What a workload's policies become in its sidecar: Envoy's inbound listener.")
    .argument('<WORKLOAD>', 'whose sidecar');
  return addInputFlags(command)
    .addOption(
      new Option('-o, --output <format>', 'how to print it').choices(['yaml', 'json']).default('yaml'),
    )
    .addOption(new Option('--color <when>', 'colours').choices(['auto', 'always', 'never']).default('auto'))
    .addHelpText('after', examples)
    .action(async (workload: string, flags: EnvoyConfigFlags) => {
      const { runEnvoyConfig } = await import('./envoy-config-run.ts');
      terminal.exitCode = await runEnvoyConfig(workload, flags, terminal);
    });
}
