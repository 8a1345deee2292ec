import { resolve } from 'node:path';
import type { Diagnostic, Source } from '../model/index.ts';
import { relativeName } from './names.ts';
import { readBytes } from './read.ts';
import { readText } from './text.ts';

/** The text of the file at `path`, called by its path from `cwd`; a fault where it cannot be read. */
export function readFileText(
  path: string,
  cwd: string,
): { readonly source: Source } | { readonly fault: Diagnostic } {
  const absolute = resolve(cwd, path);
  const name = relativeName(cwd, absolute);
  const read = readBytes(absolute, name);
  if ('fault' in read) return read;
  return readText(name, read.bytes);
}
