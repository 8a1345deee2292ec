import { readdirSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Diagnostic } from '../model/index.ts';
import { pathFault } from './fault.ts';
import { byName, relativeName } from './names.ts';

/** Test files by their absolute paths, in the order of the arguments and of names, each once; and what could not be looked into. */
export interface FoundTests {
  readonly paths: readonly string[];
  readonly diagnostics: readonly Diagnostic[];
}

/** Is this the name of a test file? */
function isTestFile(fileName: string): boolean {
  return /\.portcullis-test\.ya?ml$/.test(fileName);
}

/**
 * Finds test files: a file that is named is one whatever its name; of a directory and those below it all called `*.portcullis-test.yaml`. `node_modules` and
 * directories whose name begins with a dot are left out, and links to directories are not followed.
 */
export function findTestFiles(named: readonly string[], cwd: string): FoundTests {
  const paths = new Set<string>();
  const diagnostics: Diagnostic[] = [];
  const open = named.map((path) => ({ path: resolve(cwd, path), isNamed: true })).reverse();
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { path, isNamed } = next;
    try {
      if (isNamed && !statSync(path).isDirectory()) paths.add(path);
      else open.push(...entriesOf(path, paths).map((directory) => ({ path: directory, isNamed: false })));
    } catch (error) {
      diagnostics.push(pathFault(relativeName(cwd, path), error));
    }
  }
  return { paths: [...paths], diagnostics };
}

/** Adds the test files of a directory; gives the directories to look into, the last first. */
function entriesOf(directory: string, paths: Set<string>): readonly string[] {
  const entries = readdirSync(directory, { withFileTypes: true }).sort((a, b) => byName(a.name, b.name));
  for (const entry of entries) {
    if (!entry.isDirectory() && isTestFile(entry.name)) paths.add(join(directory, entry.name));
  }
  return entries
    .filter((entry) => entry.isDirectory() && isLookedInto(entry.name))
    .map((entry) => join(directory, entry.name))
    .reverse();
}

function isLookedInto(name: string): boolean {
  return name !== 'node_modules' && !name.startsWith('.');
}
