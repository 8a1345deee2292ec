import type { LabHandle } from '../../lab/index.ts';
import { unavailable } from '../exit.ts';
import type { Terminal } from '../terminal.ts';
import { chooseLab, labVariable } from './choose-lab.ts';
import { fixFor, readDistribution } from './distribution.ts';
import { findProgram } from './find-program.ts';
import type { NameFlag } from './name-flag.ts';
import { runInherited } from './run-inherited.ts';

/** Runs kubectl against a lab and gives its exit code. Throws Refusal. */
export async function kubectl(
  args: readonly string[],
  { name }: NameFlag,
  terminal: Terminal,
): Promise<number> {
  const lab = chooseLab(name, terminal);
  const program = findProgram('kubectl', terminal.env);
  if (program === undefined) {
    throw unavailable('kubectl is not installed on this machine', [
      `install it: ${fixFor('kubectl', readDistribution())}`,
      'without it: portcullis lab status, exec, logs, drops and run need none',
    ]);
  }
  return runInherited([program, ...args], { ...terminal.env, ...labEnvironment(lab) }, terminal.cwd);
}

/** What leads kubectl to a lab, and keeps what it writes in there. */
export function labEnvironment({ name, kubeconfig, cache }: LabHandle): Readonly<Record<string, string>> {
  return { KUBECONFIG: kubeconfig, KUBECACHEDIR: cache, [labVariable]: name };
}
