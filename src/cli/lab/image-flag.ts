import type { ImageEntry } from '../../lab/index.ts';
import { usageError } from '../exit.ts';

/** Reads `IMAGE=PROGRAM with its arguments`. Throws a usage error. */
export function readImage(text: string): ImageEntry {
  const equals = text.indexOf('=');
  const command = text
    .slice(equals + 1)
    .trim()
    .split(/\s+/);
  if (equals < 1 || command[0] === '') {
    throw usageError(`cannot read --image ${JSON.stringify(text)}`, [
      "write IMAGE=PROGRAM, with its arguments behind it: --image 'example/api=node /srv/api.js'",
    ]);
  }
  return { image: text.slice(0, equals), command };
}
