import { accessSync, constants, statSync } from 'node:fs';
import { isAbsolute, resolve } from 'node:path';

/** Where programs are looked for whose environment says nothing, as in Docker's images. */
export const defaultPath = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** A program that cannot be started. `code`: what a shell would exit with. The message is runc's. */
export class StartError extends Error {
  override readonly name = 'StartError';
  readonly code: 126 | 127;

  constructor(message: string, code: 126 | 127) {
    super(message);
    this.code = code;
  }
}

/** Finds a program as `execvp` would, in the mount namespace in which the thread is. Throws a StartError with runc's words. */
export function findExecutable(name: string, path: string, directory: string): string {
  if (name === '') throw new StartError('exec: "": executable file not found in $PATH', 127);
  if (!name.includes('/')) {
    const found = path
      .split(':')
      .map((each) => resolve(directory, each, name))
      .find((each) => obstacle(each) === undefined);
    if (found !== undefined) return found;
    throw new StartError(`exec: ${JSON.stringify(name)}: executable file not found in $PATH`, 127);
  }
  const file = isAbsolute(name) ? name : resolve(directory, name);
  const why = obstacle(file);
  if (why === undefined) return file;
  if (why === 'missing') {
    throw new StartError(`exec: ${JSON.stringify(name)}: stat ${name}: no such file or directory`, 127);
  }
  throw new StartError(`exec: ${JSON.stringify(name)}: ${why}`, 126);
}

function obstacle(path: string): string | undefined {
  try {
    if (statSync(path).isDirectory()) return 'is a directory';
    accessSync(path, constants.X_OK);
    return undefined;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EACCES' ? 'permission denied' : 'missing';
  }
}
