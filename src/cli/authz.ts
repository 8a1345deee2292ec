import { Command } from 'commander';
import type { AuthzCheckFlags } from './authz-run.ts';
import { addNameFlag } from './lab/name-flag.ts';
import type { Terminal } from './terminal.ts';

const examples = `
Examples:
  portcullis authz check -f config_dump.json
  kubectl exec web-0 -n shop -c istio-proxy -- pilot-agent request GET config_dump | portcullis authz check -f -
  portcullis authz check deploy/web.shop

Of a proxy of a lab where no file is named. The output, errors and exit codes (0, 1) are those of \`istioctl experimental authz check\`.`;

/** `portcullis authz VERB`. */
export function authzCommand(terminal: Terminal): Command {
  return new Command('authz')
    .description('Which AuthorizationPolicies a proxy enforces, as istioctl shows them.')
    .usage('VERB [flags]')
    .enablePositionalOptions()
    .addHelpText('after', examples)
    .addCommand(checkCommand(terminal));
}

function checkCommand(terminal: Terminal): Command {
  const command = new Command('check')
    .description(
      'The AuthorizationPolicies in the configuration that Envoy has, by action, with their number of rules.',
    )
    .argument('[POD]', '[TYPE/]NAME[.NAMESPACE] in a lab')
    .option('-f, --file <FILE>', "a config dump, Envoy's answer to GET /config_dump; - is standard input")
    .option('-n, --namespace <NAME>', "the pod's namespace")
    .option('--proxy-admin-port <PORT>', "Envoy's admin port (default: 15000)");
  return addNameFlag(command)
    .addHelpText('after', examples)
    .action(async (pod: string | undefined, flags: AuthzCheckFlags) => {
      const { authzCheck } = await import('./authz-run.ts');
      terminal.exitCode = await authzCheck(pod, flags, terminal);
    });
}
