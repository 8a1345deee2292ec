import { fixFor, readDistribution } from './distribution.ts';
import { findProgram } from './find-program.ts';
import type { Finding } from './finding.ts';

/** A program, and what is not to be had without it; `missing` where that is the lab itself. */
interface Wanted {
  readonly name: string;
  readonly without: string;
  readonly missing?: true;
}

const wanted: readonly Wanted[] = [
  { name: 'unshare', without: 'no namespaces', missing: true },
  { name: 'setpriv', without: 'no programs in pods', missing: true },
  { name: 'mount', without: 'no file systems for pods', missing: true },
  { name: 'nft', without: 'no policies on packets', missing: true },
  { name: 'ip', without: 'no ip to look around with in pods' },
  { name: 'nsenter', without: 'needed only to look into a lab by hand' },
  { name: 'curl', without: 'no curl in pods, and no HTTP requests by lab run' },
  {
    name: 'nginx',
    without: 'nginx images run a small built-in server, which reads listen, location and return',
  },
  { name: 'bash', without: 'no bash in pods, and no agnhost connect' },
  {
    name: 'kubectl',
    without: 'no lab kubectl and no tutorial.sh; status, exec, logs, drops and run need none',
  },
  { name: 'envsubst', without: 'no tutorial.sh; Portcullis fills in templates itself' },
  {
    name: 'istioctl',
    without: 'in lab shell Portcullis answers istioctl x authz check and proxy-config log itself',
  },
];

/** Programs that a package of the distribution brings. */
export const installable: ReadonlySet<string> = new Set(
  wanted.map(({ name }) => name).filter((name) => !['kubectl', 'istioctl'].includes(name)),
);

/** Looks for the programs that a lab runs. */
export function findPrograms(env: Readonly<Record<string, string | undefined>>): readonly Finding[] {
  const manager = readDistribution();
  return wanted.map(({ name, without, missing }): Finding => {
    const path = findProgram(name, env);
    if (path !== undefined) return { name, state: 'ok', detail: path };
    const finding = {
      name,
      state: missing ? 'missing' : 'lacking',
      detail: `not installed: ${without}`,
    } as const;
    return { ...finding, fix: fixFor(name, manager) };
  });
}
