import { lstatSync, mkdirSync, readlinkSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** A part of a container's root. Parts may lie in one another; what lies deeper counts. */
export interface Area {
  /** Where the container has it: `/`, `/usr`, `/data`. */
  readonly at: string;
  /** The directory that takes what is written there before the container starts; undefined for what can only be read. */
  readonly upper: string | undefined;
  /** The directory of the host that shows through. */
  readonly lower: string | undefined;
}

type Found = { readonly kind: 'directory' | 'other' } | { readonly kind: 'link'; readonly target: string };

const mostLinks = 40;

/**
 * A container's root while it's made: where a path of the container lies on the lab's side. Symbolic links are followed as the container will see them, never out of its root, so that nothing of the
 * host is touched.
 */
export interface Layout {
  add(area: Area): void;
  /** The path with all links followed. */
  resolve(path: string): string;
  /** Makes a directory (and those above it), unless the container has it. Gives its path, links followed. */
  makeDirectory(path: string): string;
  /** Makes an empty file to mount over, unless there is one. Gives its path, links followed. */
  makeFile(path: string): string;
  /** Writes a file in the place of whatever is there. */
  writeFile(path: string, content: string | Uint8Array, mode?: number): void;
  writeLink(path: string, target: string): void;
  isDirectory(path: string): boolean;
}

export function createLayout(root: string): Layout {
  const areas: Area[] = [{ at: '/', upper: root, lower: undefined }];

  /** The last area added wins where two are at the same place. */
  function areaOf(path: string): Area {
    let best = areas[0]!;
    for (const area of areas) {
      if (area.at.length >= best.at.length && isBelow(path, area.at)) best = area;
    }
    return best;
  }

  function look(path: string): Found | undefined {
    if (areas.some(({ at }) => at === path)) {
      return isFileArea(areaOf(path)) ? { kind: 'other' } : { kind: 'directory' };
    }
    const { at, upper, lower } = areaOf(path);
    const rest = path.slice(at === '/' ? 0 : at.length);
    return (upper && lookAt(upper + rest)) || (lower && lookAt(lower + rest)) || undefined;
  }

  function resolve(path: string, links = 0): string {
    let resolved = '/';
    const parts = path.split('/').filter((part) => part !== '' && part !== '.');
    for (const [index, part] of parts.entries()) {
      if (part === '..') {
        resolved = dirname(resolved);
        continue;
      }
      const next = join(resolved, part);
      const found = look(next);
      if (found?.kind !== 'link') {
        resolved = next;
        continue;
      }
      if (links >= mostLinks) throw new Error(`${path}: too many levels of symbolic links`);
      const target = found.target.startsWith('/') ? found.target : join(resolved, found.target);
      return resolve(join(target, ...parts.slice(index + 1)), links + 1);
    }
    return resolved;
  }

  function upperOf(path: string): string {
    const { at, upper } = areaOf(path);
    if (upper === undefined) throw new Error(`${path} cannot be made: ${at} is the host's own and read-only`);
    return upper + path.slice(at === '/' ? 0 : at.length);
  }

  function makeDirectory(path: string): string {
    const resolved = resolve(path);
    const found = look(resolved);
    if (found?.kind === 'other') throw new Error(`${path}: not a directory`);
    if (found === undefined) {
      if (resolved !== '/') makeDirectory(dirname(resolved));
      mkdirSync(upperOf(resolved), { recursive: true });
    }
    return resolved;
  }

  /** Where a file is to be written: its directory is made, also where only the host has it as yet; what was laid there before goes. */
  function placeFor(path: string): string {
    const parent = makeDirectory(dirname(path));
    const place = upperOf(join(parent, path.slice(path.lastIndexOf('/') + 1)));
    mkdirSync(dirname(place), { recursive: true });
    rmSync(place, { force: true });
    return place;
  }

  function makeFile(path: string): string {
    const resolved = resolve(path);
    const found = look(resolved);
    if (found?.kind === 'directory') throw new Error(`${path}: is a directory`);
    if (found === undefined) writeFileSync(placeFor(resolved), '');
    return resolved;
  }

  return {
    add: (area) => void areas.push(area),
    resolve: (path) => resolve(path),
    makeDirectory,
    makeFile,
    writeFile: (path, content, mode = 0o644) => writeFileSync(placeFor(path), content, { mode }),
    writeLink: (path, target) => symlinkSync(target, placeFor(path)),
    isDirectory: (path) => look(resolve(path))?.kind === 'directory',
  };
}

function isBelow(path: string, at: string): boolean {
  return at === '/' || path === at || path.startsWith(`${at}/`);
}

function isFileArea({ upper, lower }: Area): boolean {
  return lookAt(upper ?? lower ?? '/')?.kind === 'other';
}

function lookAt(path: string): Found | undefined {
  try {
    const found = lstatSync(path, { throwIfNoEntry: false });
    if (found === undefined) return undefined;
    if (found.isSymbolicLink()) return { kind: 'link', target: readlinkSync(path) };
    return { kind: found.isDirectory() ? 'directory' : 'other' };
  } catch {
    // ENOTDIR and EACCES: the container won't see it, either.
    return undefined;
  }
}
