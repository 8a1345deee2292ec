import { type IstioctlOutput, type IstioctlWorld, istioctl } from '../istio/istioctl/index.ts';
import { usageError } from './exit.ts';
import { gatherCluster } from './gather.ts';
import type { InputFlags } from './input-flags.ts';
import { readAsked } from './istio/dump-or-manifests.ts';
import type { NameFlag } from './lab/name-flag.ts';
import { tellerOf } from './tell.ts';
import type { Terminal } from './terminal.ts';

export interface AuthzCheckFlags extends InputFlags, NameFlag {
  /** What istioctl calls -f. */
  readonly file?: readonly string[];
  readonly proxyAdminPort?: string;
}

/** Prints what istioctl prints of a saved config dump, of the manifests, or of a pod of a lab; gives its exit code. Throws Refusal. */
export async function authzCheck(
  pod: string | undefined,
  { file = [], filename = [], ...rest }: AuthzCheckFlags,
  terminal: Terminal,
): Promise<number> {
  const flags = { ...rest, filename: [...filename, ...file] };
  const asked = await readAsked(flags, pod !== undefined, terminal);
  const { namespace, proxyAdminPort } = flags;
  const args = [
    ...['experimental', 'authz', 'check'],
    ...(namespace === undefined ? [] : [`--namespace=${namespace}`]),
    ...(proxyAdminPort === undefined ? [] : [`--proxy-admin-port=${proxyAdminPort}`]),
    ...(asked.kind === 'dump' ? [`--file=${asked.name}`] : []),
    ...(pod === undefined ? [] : ['--', pod]),
  ];
  if (asked.kind === 'manifests') {
    if (pod === undefined) {
      throw usageError('of manifests, say whose proxy is meant', [
        'portcullis authz check -f manifests/ [TYPE/]NAME[.NAMESPACE]',
        'without it, -f names one file: a config dump',
      ]);
    }
    return tell(await istioctl(args, await worldOfManifests(flags, asked.terminal)), terminal);
  }
  if (asked.kind === 'lab' && pod !== undefined) {
    const { answerFromLab } = await import('./lab/istioctl-run.ts');
    return answerFromLab(args, flags, terminal);
  }
  return tell(await istioctl(args, fileWorld(asked.kind === 'dump' ? asked.text : '')), terminal);
}

/** Reads the manifests and gives them as istioctl would ask a cluster. Throws Refusal. */
export async function worldOfManifests(flags: InputFlags, terminal: Terminal): Promise<IstioctlWorld> {
  const { manifestWorld } = await import('./istio/manifest-world.ts');
  const { cluster } = await gatherCluster(flags, terminal, tellerOf(terminal));
  return manifestWorld(cluster, (text) => terminal.warn(`note: ${text}\n`));
}

/** Prints what istioctl wrote and gives its exit code. */
export function tell(output: IstioctlOutput | undefined, terminal: Terminal): number {
  const { stdout, stderr, exit } = output!;
  if (stdout !== '') terminal.print(stdout);
  if (stderr !== '') terminal.warn(stderr);
  return exit;
}

/** A world for istioctl in which there is one file and nothing else. */
export function fileWorld(text: string | { readonly failure: string }): IstioctlWorld {
  const nothing = { failure: 'there is no cluster' };
  return {
    defaultNamespace: 'default',
    now: () => new Date(),
    readFile: () => text,
    admin: () => ({ get: async () => nothing, post: async () => nothing }),
    podsOf: async () => nothing,
    podsSelected: async () => nothing,
    injectorValues: async () => undefined,
  };
}
