import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { LogRecord } from '../../src/logs/index.ts';

/** Published lines, or where none was found lines made from a product's source, and what they state. */
export interface Sample {
  readonly dialect: string;
  /** A URL, a repository and a path in it, or in words where they were published. */
  readonly source: string;
  readonly note?: string;
  readonly lines: readonly string[];
  readonly records: readonly LogRecord[];
}

const folder = join(import.meta.dirname, '../../src/logs/dialects/samples');

/** All samples, `src/logs/dialects/samples/DIALECT.json`. */
export const samples: readonly Sample[] = readdirSync(folder).flatMap((file) => {
  const dialect = file.replace(/\.json$/, '');
  const list = JSON.parse(readFileSync(join(folder, file), 'utf8')) as readonly Omit<Sample, 'dialect'>[];
  return list.map((sample) => ({ dialect, ...sample }));
});

/** Those in which every line stands for itself: not the objects that jq spread over lines. */
export const linewise: readonly Sample[] = samples.filter(({ lines }) => !lines.includes('{'));
