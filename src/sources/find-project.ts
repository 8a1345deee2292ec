import { statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

/** What a project file is called. */
export const projectFileName = 'portcullis.yaml';

/** The absolute path of the `portcullis.yaml` in `cwd` or the nearest directory above it that has one. */
export function findProject(cwd: string): string | undefined {
  for (let directory = resolve(cwd); ; directory = dirname(directory)) {
    const path = join(directory, projectFileName);
    if (isFile(path)) return path;
    if (dirname(directory) === directory) return undefined;
  }
}

function isFile(path: string): boolean {
  try {
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
