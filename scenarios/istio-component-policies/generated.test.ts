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
  expect(printed.map(({ name }) => name)).toEqual(['istio-policies.yaml', 'repair-shop.yaml', 'tight.yaml']);
});

describe.each(printed)('$name', ({ text, commands }) => {
  test('is what its commands print', { timeout: 60_000 }, async () => {
    const outputs: string[] = [];
    for (const [, words] of commands) outputs.push(documentsOf(await output(words!.split(' '))));
    const header = /^(#.*\n)+/.exec(text)![0];
    expect(text.slice(header.length)).toBe(outputs.join(''));
  });
});

async function output(words: readonly string[]): Promise<string> {
  const terminal = recorder({ cwd: folder });
  await run(words, terminal);
  return terminal.out;
}

/** Documents that an output holds: YAML as it is, or the repairs of a check's JSON. */
function documentsOf(text: string): string {
  if (!text.startsWith('{')) return text.startsWith('---\n') ? text : `---\n${text}`;
  const { namespaces } = JSON.parse(text) as {
    readonly namespaces: readonly { readonly repair: { readonly yaml: string } }[];
  };
  return namespaces.map(({ repair }) => `---\n${repair.yaml}`).join('');
}
