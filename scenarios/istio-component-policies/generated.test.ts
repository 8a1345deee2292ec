import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { run } from '../../src/cli/run.ts';
import { recorder } from '../../test/support/terminal.ts';

const folder = import.meta.dirname;

/** Files that say at their top by which commands they were printed. */
const printed = readdirSync(folder)
  .filter((name) => name.endsWith('.yaml'))
  .map((name) => ({ name, text: readFileSync(join(folder, name), 'utf8') }))
  .map(({ name, text }) => ({ name, text, commands: [...text.matchAll(/^# {3}portcullis (.+)$/gm)] }))
  .filter(({ commands }) => commands.length > 0);

test('there are such files', () => {
  expect(printed.map(({ name }) => name)).toEqual(['istio-policies.yaml']);
});

describe.each(printed)('$name', ({ text, commands }) => {
  test('is what its commands print', async () => {
    const outputs: string[] = [];
    for (const [, words] of commands) {
      const terminal = recorder({ cwd: folder });
      await run(words!.split(' '), terminal);
      outputs.push(terminal.out);
    }
    const header = /^(#.*\n)+/.exec(text)![0];
    expect(text.slice(header.length)).toBe(outputs.join(''));
  });
});
