import { setTimeout as sleep } from 'node:timers/promises';
import type { LabHandle } from './options.ts';
import { readStat } from './process-stat.ts';

const patienceMilliseconds = 3000;

/** Ends a lab and waits until it is gone: first asked, then killed. The kernel takes its processes, mounts and interfaces with it. */
export async function stopLab({ pid, parent }: Pick<LabHandle, 'pid' | 'parent'>): Promise<void> {
  signal(pid, 'SIGTERM');
  const deadline = Date.now() + patienceMilliseconds;
  while ([pid, parent].some((each) => readStat(each)?.lives)) {
    if (Date.now() > deadline) signal(pid, 'SIGKILL');
    await sleep(5);
  }
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
