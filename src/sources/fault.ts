import { lstatSync } from 'node:fs';
import type { Diagnostic, Severity } from '../model/index.ts';

/** A diagnostic without a place in a text: the message names the path. */
export function fault(
  code: string,
  message: string,
  help?: string,
  severity: Severity = 'error',
): Diagnostic {
  return help === undefined ? { code, severity, message } : { code, severity, message, help };
}

/** A path that a file system call refused, told by the cause and not by the call. */
export function pathFault(name: string, error: unknown): Diagnostic {
  const code = errorCode(error);
  if (code === 'ENOENT' || code === 'ENOTDIR') return fault('PC1101', `${name} does not exist`);
  const cause = causes[code] ?? `the system says ${code}`;
  return fault('PC1102', `cannot read ${name}: ${cause}`);
}

/** A path at which nothing can be found: perhaps a link is there and what it points to is not. */
export function missingFault(name: string, absolute: string): Diagnostic {
  const isLink = lstatSync(absolute, { throwIfNoEntry: false })?.isSymbolicLink() ?? false;
  if (isLink) return fault('PC1101', `${name} is a symbolic link to something that does not exist`);
  return fault('PC1101', `${name} does not exist`);
}

/** The `code` of a Node error (`ENOENT`), or its text where it has none. */
export function errorCode(error: unknown): string {
  if (error instanceof Error && 'code' in error && typeof error.code === 'string') return error.code;
  return String(error);
}

const causes: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  ELOOP: 'its symbolic links go in a circle',
  EISDIR: 'it is a directory',
  EIO: 'the device reports an error',
  EMFILE: 'too many files are open',
  ENAMETOOLONG: 'the name is too long',
  ERR_INVALID_ARG_VALUE: 'the name holds a character that no path can hold',
};
