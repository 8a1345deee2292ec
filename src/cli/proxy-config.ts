import { Command } from 'commander';
import { addInputFlags } from './input-flags.ts';
import { addNameFlag } from './lab/name-flag.ts';
import type { ProxyConfigLogFlags } from './proxy-config-run.ts';
import type { Terminal } from './terminal.ts';

const examples = `
Examples:
  portcullis proxy-config log deploy/web.shop
  portcullis proxy-config log web-0 -n shop --level rbac:debug,jwt:debug
  portcullis proxy-config log -l app=web -n shop --reset
  portcullis proxy-config log -f manifests/ deploy/web.shop

Of proxies of a lab; with -f, -k or --git, no proxy is asked: printed is how the sidecar starts, by the annotations sidecar.istio.io/logLevel and componentLogLevel.
The output, errors and exit codes (0, 1) are those of \`istioctl proxy-config log\`; 64 usage, 65 manifests that cannot be read or have no such pod.`;

/** `portcullis proxy-config VERB`. */
export function proxyConfigCommand(terminal: Terminal): Command {
  return new Command('proxy-config')
    .description('What proxies log, and how to make those of a lab say more, as istioctl does it.')
    .usage('VERB [flags]')
    .enablePositionalOptions()
    .addHelpText('after', examples)
    .addCommand(logCommand(terminal));
}

function logCommand(terminal: Terminal): Command {
  const command = new Command('log')
    .description('The levels of the loggers of a proxy, after they were set where asked for.')
    .argument('[POD]', '[TYPE/]NAME[.NAMESPACE]')
    .option('-l, --selector <LABELS>', 'the proxies of all pods with these labels')
    .option('--level <LEVELS>', 'LEVEL for all loggers, LOGGER:LEVEL for one; several with commas between')
    .option('-o, --output <FORMAT>', "istioctl's; there is `short` alone")
    .option('-r, --reset', 'all loggers back to the level that the injector has, else warning')
    .option('--proxy-admin-port <PORT>', "Envoy's admin port (default: 15000)");
  return addNameFlag(addInputFlags(command))
    .addHelpText('after', examples)
    .action(async (pod: string | undefined, flags: ProxyConfigLogFlags) => {
      const { proxyConfigLog } = await import('./proxy-config-run.ts');
      terminal.exitCode = await proxyConfigLog(pod, flags, terminal);
    });
}
