import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { readDumpFile } from '../dump-file.ts';
import type { InputFlags } from '../input-flags.ts';
import type { Terminal } from '../terminal.ts';

/** What the flags of a verb name that asks a proxy. */
export type Asked =
  | { readonly kind: 'lab' }
  /** A config dump, or a file that cannot be read, with Go's words for that. */
  | { readonly kind: 'dump'; readonly name: string; readonly text: string | { readonly failure: string } }
  /** The terminal gives standard input out again, where it was looked into. */
  | { readonly kind: 'manifests'; readonly terminal: Terminal };

/**
 * Tells a config dump from manifests: one file (or standard input) that is JSON with a list `configs`. Where no pod is named (`hasPod`), what is neither is taken for a dump that cannot be read.
 * Neither -f nor -k nor --git: a lab.
 */
export async function readAsked(flags: InputFlags, hasPod: boolean, terminal: Terminal): Promise<Asked> {
  const { filename = [], kustomize = [], git } = flags;
  if (filename.length === 0 && kustomize.length === 0 && git === undefined) return { kind: 'lab' };
  const [name, more] = filename;
  if (name === undefined || more !== undefined || kustomize.length > 0 || git !== undefined) {
    return { kind: 'manifests', terminal };
  }
  if (name === '-') {
    const bytes = await terminal.readInput();
    const text = new TextDecoder().decode(bytes);
    const again = { ...terminal, readInput: async () => bytes };
    return isDump(text, hasPod) ? { kind: 'dump', name, text } : { kind: 'manifests', terminal: again };
  }
  if (!isFile(resolve(terminal.cwd, name))) {
    const isDirectory = statSync(resolve(terminal.cwd, name), { throwIfNoEntry: false }) !== undefined;
    if (hasPod || isDirectory || /[*?[{]/.test(name)) return { kind: 'manifests', terminal };
    return { kind: 'dump', name, text: readDumpFile(name, terminal.cwd) };
  }
  const text = readDumpFile(name, terminal.cwd);
  const dump = typeof text === 'string' ? isDump(text, hasPod) : !hasPod;
  return dump ? { kind: 'dump', name, text } : { kind: 'manifests', terminal };
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() === true;
}

function isDump(text: string, hasPod: boolean): boolean {
  const object = readObject(text);
  if (object !== undefined) return Array.isArray(object.configs) || (!hasPod && object.kind === undefined);
  return !hasPod && !/^(apiVersion|kind)\s*:/m.test(text);
}

function readObject(text: string): { readonly configs?: unknown; readonly kind?: unknown } | undefined {
  if (!text.trimStart().startsWith('{')) return undefined;
  try {
    return JSON.parse(text) as object;
  } catch {
    return undefined;
  }
}
