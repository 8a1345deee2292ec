import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { broken, shop } from '../../test/support/shop.ts';
import { type Entry, temporaryTree } from '../../test/support/temporary-tree.ts';
import { recorder } from '../../test/support/terminal.ts';
import { run } from './run.ts';
import { watchTests } from './test-watch.ts';

const head = 'apiVersion: portcullis.dev/v1alpha1\nkind: Test\n';
const denied = `${head}tests: [{name: closed, from: shop/front, to: "shop/deploy/db:5432", expect: deny}]\n`;
const wrong = denied.replace('deny', 'allow').replace('closed', 'open');
const project = 'apiVersion: portcullis.dev/v1alpha1\nkind: Sources\nsources: [{path: shop.yaml}]\n';

interface Result {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

async function runIn(cwd: string, ...args: readonly string[]): Promise<Result> {
  const terminal = recorder({ cwd });
  const code = await run(['test', ...args], terminal);
  return { code, out: terminal.out, err: terminal.err };
}

async function runTree(
  entries: Readonly<Record<string, Entry>>,
  ...args: readonly string[]
): Promise<Result> {
  return runIn(temporaryTree(entries), ...args);
}

describe('which files', () => {
  test('all below, but for node_modules and hidden directories, in the order of names', async () => {
    const { code, out } = await runTree(
      {
        'portcullis.yaml': project,
        'shop.yaml': shop,
        'b/c.portcullis-test.yaml': denied,
        'a.portcullis-test.yml': denied,
        'node_modules/x.portcullis-test.yaml': wrong,
        '.git/x.portcullis-test.yaml': wrong,
        'portcullis-test.yaml': wrong,
      },
      '.',
    );
    expect(out).toBe(
      'a.portcullis-test.yml\n  ✓ closed\n\nb/c.portcullis-test.yaml\n  ✓ closed\n\n2 passed in 2 files\n',
    );
    expect(code).toBe(0);
  });

  test('a file that is named, whatever it is called, once', async () => {
    const tree = { 'portcullis.yaml': project, 'shop.yaml': shop, 'a.yaml': denied };
    expect(await runTree(tree, 'a.yaml', './a.yaml')).toEqual({
      code: 0,
      out: 'a.yaml\n  ✓ closed\n\n1 passed in 1 file\n',
      err: '',
    });
  });

  test('none: 64, and what to do', async () => {
    const { code, out, err } = await runTree({ 'shop.yaml': shop, 'below/': '' });
    expect({ code, out }).toEqual({ code: 64, out: '' });
    expect(err).toContain('error: no test files in . or below: none is called *.portcullis-test.yaml\n');
    expect(err).toContain('test --help shows what to write into one');
  });

  test('one that is not there: 65', async () => {
    const { code, err } = await runTree({ 'shop.yaml': shop }, 'tests');
    expect(code).toBe(65);
    expect(err).toContain('error[PC1101]: tests does not exist');
  });
});

describe('which manifests', () => {
  test('those of -f, else of the nearest project file, else none', async () => {
    const tree = { 'x/portcullis.yaml': project, 'x/shop.yaml': shop, 'x/t/a.portcullis-test.yaml': wrong };
    const cwd = temporaryTree({ ...tree, 'b.portcullis-test.yaml': denied });
    const nearest = await runIn(cwd, 'x');
    expect(nearest.code).toBe(1);
    expect(nearest.out).toContain('Ask again: (cd x && portcullis check shop/front shop/deploy/db:5432)\n');
    const flags = await runIn(cwd, '-f', 'x/shop.yaml', '-n', 'shop');
    expect(flags.out).toContain('\n1 passed, 1 failed in 2 files\n');
    expect(flags.out).toContain(
      'Ask again: portcullis check -f x/shop.yaml -n shop shop/front shop/deploy/db:5432\n',
    );
    expect(await runIn(cwd, 'b.portcullis-test.yaml')).toMatchObject({
      code: 64,
      err: expect.stringContaining('no manifests: name them with -f'),
    });
  });

  test('those that the file names, relative to it, before all others', async () => {
    const tree = { 'shop.yaml': shop, 'empty.yaml': '# nothing\n' };
    const plain = wrong.replace('tests:', 'manifests: [../shop.yaml]\nnamespace: shop\ntests:');
    const { code, out } = await runTree({ ...tree, 't/a.portcullis-test.yaml': plain }, '-f', 'empty.yaml');
    expect(code).toBe(1);
    expect(out).toContain(
      'Ask again: portcullis check -f shop.yaml -n shop shop/front shop/deploy/db:5432\n',
    );
  });

  test('that flags cannot name: no command, which would read others', async () => {
    const own = wrong.replace('tests:', 'manifests: [{template: shop.template, env: {NAME: db}}]\ntests:');
    const cwd = temporaryTree({
      'shop.template': shop.replaceAll('name: db,', 'name: $NAME,'),
      'a.portcullis-test.yaml': own,
    });
    for (const format of ['text', 'junit', 'tap', 'json', 'github']) {
      const { code, out } = await runIn(cwd, '-o', format);
      expect(code).toBe(1);
      expect(out).toContain('expected allow, got deny');
      expect(out).not.toContain('portcullis check');
    }
  });

  test('test files among them are no manifests', async () => {
    const { code, err } = await runTree({ 'shop.yaml': shop, 'a.portcullis-test.yaml': denied }, '-f', '.');
    expect({ code, err }).toEqual({ code: 0, err: '' });
  });

  test('that cannot be read fail the files that need them, and no others', async () => {
    const { code, out, err } = await runTree({
      'portcullis.yaml': project,
      'shop.yaml': shop,
      'a.portcullis-test.yaml': denied.replace('tests:', 'manifests: [gone.yaml]\ntests:'),
      'b.portcullis-test.yaml': denied,
    });
    expect(code).toBe(65);
    expect(out).toContain('a.portcullis-test.yaml\n  error: not everything that was named could be read\n');
    expect(out).toContain('b.portcullis-test.yaml\n  ✓ closed\n\n1 passed, 1 error in 2 files\n');
    expect(err).toContain('error[PC1101]: gone.yaml does not exist');
  });
});

describe('bad input', () => {
  const tree = { 'portcullis.yaml': project, 'shop.yaml': shop };

  test('a malformed file: its line and field, and the others run: 65', async () => {
    const { code, out, err } = await runTree({
      ...tree,
      'a.portcullis-test.yaml': denied.replace('expect: deny', 'expect: denied'),
      'b.portcullis-test.yaml': broken,
      'c.portcullis-test.yaml': denied,
    });
    expect(code).toBe(65);
    expect(out).toContain('\n1 passed, 2 errors in 3 files\n');
    expect(err).toContain(
      'error[PC1120]: tests[0].expect must be allow or deny or unknown, not the string "denied"\n --> a.portcullis-test.yaml:3:',
    );
    expect(err).toContain('error[PC1121]');
    expect(err).toContain(' b.portcullis-test.yaml:');
  });

  test('nothing is said of coverage and mutants where no file can be used', async () => {
    const cwd = temporaryTree({ ...tree, 'a.portcullis-test.yaml': broken });
    const { code, out } = await runIn(cwd, '--coverage', '--mutate');
    expect(code).toBe(65);
    expect(out).toBe(
      'a.portcullis-test.yaml\n  error: the file cannot be used\n\n0 passed, 1 error in 1 file\n',
    );
    const report = JSON.parse((await runIn(cwd, '--coverage', '--mutate', '-o', 'json')).out);
    expect(Object.keys(report)).toEqual(['apiVersion', 'kind', 'counts', 'files']);
  });

  test('a pod that is not there: as check tells it, and the other tests run: 65', async () => {
    const both = `${denied.trimEnd().slice(0, -1)}, {name: typo, from: shop/frnt, to: shop/db, expect: deny}]\n`;
    const { code, out } = await runTree({ ...tree, 'a.portcullis-test.yaml': both });
    expect(code).toBe(65);
    expect(out).toContain('  ✓ closed\n\n  ! typo  a.portcullis-test.yaml:3:');
    expect(out).toContain('error: no pod or workload shop/frnt in the manifests\n');
    expect(out).toContain('          shop/pod/front\n');
    expect(out).toContain('\n1 passed, 1 error in 1 file\n');
  });

  test('flags that contradict: 64', async () => {
    const cwd = temporaryTree({ ...tree, 'a.portcullis-test.yaml': denied });
    expect((await runIn(cwd, '-o', 'xml')).code).toBe(64);
    expect((await runIn(cwd, '--watch', '-f', '-')).err).toContain('standard input cannot be watched');
    for (const format of ['junit', 'tap', 'json']) {
      expect(await runIn(cwd, '--watch', '-o', format)).toMatchObject({
        code: 64,
        out: '',
        err: expect.stringContaining('use -o text or -o github with --watch'),
      });
    }
    expect((await runIn(cwd, '--assume', 'x')).code).toBe(64);
    expect(await runIn(cwd, '--filter', 'nothing')).toMatchObject({
      code: 64,
      err: expect.stringContaining('no test has "nothing" in its name'),
    });
  });

  test('a statement that nobody can decide: 2', async () => {
    const unknown = `${head}tests: [{forbid: shop/other, to: shop/db}]\n`;
    const { code, out } = await runTree({
      'portcullis.yaml': project,
      'shop.yaml': shop.replace('{name: front, namespace: shop,', '{name: other, namespace: else,'),
      'a.portcullis-test.yaml': unknown.replace('shop/other', 'else/other'),
    });
    expect(code).toBe(2);
    expect(out).toContain('--assume Namespace/else:team=blue');
    expect(out).toContain('\n0 passed, 1 undecided in 1 file\n');
  });
});

test('--filter leaves the tests with the text in their name', async () => {
  const two = `${denied.trimEnd().slice(0, -1)}, {name: Open, from: shop/front, to: "shop/deploy/db:5432", expect: allow}]\n`;
  const tree = { 'portcullis.yaml': project, 'shop.yaml': shop, 'a.portcullis-test.yaml': two };
  expect((await runTree(tree, '--filter', 'CLOSED')).code).toBe(0);
  expect((await runTree(tree, '--filter', 'open')).code).toBe(1);
});

test('the examples beside the scenarios pass', async () => {
  const { code, out } = await runIn(
    join(import.meta.dirname, '../..'),
    'scenarios',
    '--coverage',
    '-o',
    'json',
  );
  const report = JSON.parse(out);
  expect(code).toBe(0);
  expect(report.files.length).toBeGreaterThan(2);
  // The tutorial's second policy would deny what the first one does.
  expect(report.coverage.uncovered).toHaveLength(1);
});

describe('--watch', () => {
  async function until(isSo: () => boolean): Promise<void> {
    await vi.waitFor(() => expect(isSo()).toBe(true), { timeout: 10_000, interval: 10 });
  }

  test('runs again when a manifest or a test changes, and says which; waits on what is wrong', async () => {
    const cwd = temporaryTree({ 'k/shop.yaml': shop, 't/a.portcullis-test.yaml': denied });
    const terminal = recorder({ cwd });
    const stop = new AbortController();
    const flags = { filename: ['k'], output: 'text', color: 'never' } as const;
    const done = watchTests(['t'], flags, terminal, stop.signal);
    const change = async (name: string, text: string, result: () => boolean): Promise<void> => {
      await until(() => terminal.err.endsWith('watching for changes\n'));
      writeFileSync(join(cwd, name), text);
      await until(
        () =>
          result() && terminal.err.split('\n').some((line) => /^changed: /.test(line) && line.includes(name)),
      );
    };
    await change('k/open.yaml', openAll, () => terminal.out.endsWith('0 passed, 1 failed in 1 file\n'));
    await change('t/a.portcullis-test.yaml', wrong, () =>
      terminal.out.endsWith('  ✓ open\n\n1 passed in 1 file\n'),
    );
    await change('t/a.portcullis-test.yaml', `${wrong}tests: []\n`, () =>
      terminal.err.includes('error[PC1121]'),
    );
    await until(() => terminal.err.endsWith('watching for changes\n'));
    stop.abort();
    expect(await done).toBe(65);
  });

  test('what the first run cannot do ends it', async () => {
    const terminal = recorder({ cwd: temporaryTree({ 'x.yaml': '' }) });
    const flags = { output: 'text', color: 'never' } as const;
    await expect(watchTests([], flags, terminal)).rejects.toThrow('no test files');
  });
});

const openAll = `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: open, namespace: shop}
spec: {podSelector: {}, ingress: [{}]}
`;
