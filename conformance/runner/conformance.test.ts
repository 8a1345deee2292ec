import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { formatOf } from './formats/index.ts';
import { readConformanceFile } from './read-file.ts';

const folder = join(import.meta.dirname, '..');

const files = readdirSync(folder).filter((name) => name.endsWith('.json'));

describe('conformance', () => {
  it.each(files)('%s', async (name) => {
    const data = readConformanceFile(join(folder, name));
    const format = formatOf(data);
    expect(format, 'the format is known').toBeDefined();
    let cases = 0;
    const failures: string[] = [];
    for await (const result of format!.run(data)) {
      cases++;
      if (result.failure !== undefined) failures.push(`${result.id}\n${result.failure}`);
    }
    expect(cases).toBeGreaterThan(0);
    expect(failures.slice(0, 5).join('\n\n'), `${failures.length} of ${cases} fail`).toBe('');
  });
});
