import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

/** What a whole process cost. */
export interface ProcessCost {
  /** Seconds. */
  readonly wall: number;
  readonly cpu: number;
  /** Megabytes, at the highest. */
  readonly memory: number;
  readonly status: number | null;
  readonly output: string;
}

const timer = '/usr/bin/time';

/** True where whole processes can be measured: GNU time is there. */
export function canMeasure(): boolean {
  return existsSync(timer);
}

/** Runs a command to its end and gives what it cost, the least of three runs where one is short; one that takes longer than `limit` seconds is ended. */
export function costOf(command: readonly string[], limit = 120): ProcessCost {
  const first = costOnce(command, limit);
  if (first.wall > 5) return first;
  const others = [costOnce(command, limit), costOnce(command, limit)];
  return others.reduce((best, cost) => (cost.cpu < best.cpu ? cost : best), first);
}

function costOnce(command: readonly string[], limit: number): ProcessCost {
  const run = spawnSync(timer, ['-f', 'cost %e %U %S %M', 'timeout', `${limit}`, ...command], {
    encoding: 'utf8',
    maxBuffer: 2 ** 30,
  });
  const [, wall, user, system, kilobytes] = /cost (\S+) (\S+) (\S+) (\S+)\s*$/.exec(run.stderr) ?? [];
  if (wall === undefined) throw new Error(`${command.join(' ')}: ${run.stderr}`);
  return {
    wall: Number(wall),
    cpu: Number(user) + Number(system),
    memory: Number(kilobytes) / 1024,
    status: run.status,
    output: run.stdout,
  };
}

/** `1.2 s CPU, 0.9 s wall, 210 MB`. */
export function describeCost({ cpu, wall, memory, status }: ProcessCost): string {
  const text = `${cpu.toFixed(2)} s CPU, ${wall.toFixed(2)} s wall, ${memory.toFixed(0)} MB`;
  return status === 124 ? `not done after ${wall.toFixed(0)} s (${text})` : text;
}
