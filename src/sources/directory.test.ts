import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { load, names, told } from '../../test/support/load-sources.ts';
import { temporaryTree } from '../../test/support/temporary-tree.ts';

describe('a directory', () => {
  const tree = {
    'd/b.yml': 'b',
    'd/a.yaml': 'a',
    'd/c.json': '{}',
    'd/README.md': '# no',
    'd/sub/z.yaml': 'z',
    'd/sub/deep/y.yaml': 'y',
  };

  it('gives its own manifests in the order of their names', async () => {
    const loaded = await load(temporaryTree(tree), ['./d/']);
    expect(names(loaded)).toEqual(['d/a.yaml', 'd/b.yml', 'd/c.json']);
    expect(told(loaded)).toEqual([]);
  });

  it('gives those below it when asked', async () => {
    const loaded = await load(temporaryTree(tree), ['d'], { recursive: true });
    expect(names(loaded)).toEqual(['d/a.yaml', 'd/b.yml', 'd/c.json', 'd/sub/deep/y.yaml', 'd/sub/z.yaml']);
  });

  it('may be a link, but links in it to directories are told and not followed', async () => {
    const cwd = temporaryTree({
      ...tree,
      'd/sub/up': { link: '..' },
      'd/l.yaml': { link: '../k.yaml' },
      'k.yaml': 'k',
      to: { link: 'd' },
    });
    const loaded = await load(cwd, ['to'], { recursive: true });
    expect(names(loaded)).toEqual([
      'to/a.yaml',
      'to/b.yml',
      'to/c.json',
      'to/l.yaml',
      'to/sub/deep/y.yaml',
      'to/sub/z.yaml',
    ]);
    expect(told(loaded)).toEqual([
      'PC1111 not read, because links to directories are not followed: to/sub/up',
    ]);
  });

  it('without manifests is an error that says what might have been meant', async () => {
    const cwd = temporaryTree({ 'empty/': '', 'above/sub/a.yaml': 'a', 'forms/a.yaml.template': 'a' });
    const { sources, diagnostics } = await load(cwd, ['empty', 'above', 'forms']);
    expect(sources).toEqual([]);
    expect(diagnostics).toEqual([
      { code: 'PC1103', severity: 'error', message: 'empty has no manifests (.yaml, .yml or .json)' },
      {
        code: 'PC1103',
        severity: 'error',
        message: 'above has no manifests (.yaml, .yml or .json)',
        help: 'add -R to read the directories below it too',
      },
      {
        code: 'PC1103',
        severity: 'error',
        message: 'forms has no manifests (.yaml, .yml or .json)',
        help: "to fill in and read the templates: -f 'forms/*.template' --env NAME=value",
      },
    ]);
  });

  it('tells of templates that it leaves out, and of what is no file', async () => {
    const cwd = temporaryTree({
      'd/a.yaml': 'a',
      'd/b.template': 'b',
      'd/c.yaml.tmpl': 'c',
      'd/x.tmpl': 'go',
      'd/broken.yaml': { link: 'gone' },
    });
    execFileSync('mkfifo', [join(cwd, 'd/pipe.yaml')]);
    const loaded = await load(cwd, ['d']);
    expect(names(loaded)).toEqual(['d/a.yaml']);
    expect(told(loaded)).toEqual([
      'PC1101 d/broken.yaml is a symbolic link to something that does not exist',
      'PC1102 cannot read d/pipe.yaml: it is not a regular file',
      'PC1111 not read, because templates have to be named: d/b.template and 1 more',
    ]);
  });

  it('below another is not built, which is told', async () => {
    const cwd = temporaryTree({
      'd/a.yaml': 'a',
      'd/over/kustomization.yml': 'resources: []',
      'd/over/b.yaml': 'b',
    });
    const loaded = await load(cwd, ['d'], { recursive: true });
    expect(names(loaded)).toEqual(['d/a.yaml', 'd/over/b.yaml']);
    expect(loaded.diagnostics).toMatchObject([{ code: 'PC1111', severity: 'warning' }]);
  });
});

describe('a glob', () => {
  const tree = {
    'k/a.yaml': 'a',
    'k/b.json': '{}',
    'k/c.conf': 'c',
    'k/README.md': '#',
    'k/sub/d.yaml': 'd',
    'k/none/x.txt': 'x',
  };

  it.each([
    ['k/*.yaml', ['k/a.yaml']],
    ['k/*', ['k/a.yaml', 'k/b.json', 'k/sub/d.yaml']],
    ['k/**', ['k/a.yaml', 'k/b.json', 'k/sub/d.yaml']],
    ['./k/**/*.yaml', ['k/a.yaml', 'k/sub/d.yaml']],
    ['k/{a,b}.*', ['k/a.yaml', 'k/b.json']],
    ['k/[ab].yaml', ['k/a.yaml']],
    ['k/?.conf', ['k/c.conf']],
  ])('%s matches %j', async (pattern, expected) => {
    const loaded = await load(temporaryTree(tree), [pattern]);
    expect(names(loaded)).toEqual(expected);
    expect(told(loaded)).toEqual([]);
  });

  it('that matches nothing is an error', async () => {
    expect(told(await load(temporaryTree(tree), ['k/*.yml']))).toEqual([
      'PC1103 no manifest matches k/*.yml',
    ]);
    expect(told(await load(temporaryTree(tree), ['k/none/*']))).toEqual([
      'PC1103 no manifest matches k/none/*',
    ]);
  });
});
