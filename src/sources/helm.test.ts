import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findProgram, setPath, temporaryTree } from '../../test/support/temporary-tree.ts';
import { helmArguments, refusedHelmArgument, renderChart } from './helm.ts';

const shop = { chart: 'charts/shop', values: [], set: [], args: [] };

/** Stands in for Helm, to see what it would be given: it prints its directory and arguments, or fails as told. */
const standIn = `#!/bin/sh
if [ -f fail ]; then echo "Error: chart is bad" >&2; exit 3; fi
pwd
for argument in "$@"; do printf '%s\\n' "$argument"; done
`;

describe('helmArguments', () => {
  it('says the namespace also where the user does not, as kubeconfig would decide it else', () => {
    expect(helmArguments(shop)).toEqual(['template', 'charts/shop', '--namespace=default']);
  });

  it('passes on everything, without a shell', () => {
    const chart = {
      ...shop,
      release: 'r',
      namespace: 'n',
      values: ['a b.yaml'],
      set: ['x={1,2}', "y='$z'"],
      args: ['--include-crds'],
    };
    expect(helmArguments(chart)).toEqual([
      'template',
      'r',
      'charts/shop',
      '--namespace=n',
      '--values=a b.yaml',
      '--set=x={1,2}',
      "--set=y='$z'",
      '--include-crds',
    ]);
  });
});

describe('refusedHelmArgument', () => {
  it.each([
    '--post-renderer',
    '--post-renderer=./x',
    '--kubeconfig',
    '--kube-context=a',
    '--validate',
    '--dry-run=server',
    '--output-dir=x',
  ])('refuses %s', (argument) => expect(refusedHelmArgument(argument)).toMatch(/^it would /));

  it.each(['--include-crds', '--skip-tests', '-a', 'v1', '--set-string=a=b'])('takes %s', (argument) =>
    expect(refusedHelmArgument(argument)).toBeUndefined(),
  );
});

describe('renderChart', () => {
  it('starts helm in the directory and gives what it prints', async () => {
    const directory = temporaryTree({ 'bin/helm': { program: standIn } });
    setPath(join(directory, 'bin'), process.env.PATH ?? '');
    const rendered = await renderChart({ ...shop, set: ['a=b c'] }, directory);
    const printed = 'bytes' in rendered ? new TextDecoder().decode(rendered.bytes) : rendered.fault;
    expect(printed).toBe(`${directory}\ntemplate\ncharts/shop\n--namespace=default\n--set=a=b c\n`);
  });

  it('tells what helm complains of', async () => {
    const directory = temporaryTree({ 'bin/helm': { program: standIn }, fail: '' });
    setPath(join(directory, 'bin'), process.env.PATH ?? '');
    expect(await renderChart(shop, directory)).toEqual({
      fault: {
        code: 'PC1109',
        severity: 'error',
        message: 'helm template charts/shop ended with status 3:\nError: chart is bad',
      },
    });
  });

  it('tells that helm is missing, or cannot be started', async () => {
    const directory = temporaryTree({ 'bin/helm': 'no program' });
    setPath(directory);
    expect(await renderChart(shop, directory)).toMatchObject({
      fault: { code: 'PC1108', message: 'cannot render charts/shop: helm is not on PATH' },
    });
    setPath(join(directory, 'bin'));
    expect(await renderChart(shop, directory)).toMatchObject({
      fault: { code: 'PC1109', message: 'helm template charts/shop could not be started: EACCES' },
    });
    expect(await renderChart({ ...shop, chart: 'a\0b' }, directory)).toMatchObject({
      fault: { code: 'PC1109' },
    });
  });

  const have = findProgram('helm');
  if (!have) console.warn('HELM NOT CHECKED: there is no helm on PATH; only our side of it was tested');

  it.runIf(have)('renders a chart with the real helm', async () => {
    const directory = temporaryTree({
      'charts/shop/Chart.yaml': 'apiVersion: v2\nname: shop\nversion: 0.1.0\n',
      'charts/shop/templates/a.yaml':
        'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {{ .Release.Name }}\n  namespace: {{ .Release.Namespace }}\ndata:\n  a: {{ .Values.a }}\n',
      'values.yaml': 'a: from-file\n',
    });
    const rendered = await renderChart(
      { ...shop, release: 'r', namespace: 'n', values: ['values.yaml'] },
      directory,
    );
    const printed = 'bytes' in rendered ? new TextDecoder().decode(rendered.bytes) : rendered.fault.message;
    expect(printed).toContain('# Source: shop/templates/a.yaml');
    expect(printed).toContain('name: r\n  namespace: n\ndata:\n  a: from-file');
  });
});
