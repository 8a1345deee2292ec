import { readFileSync } from 'node:fs';
import type { Finding } from './finding.ts';

/** Envoy watches each of its files by an instance of its own: listeners, clusters, the certificate, and the routes of each port of HTTP, of which there are a few. */
const perSidecar = 5;

/** Sidecars that there should be room for. The kernel's own limit of 128 has room for some twenty, fewer where a desktop watches files, too. */
const plenty = 100;

/** What the kernel lets one user have; undefined where it does not say. */
function readLimit(): number | undefined {
  try {
    return Number(readFileSync('/proc/sys/fs/inotify/max_user_instances', 'utf8'));
  } catch {
    return undefined;
  }
}

/** For so many sidecars there is room, where they are Envoy. */
export function roomForEnvoys(limit: number | undefined = readLimit()): number {
  return limit === undefined ? Number.POSITIVE_INFINITY : Math.floor(limit / perSidecar);
}

/** For how many sidecars is there room, where they are Envoy? Nothing is said where the kernel does not tell. */
export function lookAtInotify(limit: number | undefined = readLimit()): readonly Finding[] {
  if (limit === undefined) return [];
  const room = roomForEnvoys(limit);
  const detail = `room for some ${room} sidecars that are Envoy (fs.inotify.max_user_instances=${limit})`;
  if (room >= plenty) return [{ name: 'inotify', state: 'ok', detail }];
  const fix = `sudo sysctl -w fs.inotify.max_user_instances=${plenty * perSidecar * 2}`;
  return [{ name: 'inotify', state: 'lacking', detail: `${detail}; more end before they are ready`, fix }];
}
