import { resolve } from 'node:path';
import type { Diagnostic, Source } from '../model/index.ts';
import { relativeName } from './names.ts';
import { readBytes } from './read.ts';
import { readText } from './text.ts';

/** The text of the file at `path`, called `name`, its path from `cwd` if nothing is said; a fault where it cannot be read. */
export function readFileText(
  path: string,
  cwd: string,
  name: string = relativeName(cwd, resolve(cwd, path)),
): { readonly source: Source } | { readonly fault: Diagnostic } {
  const read = readBytes(resolve(cwd, path), name);
  if ('fault' in read) return read;
  return readText(name, read.bytes);
}
