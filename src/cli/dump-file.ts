import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';

/** What Go says of the errors that are met when a file is opened. */
const words: Readonly<Record<string, string>> = {
  ENOENT: 'open FILE: no such file or directory',
  EACCES: 'open FILE: permission denied',
  ENOTDIR: 'open FILE: not a directory',
  EISDIR: 'read FILE: is a directory',
};

/** Reads a config dump's text; of a file that cannot be read, the failure in Go's words, which istioctl prints. */
export function readDumpFile(name: string, cwd: string): string | { readonly failure: string } {
  try {
    return readFileSync(resolve(cwd, name), 'utf8');
  } catch (error) {
    const { code = '', message } = error as NodeJS.ErrnoException;
    return { failure: words[code]?.replace('FILE', name) ?? message };
  }
}
