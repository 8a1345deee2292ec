import { listLabs, stopLab } from '../../lab/index.ts';
import { exitCodes, usageError } from '../exit.ts';
import type { Terminal } from '../terminal.ts';
import { chooseLab, refuseOutsideLinux } from './choose-lab.ts';
import type { DownFlags } from './down.ts';

/** Ends labs and gives the exit code. Throws Refusal. */
export async function down({ name, all }: DownFlags, terminal: Terminal): Promise<number> {
  if (all === true && name !== undefined) throw usageError('--all does not go with --name');
  refuseOutsideLinux();
  const labs = all === true ? listLabs() : [chooseLab(name, terminal)];
  await Promise.all(labs.map(stopLab));
  if (labs.length === 0) terminal.print('no lab is running\n');
  for (const lab of labs) terminal.print(`Lab ${lab.name} has ended\n`);
  return exitCodes.ok;
}
