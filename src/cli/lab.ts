import { Command } from 'commander';
import { doctorCommand } from './lab/doctor.ts';
import { downCommand } from './lab/down.ts';
import { dropsCommand } from './lab/drops.ts';
import { execCommand } from './lab/exec.ts';
import { istioctlCommand } from './lab/istioctl.ts';
import { kubectlCommand } from './lab/kubectl.ts';
import { logsCommand } from './lab/logs.ts';
import { runCommand } from './lab/run.ts';
import { shellCommand } from './lab/shell.ts';
import { statusCommand } from './lab/status.ts';
import { upCommand } from './lab/up.ts';
import { verifyCommand } from './lab/verify.ts';
import type { Terminal } from './terminal.ts';

const examples = `
A lab is a small mesh on this machine: real network namespaces, nftables, mutual TLS and a Kubernetes API, with no root, no daemon and no
container engine. It writes nothing to the disk, and when it ends nothing of it is left.

Exit codes: 0; 1 pods that do not get ready, a scenario that comes out otherwise; 2 nothing that could be compared; 64 usage; 65 bad
input, no such lab, or a machine that cannot run one; 70 a bug of ours. exec, kubectl and shell end with the code of what they run.

Examples:
  portcullis lab doctor                                       can this machine do it? if not, what to install
  portcullis lab up -f manifests/
  portcullis lab kubectl get pods -A
  portcullis lab exec shop/web -- curl -s http://orders.shop/
  portcullis lab drops
  portcullis lab run scenarios/two-namespaces
  portcullis lab down`;

/** `portcullis lab VERB`. Only the flags of its verbs are loaded here; what they do is loaded when one is called. */
export function labCommand(terminal: Terminal): Command {
  const command = new Command('lab')
    .description('The same policies on real packets: a small mesh on this machine, without a cluster.')
    .usage('VERB [flags]')
    .enablePositionalOptions()
    .addHelpText('after', examples);
  for (const make of [
    upCommand,
    statusCommand,
    kubectlCommand,
    shellCommand,
    execCommand,
    logsCommand,
    dropsCommand,
    runCommand,
    verifyCommand,
    downCommand,
    doctorCommand,
  ]) {
    command.addCommand(make(terminal));
  }
  return command.addCommand(istioctlCommand(terminal), { hidden: true });
}
