import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { consoleCommands, isShown, leftOut } from './support/console-blocks.ts';

const root = join(import.meta.dirname, '..');
const main = join(root, 'src/cli/main.ts');

/** Pages whose commands are run, in the order of the page, in a copy of the folder that the page names. */
const pages = readdirSync(join(root, 'docs'))
  .filter((name) => name.endsWith('.md'))
  .map((name) => ({ name, text: readFileSync(join(root, 'docs', name), 'utf8') }))
  .filter(({ text }) => consoleCommands(text).length > 0);

describe.each(pages)('docs/$name', ({ name, text }) => {
  const scratch = mkdtempSync(join(tmpdir(), 'docs-'));
  afterAll(() => rmSync(scratch, { recursive: true, force: true }));
  const bin = join(scratch, 'bin');
  const work = join(scratch, 'work');
  const folder = /^<!-- The commands are run in (\S+) -->$/m.exec(text)?.[1];
  if (folder === undefined) throw new Error(`docs/${name} does not say where its commands are run`);
  cpSync(join(root, folder), work, { recursive: true });
  mkdirSync(bin);
  writeFileSync(join(bin, 'portcullis'), `#!/bin/sh\nexec '${process.execPath}' '${main}' "$@"\n`, {
    mode: 0o755,
  });
  const env = { ...process.env, NO_COLOR: '1', PATH: `${bin}${delimiter}${process.env.PATH}` };

  it.each(consoleCommands(text))('line $line: $command', { timeout: 60_000 }, ({ command, output }) => {
    const words = ['-c', `exec 2>&1\n${command}`];
    const { stdout } = spawnSync('bash', words, { cwd: work, env, encoding: 'utf8', input: '' });
    const lines = stdout.split('\n').map((line) => line.trimEnd());
    while (lines.at(-1) === '') lines.pop();
    if (!isShown(output, lines)) expect(lines).toEqual(output);
  });
});

describe('what a page shows', () => {
  it('is the output, but for the lines that it leaves out', () => {
    expect(isShown(['a', 'b'], ['a', 'b'])).toBe(true);
    expect(isShown(['a'], ['a', 'b'])).toBe(false);
    expect(isShown(['a', leftOut], ['a', 'b', 'c'])).toBe(true);
    expect(isShown(['a', leftOut, 'c'], ['a', 'b', 'c'])).toBe(true);
    expect(isShown(['a', leftOut, 'd'], ['a', 'b', 'c'])).toBe(false);
    expect(isShown([leftOut, 'b', leftOut, 'd'], ['a', 'b', 'c', 'd'])).toBe(true);
  });

  it('is read from its blocks of commands', () => {
    const page = ['```console', '$ one \\', '  more', 'out', '$ two', '```', '```sh', '$ not', '```'];
    expect(consoleCommands(page.join('\n'))).toEqual([
      { line: 2, command: 'one \\\n  more', output: ['out'] },
      { line: 5, command: 'two', output: [] },
    ]);
  });
});
