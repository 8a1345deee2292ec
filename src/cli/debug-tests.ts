import { readdirSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { Cluster } from '../cluster/index.ts';
import { type ExpectedDenials, expectedDenials } from '../debug/index.ts';
import { findProject, findTestFiles, manifestEntry, readFileText, relativeName } from '../sources/index.ts';
import { decodeTestFile } from '../testing/index.ts';
import { namesSources } from './gather.ts';
import type { InputFlags } from './input-flags.ts';
import type { Terminal } from './terminal.ts';
import { openDesk } from './test-desk.ts';

/**
 * What the tests of the project expect to be denied: those below the project file, or in the directories that -f names and beside its
 * files. A test file that cannot be read expects nothing; `portcullis test` tells of it.
 */
export function readExpectedDenials(
  cluster: Cluster,
  flags: InputFlags,
  terminal: Terminal,
): ExpectedDenials {
  const { paths } = findTestFiles(testPlaces(flags, terminal.cwd), terminal.cwd);
  const files = paths.flatMap((path) => {
    const read = readFileText(path, terminal.cwd, relativeName(terminal.cwd, path));
    const decoded = 'source' in read ? decodeTestFile(read.source, manifestEntry) : undefined;
    if (decoded === undefined || !('file' in decoded)) return [];
    const { tests, namespace } = decoded.file;
    return [{ tests, desk: openDesk(cluster, namespace ?? flags.namespace) }];
  });
  return expectedDenials(files);
}

function testPlaces(flags: InputFlags, cwd: string): readonly string[] {
  if (!namesSources(flags) || flags.git !== undefined) {
    const project = findProject(cwd);
    return project === undefined ? [] : [dirname(project)];
  }
  return (flags.filename ?? []).flatMap((name) => {
    const path = resolve(cwd, name);
    const found = statSync(path, { throwIfNoEntry: false });
    if (found === undefined) return [];
    return found.isDirectory() ? [path] : besides(path);
  });
}

function besides(path: string): readonly string[] {
  const directory = dirname(path);
  return readdirSync(directory)
    .filter((name) => /\.portcullis-test\.ya?ml$/.test(name))
    .map((name) => join(directory, name));
}
