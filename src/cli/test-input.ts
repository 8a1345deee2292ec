import { dirname, resolve } from 'node:path';
import { findProject, type ProjectSource, relativeName } from '../sources/index.ts';
import type { InputCommand } from '../testing/index.ts';
import type { InputFlags } from './input-flags.ts';
import { inputWords } from './input-words.ts';
import { flagsFor, type PlacedFile, projectOf } from './test-groups.ts';

/** How `check` reads the manifests of a test file, from `cwd`; undefined where flags cannot say it. */
export function inputOf(placed: PlacedFile, flags: InputFlags, cwd: string): InputCommand | undefined {
  const own = flagsFor(placed, flags);
  const { manifests } = placed.file;
  if (manifests !== undefined) {
    const words = manifestWords(manifests, dirname(placed.path), cwd);
    return words && { words: [...words, ...inputWords(withoutSources(own))] };
  }
  const words = inputWords(own);
  const project = projectOf(placed, flags);
  if (project === undefined || findProject(cwd) === project) return { words };
  return { directory: relativeName(cwd, dirname(project)), words };
}

function withoutSources(flags: InputFlags): InputFlags {
  const { filename: _filename, kustomize: _kustomize, recursive: _recursive, ...others } = flags;
  return others;
}

/** Charts have no flag; templates, namespaces and directories to the bottom have one that counts for all. */
function manifestWords(
  manifests: readonly ProjectSource[],
  directory: string,
  cwd: string,
): readonly string[] | undefined {
  const words: string[] = [];
  const recursive = new Set<boolean>();
  for (const entry of manifests) {
    if (entry.kind === 'helm' || entry.kind === 'template' || entry.namespace !== undefined) return undefined;
    const path = relativeName(cwd, resolve(directory, entry.path));
    words.push(entry.kind === 'path' ? '-f' : '-k', path);
    if (entry.kind === 'path') recursive.add(entry.recursive);
  }
  if (recursive.size > 1) return undefined;
  return recursive.has(true) ? [...words, '-R'] : words;
}
