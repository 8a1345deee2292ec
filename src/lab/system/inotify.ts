import { closeSync, readFileSync } from 'node:fs';
import { inotifyInit } from './libc.ts';

/** How many inotify instances Linux lets a user have: sysctl `fs.inotify.max_user_instances`. */
export function inotifyLimit(): number {
  return Number(readFileSync('/proc/sys/fs/inotify/max_user_instances', 'utf8'));
}

/** Whether this user may have so many more of them, by trying. */
export function hasInotifyFor(count: number): boolean {
  const open: number[] = [];
  try {
    while (open.length < count) {
      const fd = inotifyInit(0);
      if (fd < 0) return false;
      open.push(fd);
    }
    return true;
  } finally {
    for (const fd of open) closeSync(fd);
  }
}
