import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { names, told } from '../../test/support/load-sources.ts';
import { commitAll, git, repository } from '../../test/support/repository.ts';
import { setPath, temporaryTree } from '../../test/support/temporary-tree.ts';
import { findCommit, findMergeBase, type GitCommit } from './git.ts';
import { loadProjectAt, loadSourcesAt } from './git-revision.ts';
import type { SourceRequest } from './types.ts';

const head = 'apiVersion: portcullis.dev/v1alpha1\nkind: Sources\n';

async function commitOf(name: string, cwd: string): Promise<GitCommit> {
  const found = await findCommit(name, cwd);
  if ('value' in found) return found.value;
  throw new Error(found.fault.message);
}

async function faultOf(name: string, cwd: string): Promise<string> {
  const found = await findCommit(name, cwd);
  return 'fault' in found ? `${found.fault.code} ${found.fault.message}` : 'none';
}

async function loadAt(
  name: string,
  cwd: string,
  files: readonly string[],
  more: Partial<SourceRequest> = {},
) {
  const stdin = (): Promise<Uint8Array> => Promise.reject(new Error('not asked for'));
  const request = { recursive: false, env: new Map(), stdin, cwd, files, ...more };
  return loadSourcesAt(await commitOf(name, cwd), request);
}

describe('findCommit', () => {
  it('takes branches, tags, relative names and hashes', async () => {
    const root = repository({ 'a.yaml': 'a: 1\n' });
    git(root, 'tag', 'v1');
    git(root, 'branch', 'release/2');
    const id = git(root, 'rev-parse', 'HEAD').trim();
    for (const name of ['main', 'v1', 'release/2', 'HEAD', 'HEAD^{}', id, id.slice(0, 8)]) {
      expect(await commitOf(name, root)).toEqual({ name, id, root });
    }
  });

  it('says what is wrong', async () => {
    const root = repository({ 'a.yaml': 'a: 1\n' });
    expect(await faultOf('mian', root)).toBe('PC1114 there is no revision "mian" in this repository');
    expect(await faultOf('--all', root)).toBe('PC1114 there is no revision "--all" in this repository');
    expect(await faultOf('HEAD:a.yaml', root)).toContain('there is no revision');
    expect(await faultOf('', root)).toContain('there is no revision ""');
    expect(await faultOf('main', temporaryTree({}))).toMatch(
      /^PC1114 cannot read revision main: not a git repository/,
    );
    setPath(temporaryTree({}));
    expect(await faultOf('main', root)).toBe('PC1108 cannot read revision main: git is not on PATH');
  });

  it('finds where two branches parted', async () => {
    const root = repository({ 'a.yaml': 'a: 1\n' });
    const base = git(root, 'rev-parse', 'HEAD').trim();
    git(root, 'checkout', '-q', '-b', 'topic');
    commitAll(root, { 'b.yaml': 'b: 1\n' });
    git(root, 'checkout', '-q', 'main');
    commitAll(root, { 'c.yaml': 'c: 1\n' });
    expect(await findMergeBase('main', 'topic', root)).toEqual({
      value: { name: base.slice(0, 12), id: base, root },
    });
  });
});

describe('loadSourcesAt', () => {
  const tree = {
    'k8s/db.yaml': 'name: old\n',
    'k8s/deep/more.yaml': 'name: more\n',
    'k8s/notes.md': 'none\n',
    'apps/web/a.template': 'name: $NAME\n',
    'top.yaml': 'name: top\n',
  };

  it('reads what the commit has, and not the work tree', async () => {
    const root = repository(tree);
    commitAll(root, { 'k8s/db.yaml': 'name: new\n', 'k8s/later.yaml': 'name: later\n' });
    execFileSync('rm', ['-r', join(root, 'k8s')]);
    const before = await loadAt('HEAD~1', root, ['k8s/']);
    expect(before.sources.map(({ source }) => source)).toEqual([
      { name: 'HEAD~1:k8s/db.yaml', text: 'name: old\n' },
    ]);
    expect(names(await loadAt('main', root, ['k8s'], { recursive: true }))).toEqual([
      'main:k8s/db.yaml',
      'main:k8s/deep/more.yaml',
      'main:k8s/later.yaml',
    ]);
  });

  it('takes paths relative to the directory, globs, templates and absolute paths', async () => {
    const root = repository(tree);
    const cwd = join(root, 'apps');
    expect(names(await loadAt('main', cwd, ['../k8s/**/*.yaml']))).toEqual([
      'main:k8s/db.yaml',
      'main:k8s/deep/more.yaml',
    ]);
    expect(names(await loadAt('main', cwd, [join(root, 'top.yaml')]))).toEqual(['main:top.yaml']);
    expect(names(await loadAt('main', root, ['.']))).toEqual(['main:top.yaml']);
    const filled = await loadAt('main', cwd, ['web/*.template'], { env: new Map([['NAME', 'x']]) });
    expect(filled.sources[0]?.source).toEqual({ name: 'main:apps/web/a.template', text: 'name: x\n' });
  });

  it('tells paths that are not there apart from those that lie outside', async () => {
    const root = repository(tree);
    const gone = await loadAt('main', root, ['k8s', 'k8', 'top.yaml/x']);
    expect(gone.absent).toEqual(['k8', 'top.yaml/x']);
    expect(names(gone)).toEqual(['main:k8s/db.yaml']);
    expect(told(await loadAt('main', root, ['../x']))).toEqual([
      'PC1101 ../x lies outside the repository, so main does not have it',
    ]);
    expect(told(await loadAt('main', root, ['*.json']))).toEqual(['PC1103 no manifest matches main:*.json']);
  });

  it('follows links within the tree', async () => {
    const root = repository({ 'real/a.yaml': 'a: 1\n', 'k8s/a.yaml': { link: '../real/a.yaml' } });
    const loaded = await loadAt('main', root, ['k8s']);
    expect(loaded.sources.map(({ source }) => source)).toEqual([{ name: 'main:k8s/a.yaml', text: 'a: 1\n' }]);
  });

  it('leaves nothing behind, and the repository as it was', async () => {
    const root = repository(tree);
    const left = (): string[] => readdirSync(tmpdir()).filter((name) => name.startsWith('portcullis-git-'));
    const before = left();
    await loadAt('main', root, ['k8s']);
    expect(left().filter((name) => !before.includes(name))).toEqual([]);
    expect(git(root, 'status', '--porcelain')).toBe('');
    expect(git(root, 'worktree', 'list').trim().split('\n')).toHaveLength(1);
  });
});

describe('loadProjectAt', () => {
  const project = `${head}sources: [{path: k8s}]\ncni: hairpin=exempt\n`;

  it('reads the project as it was, from any directory', async () => {
    const root = repository({ 'portcullis.yaml': project, 'k8s/a.yaml': 'a: 1\n', 'sub/x': '' });
    commitAll(root, { 'portcullis.yaml': `${head}sources: [{path: other}]\n`, 'other/b.yaml': 'b: 1\n' });
    const cwd = join(root, 'sub');
    const before = await loadProjectAt(await commitOf('HEAD~1', cwd), cwd, undefined, new Map(), false);
    expect(names(before)).toEqual(['HEAD~1:k8s/a.yaml']);
    expect(before.project?.cni).toBe('hairpin=exempt');
    expect(names(await loadProjectAt(await commitOf('HEAD', cwd), cwd, undefined, new Map(), false))).toEqual(
      ['HEAD:other/b.yaml'],
    );
  });

  it('takes the file of the work tree where the commit has none', async () => {
    const root = repository({ 'k8s/a.yaml': 'a: 1\n' });
    commitAll(root, { 'portcullis.yaml': project });
    const commit = await commitOf('HEAD~1', root);
    const loaded = await loadProjectAt(commit, root, join(root, 'portcullis.yaml'), new Map(), false);
    expect(names(loaded)).toEqual(['HEAD~1:k8s/a.yaml']);
    expect(told(loaded)).toEqual([
      'PC1111 HEAD~1 has no project file: portcullis.yaml of the work tree was used',
    ]);
    expect((await loadProjectAt(commit, root, undefined, new Map(), false)).project).toBeUndefined();
  });

  it('says what is wrong with the file as it was', async () => {
    const root = repository({ 'portcullis.yaml': `${head}sorces: []\n` });
    const loaded = await loadProjectAt(await commitOf('main', root), root, undefined, new Map(), false);
    expect(loaded.project).toBeUndefined();
    expect(loaded.diagnostics[0]).toMatchObject({
      code: 'PC1110',
      span: { source: { name: 'main:portcullis.yaml' } },
    });
  });
});
