import { Command } from 'commander';
import type { AuthzCheckFlags } from './authz-run.ts';
import { addInputFlags, list } from './input-flags.ts';
import { addNameFlag } from './lab/name-flag.ts';
import type { Terminal } from './terminal.ts';

const examples = `
Examples:
  portcullis authz check -f manifests/ deploy/web.shop
  portcullis authz check -f config_dump.json
  kubectl exec web-0 -n shop -c istio-proxy -- pilot-agent request GET config_dump | portcullis authz check -f -
  portcullis authz check deploy/web.shop

Of manifests (-f, -k, --git) with a POD: what Istio 1.30 would configure its proxy with. Of a file that holds a config dump: of that, and no POD is needed. Without any of
these: of a proxy of a lab. The output, errors and exit codes (0, 1) are those of \`istioctl experimental authz check\`; 64 usage, 65 manifests that cannot be read or have
no such pod.`;

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
    .argument('[POD]', '[TYPE/]NAME[.NAMESPACE], or NAMESPACE/[TYPE/]NAME in manifests');
  addInputFlags(command)
    .addOption(
      list('--file <FILE>', "istioctl's name for -f: a config dump, Envoy's answer to GET /config_dump"),
    )
    .option('--proxy-admin-port <PORT>', "Envoy's admin port (default: 15000)");
  return addNameFlag(command)
    .addHelpText('after', examples)
    .action(async (pod: string | undefined, flags: AuthzCheckFlags) => {
      const { authzCheck } = await import('./authz-run.ts');
      terminal.exitCode = await authzCheck(pod, flags, terminal);
    });
}
