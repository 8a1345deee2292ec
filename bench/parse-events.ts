import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseEvents } from 'js-yaml';

/** The yardstick: js-yaml's bare events over every file of a folder, split at document markers. */
const folder = process.argv[2] ?? '.';
for (const name of readdirSync(folder).sort()) {
  const text = readFileSync(join(folder, name), 'utf8');
  for (const piece of text.split(/^---$/m)) parseEvents(piece, {});
}
