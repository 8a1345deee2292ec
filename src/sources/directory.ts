import { type Dirent, readdirSync, realpathSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Diagnostic } from '../model/index.ts';
import { fault, missingFault, pathFault } from './fault.ts';
import { byName, isKustomization, isManifest, isTemplate } from './names.ts';
import type { Expansion, Piece } from './types.ts';

/** The build of a directory, where it has a kustomization. Throws what the file system throws. */
export function kustomizationIn(path: string, name: string): Piece | undefined {
  if (!readdirSync(path).some(isKustomization)) return undefined;
  return { kind: 'kustomization', name: name.replace(/(.)\/+$/, '$1'), path };
}

export interface DirectoryOptions {
  readonly recursive: boolean;
  /** Take templates too, which are otherwise read only where they are named. */
  readonly templates: boolean;
}

/**
 * The manifests of a directory in the order of their names, by kubectl's rules: `.yaml`, `.yml` and `.json` only, the directories
 * below only when `recursive`, no links to directories. What is left out and might have been meant is told. A directory with a
 * kustomization is one piece, its build.
 */
export function expandDirectory(path: string, name: string, options: DirectoryOptions): Expansion {
  const walk: Walk = { ...options, pieces: [], diagnostics: [], unread: [], directories: 0 };
  try {
    const build = kustomizationIn(path, name);
    if (build !== undefined) return { pieces: [build], diagnostics: [] };
  } catch (error) {
    return { pieces: [], diagnostics: [pathFault(name, error)] };
  }
  visitDirectory(walk, path, name);
  if (walk.pieces.length === 0 && !walk.diagnostics.some(({ severity }) => severity === 'error')) {
    walk.diagnostics.push(emptyFault(walk, name));
  } else if (walk.unread.length > 0) {
    walk.diagnostics.push(templatesNote(walk.unread, name));
  }
  return walk;
}

interface Walk extends DirectoryOptions {
  readonly pieces: Piece[];
  readonly diagnostics: Diagnostic[];
  /** Names of templates that were left out. */
  readonly unread: string[];
  /** How many directories were left out. */
  directories: number;
}

function visitDirectory(walk: Walk, path: string, name: string): void {
  let entries: Dirent[];
  try {
    entries = readdirSync(path, { withFileTypes: true });
  } catch (error) {
    walk.diagnostics.push(pathFault(name, error));
    return;
  }
  const unbuilt = entries.some((entry) => isKustomization(entry.name));
  if (unbuilt) walk.diagnostics.push(unbuiltNote(name));
  entries.sort((a, b) => byName(a.name, b.name));
  for (const entry of entries) {
    if (unbuilt && isKustomization(entry.name)) continue;
    visitEntry(walk, entry, join(path, entry.name), joinName(name, entry.name));
  }
}

function visitEntry(walk: Walk, entry: Dirent, path: string, name: string): void {
  if (entry.isDirectory()) {
    if (walk.recursive) visitDirectory(walk, path, name);
    else walk.directories++;
  } else if (entry.isSymbolicLink()) visitLink(walk, path, name);
  else if (!isWanted(walk, name)) return;
  else if (entry.isFile()) walk.pieces.push({ kind: 'file', name, path });
  else walk.diagnostics.push(irregularFault(name));
}

/** Links to files are followed. Links to directories are not, so that no circle of links can be walked. */
function visitLink(walk: Walk, path: string, name: string): void {
  try {
    const stats = statSync(path, { throwIfNoEntry: false });
    if (stats?.isDirectory()) visitLinkedDirectory(walk, name);
    else if (!isWanted(walk, name)) return;
    else if (stats === undefined) walk.diagnostics.push(missingFault(name, path));
    else if (stats.isFile()) walk.pieces.push({ kind: 'file', name, path: realpathSync.native(path) });
    else walk.diagnostics.push(irregularFault(name));
  } catch (error) {
    if (isWanted(walk, name)) walk.diagnostics.push(pathFault(name, error));
  }
}

function visitLinkedDirectory(walk: Walk, name: string): void {
  if (walk.recursive) walk.diagnostics.push(linkNote(name));
  else walk.directories++;
}

/** Is it a name to read? Remembers the templates that it turns down. */
function isWanted(walk: Walk, name: string): boolean {
  if (!isTemplate(name)) return isManifest(name);
  if (!walk.templates && !walk.unread.includes(name)) walk.unread.push(name);
  return walk.templates;
}

/** `./k8s` and `k8s` name their files alike; the separator is `/` on every system. */
function joinName(directory: string, fileName: string): string {
  // The top of a git revision is called `main:`, and its files `main:file.yaml`.
  if (/^[^/]+:$/.test(directory)) return `${directory}${fileName}`;
  return join(directory, fileName).replaceAll('\\', '/');
}

function irregularFault(name: string): Diagnostic {
  return fault('PC1102', `cannot read ${name}: it is not a regular file`);
}

function emptyFault(walk: Walk, name: string): Diagnostic {
  const message = `${name} has no manifests (.yaml, .yml or .json)`;
  if (walk.unread.length > 0) return fault('PC1103', message, templatesHelp(name));
  if (walk.directories > 0) return fault('PC1103', message, 'add -R to read the directories below it too');
  return fault('PC1103', message);
}

function templatesNote(templates: readonly string[], name: string): Diagnostic {
  const [first = ''] = templates;
  const which = templates.length === 1 ? first : `${first} and ${templates.length - 1} more`;
  return fault(
    'PC1111',
    `not read, because templates have to be named: ${which}`,
    templatesHelp(name),
    'info',
  );
}

function templatesHelp(name: string): string {
  return `to fill in and read the templates: -f '${joinName(name, '*.template')}' --env NAME=value`;
}

function linkNote(name: string): Diagnostic {
  const help = 'name it with -f to read it too';
  return fault('PC1111', `not read, because links to directories are not followed: ${name}`, help, 'info');
}

function unbuiltNote(name: string): Diagnostic {
  return fault(
    'PC1111',
    `${name} has a kustomization that was not built: its files were read as they are`,
    `to read what kustomize makes of them, give the directory itself: -k ${name}`,
    'warning',
  );
}
