import { readFileSync } from 'node:fs';

/** What the kernel says of a process. */
export interface ProcessStat {
  readonly parent: number;
  /** False for one that has ended and that its parent has not asked for yet. */
  readonly lives: boolean;
}

/** undefined where there is no such process. Source: proc_pid_stat(5). */
export function readStat(pid: number): ProcessStat | undefined {
  try {
    // The command name before may hold blanks and parentheses.
    const [, afterName] = /^.*\) (.*)$/s.exec(readFileSync(`/proc/${pid}/stat`, 'utf8'))!;
    const [state = '', parent] = afterName!.split(' ');
    return { parent: Number(parent), lives: !'ZX'.includes(state) };
  } catch {
    return undefined;
  }
}
