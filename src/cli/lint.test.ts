import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { temporaryTree } from '../../test/support/temporary-tree.ts';
import { recorder } from '../../test/support/terminal.ts';
import { run } from './run.ts';

const apps = `apiVersion: v1
kind: Namespace
metadata: {name: shop}
---
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop, labels: {app: web}}
spec:
  containers: [{name: c, image: x, ports: [{containerPort: 8080}]}]
---
apiVersion: v1
kind: Service
metadata: {name: web, namespace: shop}
spec:
  selector: {app: web}
  ports: [{port: 80, targetPort: 8080}]
`;

const policy = `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: web, namespace: shop}
spec:
  podSelector:
    matchLabels: {app: web}
  ingress:
    - from:
        - ipBlock: {cidr: 203.0.113.0/24}
      ports:
        - port: 80
`;

let directory = '';
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'portcullis-lint-'));
  writeFileSync(join(directory, 'apps.yaml'), apps);
});
afterAll(() => rmSync(directory, { recursive: true }));
beforeEach(() => {
  writeFileSync(join(directory, 'policy.yaml'), policy);
  rmSync(join(directory, 'known.json'), { force: true });
});

const write = (text: string): void => writeFileSync(join(directory, 'policy.yaml'), text);

async function lint(
  args = '',
): Promise<{ readonly code: number; readonly out: string; readonly err: string }> {
  const terminal = recorder({ cwd: directory });
  const words = ['lint', '-f', 'apps.yaml', '-f', 'policy.yaml', '--only', 'PC3009,PC3191,PC3192'];
  const code = await run([...words, ...args.split(' ').filter((word) => word !== '')], terminal);
  return { code, out: terminal.out, err: terminal.err };
}

test('a finding ends with 1, its witness can be asked for as it stands', async () => {
  const { code, out, err } = await lint();
  expect({ code, err }).toEqual({ code: 1, err: '' });
  expect(out).toContain('error[PC3009]: NetworkPolicy shop/web: spec.ingress[0].ports[0].port is 80');
  const command = /portcullis (check .*)/.exec(out)![1]!;
  const terminal = recorder({ cwd: directory });
  expect(await run(command.split(' '), terminal)).toBe(1);
  expect(terminal.out).toContain('✗ DENY');
});

test('--fail-on sets what ends with 1', async () => {
  expect((await lint('--fail-on none')).code).toBe(0);
  expect((await lint('--fail-on error')).code).toBe(1);
  expect((await lint('--disable PC3009')).code).toBe(0);
  write(policy.replace('port: 80', 'port: 8080'));
  expect(await lint('--fail-on info')).toMatchObject({ code: 0, out: 'no findings\n' });
});

test('what is mended as the fix says is gone', async () => {
  const { out } = await lint('-o json');
  const { findings } = JSON.parse(out) as {
    findings: {
      fix: { edits: { text: string; span: { line: number; column: number; endColumn: number } }[] };
    }[];
  };
  const { text, span } = findings[0]!.fix.edits[0]!;
  const lines = policy.split('\n');
  const line = lines[span.line - 1]!;
  lines[span.line - 1] = line.slice(0, span.column - 1) + text + line.slice(span.endColumn - 1);
  write(lines.join('\n'));
  expect((await lint()).code).toBe(0);
});

test.each([
  ['on the line', policy.replace('- port: 80', '- port: 80 # portcullis: ignore PC3009 it is said')],
  [
    'above it',
    policy.replace(
      '        - port: 80',
      '        # portcullis: ignore PC3009: it is said\n\n        - port: 80',
    ),
  ],
  [
    'before the object',
    `# portcullis: ignore PC3001,PC3009 it is said\n---\n# more\n${policy}`.replace('PC3001,', ''),
  ],
])('an ignore comment %s takes the finding out', async (_, text) => {
  write(text);
  expect(await lint()).toMatchObject({ code: 0, out: 'no findings; 1 ignored by comments\n' });
  expect(JSON.parse((await lint('-o json')).out)).toMatchObject({
    ignored: [{ code: 'PC3009', reason: 'it is said' }],
  });
});

test.each([
  ['without a reason', '# portcullis: ignore PC3009', 'gives no reason to ignore PC3009'],
  ['without a code', '# portcullis: ignore this', 'names no code'],
  [
    'with a code that is none',
    '# portcullis: ignore PC3999 it is said',
    'names PC3999, which is no code of lint',
  ],
])('an ignore comment %s is not followed', async (_, comment, words) => {
  write(`${comment}\n${policy}`);
  const { out } = await lint();
  expect(out).toContain(`warning[PC3191]: this ignore comment ${words}`);
  expect(out).toContain('error[PC3009]');
});

test('an ignore comment that matches nothing is told of, unless its code was not looked for', async () => {
  write(policy.replace('  podSelector:', '  podSelector: # portcullis: ignore PC3009 elsewhere'));
  expect((await lint()).out).toContain(
    'warning[PC3192]: this ignore comment matches nothing: there is no PC3009 here',
  );
  write(policy.replace('  podSelector:', '  podSelector: # portcullis: ignore PC3001 elsewhere'));
  expect((await lint()).out).not.toContain('PC3192');
});

test('a baseline keeps known findings from failing, also when they move', async () => {
  expect(await lint('--write-baseline known.json')).toMatchObject({
    code: 0,
    out: '',
    err: '1 finding written to known.json\n',
  });
  expect(await lint('--baseline known.json')).toMatchObject({
    code: 0,
    out: 'no findings; 1 in the baseline\n',
  });
  const moved = `\n\n# a comment\n${policy}`.replace('    - from:', '    - ports: [{port: 9}]\n    - from:');
  write(moved);
  expect((await lint('--baseline known.json')).code).toBe(0);
  write(policy.replace('- port: 80', '- port: 80\n        - {port: 80, protocol: TCP}'));
  const more = await lint('--baseline known.json');
  expect(more).toMatchObject({ code: 1 });
  expect(more.out).toContain('1 error; 1 in the baseline');
  write(policy.replace('port: 80', 'port: 8080'));
  expect((await lint('--baseline known.json')).out).toBe('no findings; 1 finding of the baseline is gone\n');
});

test('a baseline knows what reading finds from another directory, too, and when it moves', async () => {
  const root = temporaryTree({
    'k8s/apps.yaml': apps,
    'k8s/policy.yaml': policy.replace(
      '- ipBlock: {cidr: 203.0.113.0/24}',
      '- ipBlock: {cidr: 203.0.113.0/99}',
    ),
    'k8s/broken.yaml': 'kind: Pod\nmetadata: {name: x\n',
    'k8s/empty.yaml': '',
  });
  const only = ['--only', 'PC1001,PC1103,PC2106'];
  const at = async (
    cwd: string,
    file: string,
    ...args: string[]
  ): Promise<{ readonly code: number; readonly out: string; readonly err: string }> => {
    const terminal = recorder({ cwd });
    const code = await run(['lint', '-f', file, ...only, ...args], terminal);
    return { code, out: terminal.out, err: terminal.err };
  };
  const wrote = await at(root, 'k8s', '--write-baseline', 'known.json');
  expect(wrote).toMatchObject({ code: 0 });
  const number = Number(/^(\d+) findings written/m.exec(wrote.err)?.[1]);
  expect(number).toBeGreaterThan(2);
  const moved = policy.replace(
    '- ipBlock: {cidr: 203.0.113.0/24}',
    '- podSelector: {}\n        - ipBlock: {cidr: 203.0.113.0/99}',
  );
  writeFileSync(join(root, 'k8s/policy.yaml'), `\n# a comment\n${moved}`);
  const out = `no findings; ${number} in the baseline\n`;
  expect(await at(join(root, 'k8s'), '.', '--baseline', '../known.json')).toMatchObject({ code: 0, out });
  writeFileSync(join(root, 'k8s/broken.yaml'), 'kind: Pod\nmetadata: {name: y\n');
  const other = await at(root, 'k8s', '--baseline', 'known.json');
  expect(other.out).toContain('error[PC1001]');
});

test('a baseline that is there is replaced with --force alone', async () => {
  await lint('--write-baseline known.json');
  const before = readFileSync(join(directory, 'known.json'), 'utf8');
  write(policy.replace('port: 80', 'port: 8080'));
  const refused = await lint('--write-baseline known.json');
  expect(refused).toMatchObject({
    code: 64,
    err: 'error: known.json is there already: --force replaces it\n',
  });
  expect(readFileSync(join(directory, 'known.json'), 'utf8')).toBe(before);
  expect((await lint('--write-baseline known.json --force')).code).toBe(0);
  expect(JSON.parse(readFileSync(join(directory, 'known.json'), 'utf8'))).toEqual({
    apiVersion: 'portcullis.dev/v1alpha1',
    kind: 'LintBaseline',
    findings: [],
  });
});

test('a baseline that is none ends with 65', async () => {
  expect(await lint('--baseline gone.json')).toEqual({
    code: 65,
    out: '',
    err: 'error: there is no baseline gone.json\n  write one with --write-baseline gone.json\n',
  });
  expect((await lint('--baseline .')).err).toBe('error: cannot read .: it is a directory\n');
  writeFileSync(join(directory, 'known.json'), '{"kind": "Other"}');
  const { code, err } = await lint('--baseline known.json');
  expect({ code, err }).toEqual({
    code: 65,
    err: 'error: known.json is not a baseline: it needs kind LintBaseline and a list of findings\n  --write-baseline known.json --force writes one in its place\n',
  });
  writeFileSync(join(directory, 'known.json'), 'no\njson');
  expect((await lint('--baseline known.json')).err).toMatch(/^error: known.json is not a baseline: [^\n]+\n/);
  expect(existsSync(join(directory, 'gone.json'))).toBe(false);
});

test('codes that are none end with 64', async () => {
  const terminal = recorder({ cwd: directory });
  expect(await run(['lint', '-f', 'apps.yaml', '--only', 'PC30O9'], terminal)).toBe(64);
  expect(terminal.err).toContain('there is no code PC30O9');
});

test.each([
  ['PC9999', /^PC3/],
  ['PC20O1', /^PC[12]/],
])('for %s codes are suggested that lint looks for', async (code, wanted) => {
  const terminal = recorder({ cwd: directory });
  await run(['lint', '-f', 'apps.yaml', '--only', code], terminal);
  const near = [...terminal.err.matchAll(/^ {4}(PC\d+)$/gm)].map(([, name]) => name!);
  expect(near).toHaveLength(3);
  for (const name of near) expect(name).toMatch(wanted);
});

test('--list has every code with its title', async () => {
  const terminal = recorder();
  expect(await run(['lint', '--list'], terminal)).toBe(0);
  expect(terminal.out).toContain("PC3009: ports has the Service's port, not the pod's\n");
});

test('what reading finds is a finding too', async () => {
  const terminal = recorder({ cwd: directory });
  write(policy.replace('- ipBlock: {cidr: 203.0.113.0/24}', '- ipBlock: {cidr: 203.0.113.0/99}'));
  expect(await run(['lint', '-f', 'apps.yaml', '-f', 'policy.yaml', '-o', 'github'], terminal)).toBe(1);
  expect(terminal.out).toContain('::error file=policy.yaml,line=9,');
  expect(terminal.err).toBe('');
});

test('a source that cannot be read ends with 65 and no report', async () => {
  const terminal = recorder({ cwd: directory });
  expect(await run(['lint', '-f', 'gone.yaml'], terminal)).toBe(65);
  expect(terminal).toMatchObject({ out: '' });
  expect(terminal.err).toContain('error[PC1101]: gone.yaml does not exist');
});
