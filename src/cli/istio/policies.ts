import { Command, Option } from 'commander';
import { usageError } from '../exit.ts';
import { type InputFlags, list } from '../input-flags.ts';
import type { ColourChoice, Terminal } from '../terminal.ts';
import { addSurroundingsFlags, type SurroundingsFlags } from './surroundings-flags.ts';

/** The flags that say what is installed. */
export interface InstallationFlags {
  readonly istio?: string;
  readonly chart?: readonly string[];
  readonly release?: string;
  readonly namespace?: string;
  readonly values?: readonly string[];
  readonly set?: readonly string[];
  readonly setString?: readonly string[];
  readonly setJson?: readonly string[];
  readonly setFile?: readonly string[];
  readonly setLiteral?: readonly string[];
  readonly operator?: readonly string[];
}

/** The flags of `istio policies`, as commander gives them. */
export interface PoliciesFlags extends InstallationFlags, InputFlags, SurroundingsFlags {
  readonly output?: PoliciesFormat;
  readonly color: ColourChoice;
  readonly check?: boolean;
  readonly tight?: boolean;
  /** true: the switch is turned off. */
  readonly leaving?: true | 'disable' | 'uninstall' | 'purge';
  /** What Istio has no NetworkPolicy for and --tight is to make one for. */
  readonly for?: readonly string[];
}

const formats = ['yaml', 'json', 'table', 'text'] as const;
export type PoliciesFormat = (typeof formats)[number];

const examples = `
From 1.28 on Istio brings NetworkPolicies for its own components where global.networkPolicy.enabled
is set. Here they are as Helm or istioctl would install them; what is wrong or surprising with them
is told on standard error.

PEER is a namespace's name, labels of namespaces, or *; labels of pods behind a colon:
  monitoring    istio-injection=enabled    kube-system:k8s-app=kube-dns    *:app=prometheus
Without a flag for it a thing is not known, and left open or unknown; none says that there is none.

--tight makes a policy for each component that the flags name and, with -f, for all that the
cluster runs of the same charts. With --for only what it names is printed, and components only where
--chart, --values, --set or --operator name them; --for all prints everything. A name that the
cluster of -f does not have is refused.

Exit codes: 0; 1 a finding of severity error, a chart that fails, or with --check or --tight a flow
that is needed and broken; 2 with --check a needed flow that nobody can tell, be it for a document of
-f that is wrong; 64 usage; 65 bad input; 70 a bug of ours.

Examples:
  portcullis istio policies --istio 1.30.3 --set global.networkPolicy.enabled=true
  portcullis istio policies --chart gateway --release public -n edge --values gateway.yaml -o table
  portcullis istio policies --set values.global.networkPolicy.enabled=true      as istioctl takes it
  portcullis istio policies --operator istio.yaml
  kubectl get ns,pod,svc,netpol,deploy,ds -A -o yaml |
    portcullis istio policies --values istiod.yaml --check -f -
  portcullis istio policies --check -f manifests/ -o yaml | kubectl apply -f -        the repairs
  portcullis istio policies --tight --api-server-cidr 10.0.0.1 --node-cidr 10.0.0.0/16 \\
    --monitoring monitoring --dns kube-system:k8s-app=kube-dns
  portcullis istio policies --tight --check -f manifests/ -R
  portcullis istio policies --leaving -f manifests/`;

/** A flag of which there is one: of two the first would count for nothing. */
function once(flags: string, description: string): Option {
  const option = new Option(flags, description);
  return option.argParser((value, before: string | undefined) => {
    if (before === undefined) return value;
    throw usageError(`${option.long} is there twice: ${before} and ${value}`, [
      'preview one installation at a time',
    ]);
  });
}

/** `portcullis istio policies`. */
export function policiesCommand(terminal: Terminal): Command {
  const command = new Command('policies')
    .description(
      "Istio's own NetworkPolicies: preview them, check them against a cluster, make them tighter.",
    )
    .addOption(once('--istio <version>', 'version of Istio: 1.30.3; a minor alone is its .0'))
    .addOption(list('--chart <name>', 'istiod, istio-cni, ztunnel or gateway; repeatable (all of them)'))
    .addOption(once('--release <name>', "Helm's name of the release (that of Istio's documentation)"))
    .addOption(
      once('-n, --namespace <name>', "the release's namespace (istio-system; istio-ingress of a gateway)"),
    )
    .addOption(
      list('--values <file>', 'values file of Helm, or IstioOperator; - is standard input; repeatable'),
    )
    .addOption(list('--set <name=value>', 'a value, as helm and istioctl take it; repeatable'))
    .addOption(list('--set-string <name=value>', 'a value that is text'))
    .addOption(list('--set-json <name=json>', 'a value in JSON'))
    .addOption(list('--set-file <name=file>', 'a value that is the text of a file'))
    .addOption(list('--set-literal <name=value>', 'a value without any special characters'))
    .addOption(list('--operator <file>', 'IstioOperator, as istioctl install -f takes it; repeatable'))
    .option('--check', 'hold them against the cluster of -f: which flows are allowed, which are broken')
    .option('--tight', 'least-privilege policies in the place of those')
    .addOption(
      list(
        '--for <target>',
        'with --tight only these: gateway/NS/NAME, waypoint/NS/NAME, namespace/NAME, or all',
      ),
    )
    .addOption(
      new Option(
        '--leaving [way]',
        'what stays behind once they are switched off, and how to remove it',
      ).choices(['disable', 'uninstall', 'purge']),
    )
    .addOption(
      list('-f, --filename <source>', 'manifests of the cluster: file, directory, glob or -; repeatable'),
    )
    .addOption(list('-k, --kustomize <directory>', 'directory to build with kustomize; repeatable'))
    .option('-R, --recursive', 'also read the directories below those named')
    .option('--git <revision>', 'read them as they are at this git revision')
    .addOption(list('--env <NAME=value>', 'value for the templates among the sources'))
    .addOption(list('--assume <label>', 'a label that no manifest shows: Namespace/NAME:label=value'))
    .option('--cni <habits>', 'what Kubernetes leaves to the network plugin: its name, or TOPIC=HABIT,…')
    .addOption(list('--pod-cidr <cidr>', 'range of the pods whose address is not given; repeatable'))
    .addOption(list('--ignore-kind <kind>', 'leave policies of a kind that is not read out of account'));
  return addSurroundingsFlags(command)
    .addOption(new Option('-o, --output <format>', 'how to print it').choices(formats))
    .addOption(new Option('--color <when>', 'colours').choices(['auto', 'always', 'never']).default('auto'))
    .addHelpText('after', examples)
    .action(async (flags: PoliciesFlags) => {
      const { runPolicies } = await import('./policies-run.ts');
      terminal.exitCode = await runPolicies(flags, terminal);
    });
}
