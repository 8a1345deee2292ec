import { execFileSync, spawn } from 'node:child_process';
import { chmodSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { load, names, told } from '../../test/support/load-sources.ts';
import { temporaryTree } from '../../test/support/temporary-tree.ts';

describe('a file', () => {
  it('keeps the name that was typed, and its text', async () => {
    const cwd = temporaryTree({ 'k8s/a.yaml': 'kind: A\n' });
    for (const name of ['k8s/a.yaml', './k8s/a.yaml', join(cwd, 'k8s/a.yaml')]) {
      expect(await load(cwd, [name])).toEqual({
        sources: [{ source: { name, text: 'kind: A\n' } }],
        diagnostics: [],
      });
    }
  });

  it('may have any name when it is named itself', async () => {
    const cwd = temporaryTree({ 'dump.txt': 'kind: A', 'a.json': '{"kind":"A"}', 'a*.yaml': 'kind: B' });
    expect(names(await load(cwd, ['dump.txt', 'a.json', 'a*.yaml']))).toEqual([
      'dump.txt',
      'a.json',
      'a*.yaml',
    ]);
  });

  it('is read once, in the order of asking', async () => {
    const cwd = temporaryTree({ 'b.yaml': 'b', 'a.yaml': 'a', 'link.yaml': { link: 'a.yaml' } });
    expect(names(await load(cwd, ['b.yaml', '.', 'link.yaml', './a.yaml']))).toEqual(['b.yaml', 'a.yaml']);
  });

  it('that cannot be had is told, and the others are read', async () => {
    const cwd = temporaryTree({
      'good.yaml': 'kind: A',
      'broken.yaml': { link: 'nowhere.yaml' },
      'loop.yaml': { link: 'pool.yaml' },
      'pool.yaml': { link: 'loop.yaml' },
      'empty.yaml': ' \n',
      'picture.yaml': Uint8Array.from({ length: 400 }, (_, index) => index % 7),
    });
    const asked = [
      'none.yaml',
      'good.yaml/x',
      'broken.yaml',
      'loop.yaml',
      'empty.yaml',
      'picture.yaml',
      '',
      'a\0b',
      'good.yaml',
    ];
    const loaded = await load(cwd, asked);
    expect(names(loaded)).toEqual(['good.yaml']);
    expect(told(loaded)).toEqual([
      'PC1101 none.yaml does not exist',
      'PC1101 good.yaml/x does not exist',
      'PC1101 broken.yaml is a symbolic link to something that does not exist',
      'PC1102 cannot read loop.yaml: its symbolic links go in a circle',
      'PC1103 empty.yaml is empty',
      'PC1104 picture.yaml is a binary file, not YAML or JSON',
      'PC1101 an empty path was given',
      'PC1102 cannot read a\0b: the name holds a character that no path can hold',
    ]);
  });

  it('that is no UTF-8 is read with a warning', async () => {
    const cwd = temporaryTree({ 'latin.yaml': Buffer.from('name: caf\xe9, and much more text', 'latin1') });
    const { sources, diagnostics } = await load(cwd, ['latin.yaml']);
    expect(sources[0]?.source.text).toContain('caf\ufffd');
    expect(diagnostics).toMatchObject([{ code: 'PC1104', severity: 'warning', span: { start: 9 } }]);
  });

  it('that is too large is not read', async () => {
    const cwd = temporaryTree({ 'huge.yaml': '' });
    truncateSync(join(cwd, 'huge.yaml'), 256 * 1024 * 1024 + 1);
    expect(told(await load(cwd, ['huge.yaml']))).toEqual(['PC1105 huge.yaml is larger than 256 MiB']);
  });

  it('without permission is told', async () => {
    const cwd = temporaryTree({ 'secret.yaml': 'kind: A', 'dir/a.yaml': 'kind: A' });
    for (const name of ['secret.yaml', 'dir']) chmodSync(join(cwd, name), 0);
    becomeNobody();
    expect(told(await load(cwd, ['secret.yaml', 'dir', 'dir/a.yaml']))).toEqual([
      'PC1102 cannot read secret.yaml: permission denied',
      'PC1102 cannot read dir: permission denied',
      'PC1102 cannot read dir/a.yaml: permission denied',
    ]);
    expect(told(await load(cwd, ['.'], { recursive: true }))).toEqual([
      'PC1102 cannot read secret.yaml: permission denied',
      'PC1102 cannot read dir: permission denied',
    ]);
  });

  it('may be a pipe', async () => {
    const cwd = temporaryTree({});
    const pipe = join(cwd, 'pipe');
    execFileSync('mkfifo', [pipe]);
    const writer = spawn('sh', ['-c', `printf 'kind: A' > '${pipe}'`]);
    const loaded = await load(cwd, ['pipe']);
    writer.kill();
    expect(loaded.sources).toEqual([{ source: { name: 'pipe', text: 'kind: A' } }]);
  });
});

/** Root may read anything, so the test gives that up while it runs. */
function becomeNobody(): void {
  if (process.geteuid?.() !== 0) return;
  process.seteuid?.(65534);
  onTestFinished(() => process.seteuid?.(0));
}

describe('standard input', () => {
  const bytes = (text: string) => ({ stdin: () => new TextEncoder().encode(text) });

  it('is called -, and read once', async () => {
    const loaded = await load('/', ['-', '-'], bytes('kind: A\n---\nkind: B\n'));
    expect(loaded.sources).toEqual([{ source: { name: '-', text: 'kind: A\n---\nkind: B\n' } }]);
  });

  it('that is empty is an error', async () => {
    expect((await load('/', ['-'], bytes('\n'))).diagnostics).toMatchObject([
      { code: 'PC1103', severity: 'error' },
    ]);
  });

  it('that fails is told', async () => {
    expect(told(await load('/', ['-']))).toEqual(['PC1102 cannot read standard input: not asked for']);
  });
});

describe('an address on the network', () => {
  it.each(['https://example.com/a.yaml', 'git@example.com:a/b'])('is not fetched: %s', async (url) => {
    const { diagnostics } = await load('/', [url], { kustomize: [url] });
    expect(diagnostics.map(({ code }) => code)).toEqual(['PC1112', 'PC1112']);
  });
});
