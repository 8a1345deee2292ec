import { Command, Option } from 'commander';
import type { ColourChoice, Terminal } from './terminal.ts';

/** The flags of `logs`, as commander gives them. */
export interface LogsFlags {
  readonly output: 'text' | 'json' | 'jsonl';
  readonly color: ColourChoice;
}

const examples = `
Every line is looked at on its own, so logs of several programs may be mixed, with or without what kubectl, stern, CRI, docker,
journald, syslog, dmesg or grep put before them:
  Envoy      RBAC at debug, local replies, access logs as text and JSON
  ztunnel    access logs and steps of a decision, text and JSON
  Cilium     hubble observe (also -o json), cilium monitor
  Calico     flows of Goldmane, Whisker and Felix, eBPF policy verdicts; packets of rules with the action Log (none)
  Antrea     np.log, layer 7 alerts
  OVN        acl_log of OVN-Kubernetes and Kube-OVN
  clouds     GKE Dataplane V2, Amazon's network policy agent
  others     kube-router by ulogd, kube-network-policies and kindnet, Weave Net
A field that a line does not state is left out. Dry runs and audits have the decision "none". What follows the ? of a path,
and tokens elsewhere, are not printed.

Exit codes: 0; 64 usage, 65 a file that cannot be read, 70 a bug of ours.

Examples:
  kubectl logs deploy/web -c istio-proxy | portcullis logs
  kubectl logs -n istio-system -l app=ztunnel --prefix | portcullis logs - -o jsonl
  portcullis logs node-1.log node-2.log -o json`;

/** `portcullis logs`. */
export function logsCommand(terminal: Terminal): Command {
  return new Command('logs')
    .description(
      'Which connections and requests were allowed or denied, by the logs of proxies and network plugins?',
    )
    .argument('[file...]', 'files to read, - or none: standard input')
    .addOption(
      new Option('-o, --output <format>', 'how to print it; jsonl: one record a line, as they come')
        .choices(['text', 'json', 'jsonl'])
        .default('text'),
    )
    .addOption(new Option('--color <when>', 'colours').choices(['auto', 'always', 'never']).default('auto'))
    .addHelpText('after', examples)
    .action(async (files: readonly string[], flags: LogsFlags) => {
      const { runLogs } = await import('./logs-run.ts');
      terminal.exitCode = await runLogs(files, flags, terminal);
    });
}
