import { Command } from 'commander';
import { envoyConfigCommand } from './istio/envoy-config.ts';
import { policiesCommand } from './istio/policies.ts';
import type { Terminal } from './terminal.ts';

const examples = `
Examples:
  portcullis istio policies --set global.networkPolicy.enabled=true
  portcullis istio policies --set global.networkPolicy.enabled=true --check -f manifests/
  portcullis istio envoy-config -f manifests/ shop/web
  portcullis istio policies --help`;

/** `portcullis istio VERB`. Only the flags of its verbs are loaded here; what they do is loaded when one is called. */
export function istioCommand(terminal: Terminal): Command {
  return new Command('istio')
    .description('What Istio brings of its own, and what it makes of policies.')
    .usage('VERB [flags]')
    .enablePositionalOptions()
    .addHelpText('after', examples)
    .addCommand(policiesCommand(terminal))
    .addCommand(envoyConfigCommand(terminal));
}
