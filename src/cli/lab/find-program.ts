import { accessSync, constants, statSync } from 'node:fs';
import { join } from 'node:path';
import { systemPath } from '../../lab/index.ts';

/** The path of a program of this machine: on PATH, else where system programs lie; undefined where there is none. */
export function findProgram(
  name: string,
  env: Readonly<Record<string, string | undefined>>,
): string | undefined {
  return systemPath(env.PATH)
    .split(':')
    .map((directory) => join(directory, name))
    .find(isProgram);
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
