import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { load, names, told } from '../../test/support/load-sources.ts';
import { findProgram, setPath, temporaryTree } from '../../test/support/temporary-tree.ts';

const tree = {
  'base/kustomization.yaml': 'resources: [a.yaml]\n',
  'base/a.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n',
  'prod/Kustomization': 'resources: [../base]\nnamePrefix: prod-\n',
  'bad/kustomization.yml': 'resources: [none.yaml]\n',
  'plain/a.yaml': 'kind: A',
};

const have = findProgram('kubectl');
if (!have) console.warn('KUSTOMIZE NOT CHECKED: there is no kubectl on PATH');

describe.runIf(have)('with the real kubectl', () => {
  it('a directory with a kustomization is built, whether -k or -f names it', async () => {
    const cwd = temporaryTree(tree);
    const loaded = await load(cwd, ['prod/'], { kustomize: ['./prod', 'base'] });
    expect(names(loaded)).toEqual(['kustomize prod', 'kustomize base']);
    expect(loaded.sources[0]?.source.text).toContain('name: prod-a\n');
    expect(told(loaded)).toEqual([]);
  });

  it('what kustomize complains of is told in its words, without time and process number', async () => {
    const { sources, diagnostics } = await load(temporaryTree(tree), [], { kustomize: ['bad'] });
    expect(sources).toEqual([]);
    expect(diagnostics).toMatchObject([{ code: 'PC1109', severity: 'error' }]);
    expect(diagnostics[0]?.message).toMatch(
      /^kubectl kustomize bad ended with status 1:\naccumulating resources.*none\.yaml/,
    );
  });
});

describe('without kubectl', () => {
  it('kustomize itself is run', async () => {
    const program = '#!/bin/sh\n[ "$1" = build ] && echo "kind: $(basename "$2")"\n';
    const cwd = temporaryTree({
      ...tree,
      'bin/kustomize': { program },
      'tools/basename': { link: '/usr/bin/basename' },
    });
    setPath(join(cwd, 'bin'), join(cwd, 'tools'));
    const loaded = await load(cwd, ['base']);
    expect(loaded.sources).toEqual([{ source: { name: 'kustomize base', text: 'kind: base\n' } }]);
  });

  it('and without kustomize it is told what is missing', async () => {
    const cwd = temporaryTree(tree);
    setPath(cwd);
    expect(told(await load(cwd, ['base']))).toEqual([
      'PC1108 cannot build base: neither kubectl nor kustomize is on PATH',
    ]);
  });
});

describe('what kustomize does not build', () => {
  it('is told before anything is run', async () => {
    const cwd = temporaryTree(tree);
    setPath(cwd);
    const loaded = await load(cwd, ['base/kustomization.yaml'], {
      kustomize: ['plain', 'plain/a.yaml', 'none'],
    });
    expect(told(loaded)).toEqual([
      'PC1103 base/kustomization.yaml is a kustomization and holds no manifests',
      'PC1103 plain has no kustomization.yaml, kustomization.yml or Kustomization',
      'PC1103 plain/a.yaml is a file, and kustomize builds directories',
      'PC1101 none does not exist',
    ]);
  });
});
