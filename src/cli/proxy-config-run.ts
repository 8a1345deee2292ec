import { answerFromLab } from './lab/istioctl-run.ts';
import type { NameFlag } from './lab/name-flag.ts';
import type { Terminal } from './terminal.ts';

export interface ProxyConfigLogFlags extends NameFlag {
  readonly namespace?: string;
  readonly selector?: string;
  readonly level?: string;
  readonly reset?: true;
  readonly proxyAdminPort?: string;
}

/** Sets and prints levels as istioctl does, of proxies of a lab; gives its exit code. Throws Refusal. */
export async function proxyConfigLog(
  pod: string | undefined,
  { namespace, selector, level, reset, proxyAdminPort, ...name }: ProxyConfigLogFlags,
  terminal: Terminal,
): Promise<number> {
  const given = { namespace, selector, level, reset, 'proxy-admin-port': proxyAdminPort };
  const flags = Object.entries(given).flatMap(([flag, value]) =>
    value === undefined ? [] : [`--${flag}=${value}`],
  );
  const words = pod === undefined ? [] : ['--', pod];
  return answerFromLab(['proxy-config', 'log', ...flags, ...words], name, terminal);
}
