import { accessSync, constants } from 'node:fs';
import { join } from 'node:path';

/** Finds a program of this machine by its name or path; undefined where it has none. */
export type FindExecutable = (name: string) => string | undefined;

/** Where images have their programs; an ordinary user's PATH often lacks the sbin directories. */
const imagePath = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

export function findExecutable(name: string): string | undefined {
  if (name.includes('/')) return executable(name) ? name : undefined;
  return imagePath
    .split(':')
    .map((directory) => join(directory, name))
    .find(executable);
}

function executable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
