import { globSync, realpathSync, statSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import type { Diagnostic } from '../model/index.ts';
import { type DirectoryOptions, expandDirectory, kustomizationIn } from './directory.ts';
import { errorCode, fault, missingFault, pathFault } from './fault.ts';
import { byName, isKustomization, isManifest, isPattern, isTemplate, isUrl } from './names.ts';
import type { Expansion, Piece } from './types.ts';

/** How a path is turned into pieces. */
export interface ExpandOptions extends DirectoryOptions {
  /** What a relative path is relative to; absolute. */
  readonly base: string;
  /** The name by which the user knows a path that is relative to `base`, or absolute. */
  readonly display: (path: string) => string;
}

/**
 * Finds what a path stands for: a file, the manifests of a directory, the build of a directory with a kustomization, or all that
 * a glob matches. A path that exists is never a glob, as with kubectl. Nothing but names is read.
 */
export function expandPath(path: string, options: ExpandOptions): Expansion {
  const refused = refuse(path);
  if (refused !== undefined) return only(refused);
  const absolute = resolve(options.base, path);
  if (isPattern(path) && !exists(absolute)) return expandGlob(path, options);
  return expandExisting(absolute, options.display(path), options);
}

/** What `-k` takes: a directory that has a kustomization. */
export function expandKustomization(path: string, options: ExpandOptions): Expansion {
  const refused = refuse(path);
  if (refused !== undefined) return only(refused);
  const name = options.display(path);
  const absolute = resolve(options.base, path);
  try {
    if (!statSync(absolute).isDirectory()) {
      return only(fault('PC1103', `${name} is a file, and kustomize builds directories`));
    }
    const real = realpathSync.native(absolute);
    const piece = kustomizationIn(real, name);
    if (piece !== undefined) return { pieces: [piece], diagnostics: [] };
  } catch (error) {
    return only(pathFault(name, error));
  }
  return only(fault('PC1103', `${name} has no kustomization.yaml, kustomization.yml or Kustomization`));
}

function expandExisting(absolute: string, name: string, options: ExpandOptions): Expansion {
  try {
    const stats = statSync(absolute);
    // A pipe (`-f <(helm template …)`) has no path that could be resolved.
    const path = stats.isFIFO() ? absolute : realpathSync.native(absolute);
    if (stats.isDirectory()) return expandDirectory(path, name, options);
    if (isKustomization(basename(name))) return only(unbuilt(name));
    return { pieces: [{ kind: 'file', name, path }], diagnostics: [] };
  } catch (error) {
    return only(errorCode(error) === 'ENOENT' ? missingFault(name, absolute) : pathFault(name, error));
  }
}

function expandGlob(pattern: string, options: ExpandOptions): Expansion {
  const pieces: Piece[] = [];
  const diagnostics: Diagnostic[] = [];
  for (const match of globSync(pattern, { cwd: options.base }).sort(byName)) {
    const absolute = resolve(options.base, match);
    if (!isWanted(match, absolute, pattern)) continue;
    const found = expandExisting(absolute, options.display(match), options);
    pieces.push(...found.pieces);
    diagnostics.push(...found.diagnostics);
  }
  if (pieces.length > 0) return { pieces, diagnostics: diagnostics.filter(({ code }) => code !== 'PC1103') };
  if (diagnostics.length > 0) return { pieces, diagnostics };
  return only(fault('PC1103', `no manifest matches ${options.display(pattern)}`));
}

/**
 * `**` matches every file below a directory already, and expanding the directories too would read some of them in two ways.
 * A pattern that ends in `*` asks for any name, which is no reason to read a README as a manifest.
 */
function isWanted(match: string, absolute: string, pattern: string): boolean {
  if (isDirectory(absolute)) return !pattern.includes('**');
  if (isKustomization(basename(match))) return false;
  return isManifest(match) || isTemplate(match) || !pattern.endsWith('*');
}

function isDirectory(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
}

function exists(path: string): boolean {
  try {
    statSync(path);
    return true;
  } catch (error) {
    return errorCode(error) !== 'ENOENT';
  }
}

function refuse(path: string): Diagnostic | undefined {
  if (path === '') return fault('PC1101', 'an empty path was given');
  if (!isUrl(path)) return undefined;
  return fault(
    'PC1112',
    `${path} is not a path, and nothing is fetched from the network`,
    'fetch it yourself and pass it on: curl -sL URL | portcullis … -f -',
  );
}

function unbuilt(name: string): Diagnostic {
  const help = 'give its directory, which is then built with kustomize';
  return fault('PC1103', `${name} is a kustomization and holds no manifests`, help);
}

function only(diagnostic: Diagnostic): Expansion {
  return { pieces: [], diagnostics: [diagnostic] };
}
