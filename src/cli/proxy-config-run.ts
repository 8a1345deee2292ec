import { istioctl } from '../istio/istioctl/index.ts';
import { fileWorld, tell, worldOfManifests } from './authz-run.ts';
import { usageError } from './exit.ts';
import type { InputFlags } from './input-flags.ts';
import { readAsked } from './istio/dump-or-manifests.ts';
import type { NameFlag } from './lab/name-flag.ts';
import type { Terminal } from './terminal.ts';

export interface ProxyConfigLogFlags extends InputFlags, NameFlag {
  readonly selector?: string;
  readonly level?: string;
  readonly output?: string;
  readonly reset?: true;
  readonly proxyAdminPort?: string;
}

/** Sets and prints levels as istioctl does, of proxies of a lab, or of those that manifests would make; gives its exit code. Throws Refusal. */
export async function proxyConfigLog(
  pod: string | undefined,
  flags: ProxyConfigLogFlags,
  terminal: Terminal,
): Promise<number> {
  const { namespace, selector, level, output, reset, proxyAdminPort } = flags;
  const given = { namespace, selector, level, output, reset, 'proxy-admin-port': proxyAdminPort };
  const words = Object.entries(given).flatMap(([flag, value]) =>
    value === undefined ? [] : [`--${flag}=${value}`],
  );
  const args = ['proxy-config', 'log', ...words, ...(pod === undefined ? [] : ['--', pod])];
  // Refused in its words, before a lab or a file is looked for.
  if (output !== undefined && !['', 'short'].includes(output)) {
    return tell(await istioctl(args, fileWorld('')), terminal);
  }
  const asked = await readAsked(flags, pod !== undefined || selector !== undefined, terminal);
  if (asked.kind === 'lab') {
    const { answerFromLab } = await import('./lab/istioctl-run.ts');
    return answerFromLab(args, flags, terminal);
  }
  if (asked.kind === 'dump') {
    throw usageError('a config dump says nothing of log levels', [
      'they are asked of a proxy (portcullis proxy-config log POD, in a lab), or read from manifests (-f manifests/ POD)',
    ]);
  }
  const world = await worldOfManifests(flags, asked.terminal);
  terminal.warn('note: no proxy is asked or changed: this is how the sidecar starts, by its annotations\n');
  return tell(await istioctl(args, world), terminal);
}
