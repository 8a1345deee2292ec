import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The text of a file of this package by its path within the package; undefined where there is none. */
export function readPackageFile(...path: readonly string[]): string | undefined {
  const file = join(packageRoot(), ...path);
  return existsSync(file) ? readFileSync(file, 'utf8') : undefined;
}

/** The names in a directory of this package, sorted; none where there is no such directory. */
export function listPackageFiles(...path: readonly string[]): string[] {
  const directory = join(packageRoot(), ...path);
  return existsSync(directory) ? readdirSync(directory).sort() : [];
}

/** The nearest directory above this module that has a package.json: the module may be bundled into a file elsewhere. */
function packageRoot(): string {
  let directory = import.meta.dirname;
  while (!existsSync(join(directory, 'package.json'))) {
    const parent = dirname(directory);
    if (parent === directory) throw new Error('the files of the package are not there');
    directory = parent;
  }
  return directory;
}
