import { Command, Option } from 'commander';
import { addFixFlags, type FixFlags } from './fix-flags.ts';
import { addInputFlags, type InputFlags, list } from './input-flags.ts';
import { addRequestFlags, type RequestFlags } from './request-flags.ts';
import type { ColourChoice, Terminal } from './terminal.ts';

/** The flags of `debug`, as commander gives them. */
export interface DebugFlags extends InputFlags, RequestFlags, FixFlags {
  readonly fromLog?: readonly string[];
  readonly from?: string;
  readonly to?: string;
  readonly pod?: string;
  readonly symptom?: SymptomWord;
  readonly watch?: boolean;
  readonly output: 'text' | 'json' | 'markdown';
  readonly color: ColourChoice;
}

/** What a caller may have seen. */
export type SymptomWord = (typeof symptomWords)[number];
const symptomWords = ['timeout', '403', '401', '503', 'reset'] as const;

const examples = `
Reads what \`portcullis logs\` understands: Envoy's RBAC log and access logs, ztunnel, and the logs of network plugins. For each denial
it says who was denied by which policy, file and line; or what kept the closest rule from matching; or that by the manifests it is
allowed, and why the log may say otherwise. Addresses are those of pods that are given: kubectl get pods -A -o yaml. What a line does
not state is left open, unless a flag says it.

--watch follows files as tail -F does, and standard input to its end; Ctrl-C ends it, and then all kinds are counted, a line each.

Exit codes: 0 nothing was denied (an empty log denies nothing), 1 something was, 2 nobody can tell (only unknown, no line was understood, or the denial is that of
somebody behind the proxy whose log it is); with --symptom
1 explained by policies, 2 not explained, 0 the request has no such symptom. 64 usage, 65 bad input, 70 a bug of ours.

Examples:
  kubectl logs deploy/web -n shop -c istio-proxy | portcullis debug -f manifests/
  kubectl logs -n shop -l app=web -c istio-proxy --prefix -f | portcullis debug -f manifests/ --watch
  portcullis debug -f manifests/ -f pods.yaml --from-log node-1.log --from-log node-2.log -o markdown
  kubectl logs web-0 -n shop -c istio-proxy | grep denied | portcullis debug -f . --pod shop/web-0 --from shop/deploy/cart
  portcullis debug -f manifests/ --from-log sidecar.log --fix
  portcullis debug -f manifests/ shop/cart http://web.shop/pay --symptom 403`;

/** `portcullis debug`. */
export function debugCommand(terminal: Terminal): Command {
  const command = new Command('debug')
    .description('Why was this denied? From a log, or from what the caller saw, to the rule that decided.')
    .argument('[FROM]', 'who sends, with --symptom')
    .argument('[TO]', 'where to, with --symptom')
    .addOption(list('--from-log <file>', 'log to read, - or none: standard input; repeatable'))
    .addOption(
      new Option('--symptom <symptom>', 'what the caller of FROM TO saw, in place of a log').choices(
        symptomWords,
      ),
    )
    .option('--pod <pod>', 'the pod whose log it is, NAMESPACE/NAME, where the lines do not say so')
    .option('--from <end>', 'who was denied, whatever the lines say: a pod, workload, node or address')
    .option('--to <end>', 'who was called, whatever the lines say')
    .option(
      '--watch',
      'follow the log, print every new denial as it comes, and count at the end, which Ctrl-C brings',
    );
  addFixFlags(command);
  addInputFlags(command);
  return addRequestFlags(command)
    .addOption(
      new Option('-o, --output <format>', 'how to print it')
        .choices(['text', 'json', 'markdown'])
        .default('text'),
    )
    .addOption(new Option('--color <when>', 'colours').choices(['auto', 'always', 'never']).default('auto'))
    .addHelpText('after', examples)
    .action(async (from: string | undefined, to: string | undefined, flags: DebugFlags) => {
      const { debug } = await import('./debug-run.ts');
      terminal.exitCode = await debug(from, to, flags, terminal);
    });
}
