import { Command } from 'commander';
import { policiesCommand } from './istio/policies.ts';
import type { Terminal } from './terminal.ts';

const examples = `
Examples:
  portcullis istio policies --set global.networkPolicy.enabled=true
  portcullis istio policies --set global.networkPolicy.enabled=true --check -f manifests/
  portcullis istio policies --help`;

/** `portcullis istio VERB`. Only the flags of its verbs are loaded here; what they do is loaded when one is called. */
export function istioCommand(terminal: Terminal): Command {
  return new Command('istio')
    .description('What an installation of Istio brings of its own, before it is installed.')
    .usage('VERB [flags]')
    .enablePositionalOptions()
    .addHelpText('after', examples)
    .addCommand(policiesCommand(terminal));
}
