import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { type LabHandle, type LabRecord, labDirectory } from './options.ts';
import { readStat } from './process-stat.ts';

/** Stands in the command line of the process inside, before the lab's name: that is how labs are found. Nothing about them is written to the disk. */
export const labMarker = 'portcullis-lab';

/** The labs of this user that run now, by name. */
export function listLabs(): readonly LabHandle[] {
  return readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry))
    .flatMap((entry) => readLab(Number(entry)) ?? [])
    .sort((a, b) => a.name.localeCompare(b.name));
}

export function findLab(name: string): LabHandle | undefined {
  return listLabs().find((lab) => lab.name === name);
}

/** Reads what a lab says of itself, through the door that the kernel keeps to its file system. undefined for other processes, and for a lab that is still starting. */
function readLab(pid: number): LabHandle | undefined {
  if (!isLab(pid)) return undefined;
  try {
    // By way of its parent, unshare, which has the same file system and stays in it: the process inside goes into a container's for a moment whenever it starts something there.
    const { parent } = readStat(pid)!;
    const directory = join('/proc', String(parent), 'root', labDirectory);
    const record = JSON.parse(readFileSync(join(directory, 'lab.json'), 'utf8')) as LabRecord;
    return {
      ...record,
      startedAt: new Date(record.startedAt),
      pid,
      parent,
      kubeconfig: join(directory, 'kubeconfig'),
      cache: join(directory, 'kubectl-cache'),
    };
  } catch {
    return undefined;
  }
}

/** The process inside is `node … ENTRY portcullis-lab NAME …`; its parent, unshare, has the same words behind its own. */
function isLab(pid: number): boolean {
  try {
    // Root could read those of all users.
    if (statSync(`/proc/${pid}`).uid !== process.getuid?.()) return false;
    const words = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
    return words.includes(labMarker) && !words[0]!.endsWith('unshare');
  } catch {
    return false;
  }
}
