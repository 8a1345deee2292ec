import { closeSync, fstatSync, openSync, readFileSync, readSync } from 'node:fs';
import type { Diagnostic } from '../model/index.ts';
import { fault, pathFault } from './fault.ts';

/** The most bytes that one file, pipe or command may give: 256 MiB. A dump of a very large cluster is a tenth of that. */
export const maxBytes: number = 256 * 1024 * 1024;

export type ReadResult = { readonly bytes: Uint8Array } | { readonly fault: Diagnostic };

/** All bytes of a file or pipe; what cannot be read or is too large is a fault that calls the file `name`. */
export function readBytes(path: string, name: string): ReadResult {
  let descriptor: number | undefined;
  try {
    descriptor = openSync(path, 'r');
    const stats = fstatSync(descriptor);
    if (stats.isFile() && stats.size <= maxBytes) return { bytes: readFileSync(descriptor) };
    const bytes = stats.isFile() ? undefined : readUntilEnd(descriptor);
    return bytes === undefined ? { fault: tooLarge(name) } : { bytes };
  } catch (error) {
    return { fault: pathFault(name, error) };
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}

/** What is said of a text with more than `maxBytes`. */
export function tooLarge(name: string): Diagnostic {
  return fault('PC1105', `${name} is larger than ${maxBytes / 1024 / 1024} MiB`);
}

/** A pipe or a device does not tell its size. Undefined when it gives more than `maxBytes`. */
function readUntilEnd(descriptor: number): Uint8Array | undefined {
  const chunks: Uint8Array[] = [];
  let total = 0;
  while (total <= maxBytes) {
    const chunk = new Uint8Array(64 * 1024);
    const length = readSync(descriptor, chunk);
    if (length === 0) return Buffer.concat(chunks, total);
    chunks.push(chunk.subarray(0, length));
    total += length;
  }
  return undefined;
}
