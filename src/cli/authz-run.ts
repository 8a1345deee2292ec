import { type IstioctlWorld, istioctl } from '../istio/istioctl/index.ts';
import { readDumpFile } from './dump-file.ts';
import type { NameFlag } from './lab/name-flag.ts';
import type { Terminal } from './terminal.ts';

export interface AuthzCheckFlags extends NameFlag {
  readonly file?: string;
  readonly namespace?: string;
  readonly proxyAdminPort?: string;
}

/** Prints what istioctl prints of a saved config dump, or of a pod of a lab; gives its exit code. Throws Refusal. */
export async function authzCheck(
  pod: string | undefined,
  { file, namespace, proxyAdminPort, ...name }: AuthzCheckFlags,
  terminal: Terminal,
): Promise<number> {
  const args = [
    ...['experimental', 'authz', 'check'],
    ...(namespace === undefined ? [] : [`--namespace=${namespace}`]),
    ...(proxyAdminPort === undefined ? [] : [`--proxy-admin-port=${proxyAdminPort}`]),
    ...(file === undefined ? [] : [`--file=${file}`]),
    ...(pod === undefined ? [] : ['--', pod]),
  ];
  if (pod !== undefined && (file ?? '') === '') {
    const { answerFromLab } = await import('./lab/istioctl-run.ts');
    return answerFromLab(args, name, terminal);
  }
  const input = file === '-' ? new TextDecoder().decode(await terminal.readInput()) : undefined;
  const { stdout, stderr, exit } = (await istioctl(args, fileWorld(terminal.cwd, input)))!;
  terminal.print(stdout);
  terminal.warn(stderr);
  return exit;
}

/** Files and nothing else; `input` is standard input, for the name `-`. */
function fileWorld(cwd: string, input: string | undefined): IstioctlWorld {
  const nothing = { failure: 'there is no cluster' };
  return {
    defaultNamespace: 'default',
    now: () => new Date(),
    readFile: (name) => input ?? readDumpFile(name, cwd),
    admin: () => ({ get: async () => nothing, post: async () => nothing }),
    podsOf: async () => nothing,
    podsSelected: async () => nothing,
    injectorValues: async () => undefined,
  };
}
