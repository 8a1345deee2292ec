import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { names, told } from '../../test/support/load-sources.ts';
import { type Entry, setPath, temporaryTree } from '../../test/support/temporary-tree.ts';
import { loadProject } from './load-project.ts';
import { readProject } from './read-project.ts';
import type { Loaded } from './types.ts';

async function load(
  entries: Readonly<Record<string, Entry>>,
  sources: string,
  env?: ReadonlyMap<string, string>,
  from = '.',
): Promise<Loaded> {
  const head = 'apiVersion: portcullis.dev/v1alpha1\nkind: Sources\nsources:\n';
  const root = temporaryTree({ ...entries, 'portcullis.yaml': head + sources });
  const { project, diagnostics } = await readProject('portcullis.yaml', root);
  if (project === undefined) throw new Error(JSON.stringify(diagnostics));
  if (entries['bin/helm'] !== undefined) setPath(join(root, 'bin'), process.env.PATH ?? '');
  return loadProject(project, join(root, from), env);
}

describe('loadProject', () => {
  const tree = {
    'k/a.yaml': 'a',
    'k/sub/b.yaml': 'b',
    't/c.template': 'n: $N $M',
    't/d.yaml': 'n: $N',
    'in/': '',
  };

  it('reads entries in their order, by paths from the project file, named from where one stands', async () => {
    const loaded = await load(
      tree,
      '  - {path: k/sub/b.yaml, namespace: shop}\n  - {path: k, recursive: true}\n',
      undefined,
      'in',
    );
    expect(loaded).toEqual({
      sources: [
        { source: { name: '../k/sub/b.yaml', text: 'b' }, namespace: 'shop' },
        { source: { name: '../k/a.yaml', text: 'a' } },
      ],
      diagnostics: [],
    });
    expect(names(await load(tree, '  - path: "k/**/*.yaml"\n', undefined, 'k'))).toEqual([
      'a.yaml',
      'sub/b.yaml',
    ]);
  });

  it('fills in every file of a template entry', async () => {
    const env = 'env: {N: one, M: two}';
    const { sources } = await load(tree, `  - {template: t, ${env}}\n`);
    expect(sources.map(({ source }) => source)).toEqual([
      { name: 't/c.template', text: 'n: one two' },
      { name: 't/d.yaml', text: 'n: one' },
    ]);
  });

  it('reads one template several times, with values of each entry', async () => {
    const entries = '  - {template: t/d.yaml, env: {N: one}}\n  - {template: t/d.yaml, env: {N: two}}\n';
    const { sources } = await load(tree, `${entries}  - {template: t/d.yaml, env: {N: one}}\n`);
    expect(sources.map(({ source }) => source.text)).toEqual(['n: one', 'n: two']);
  });

  it('lets values of the command line go first', async () => {
    const { sources } = await load(
      tree,
      '  - {template: t/d.yaml, env: {N: one}}\n',
      new Map([['N', 'other']]),
    );
    expect(sources[0]?.source.text).toBe('n: other');
  });

  it('keeps what others fill in', async () => {
    const loaded = await load(tree, '  - {template: t/c.template, env: {N: one}, envOnly: true}\n');
    expect(loaded.sources[0]?.source.text).toBe('n: one $M');
    expect(told(loaded)).toEqual([]);
  });

  it('points at the entry where something is wrong with it', async () => {
    const { diagnostics } = await load(tree, '  - path: k\n  - path: none.yaml\n  - template: t/d.yaml\n');
    expect(diagnostics).toMatchObject([
      { code: 'PC1101', message: 'none.yaml does not exist', span: { source: { name: 'portcullis.yaml' } } },
      { code: 'PC1106', span: { source: { name: 't/d.yaml', text: 'n: $N' }, start: 3 } },
    ]);
    const [first] = diagnostics;
    expect(first?.span?.source.text.slice(first.span.start, first.span.end)).toBe('path: none.yaml');
  });

  it('renders charts where the project file stands, told apart by their releases', async () => {
    const program = '#!/bin/sh\nshift\necho "args: $*"\n';
    const chart = 'helm: charts/app, values: [v.yaml]';
    const entries = `  - {${chart}, release: one, namespace: n1}\n  - {${chart}, release: two}\n  - {helm: charts/app}\n`;
    expect(await load({ 'bin/helm': { program } }, entries, undefined, 'bin')).toEqual({
      sources: [
        {
          source: {
            name: 'helm charts/app (one)',
            text: 'args: one charts/app --namespace=n1 --values=v.yaml\n',
          },
          namespace: 'n1',
        },
        {
          source: {
            name: 'helm charts/app (two)',
            text: 'args: two charts/app --namespace=default --values=v.yaml\n',
          },
        },
        { source: { name: 'helm charts/app', text: 'args: charts/app --namespace=default\n' } },
      ],
      diagnostics: [],
    });
  });

  it('tells what kustomize cannot build', async () => {
    expect(told(await load(tree, '  - kustomize: k\n'))).toEqual([
      'PC1103 k has no kustomization.yaml, kustomization.yml or Kustomization',
    ]);
  });
});
