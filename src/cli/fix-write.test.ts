import { spawnSync } from 'node:child_process';
import { chmodSync, lstatSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryTree } from '../../test/support/temporary-tree.ts';
import { recorder } from '../../test/support/terminal.ts';
import { run } from './run.ts';

const cluster = `apiVersion: v1
kind: Namespace
metadata: {name: shop}
---
apiVersion: v1
kind: Pod
metadata: {name: db, namespace: shop, labels: {app: db}}
spec: {containers: [{name: c, image: i}]}
---
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop, labels: {app: web}}
spec: {containers: [{name: c, image: i}]}
`;
const policy = `# Ours.
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: db, namespace: shop}
spec:
  podSelector: {matchLabels: {app: db}}
  ingress: [] # nobody yet
`;
const edited = policy.replace(
  'ingress: [] # nobody yet\n',
  'ingress: # nobody yet\n    - from:\n        - podSelector:\n            matchLabels:\n              app: web\n      ports:\n        - protocol: TCP\n          port: 5432\n',
);
const asked = ['shop/web', 'shop/db', '--port', '5432', '--symptom', 'timeout'];

async function portcullis(
  cwd: string,
  ...args: string[]
): Promise<{ code: number; out: string; err: string }> {
  const terminal = recorder({ cwd, readInput: async () => Buffer.from(cluster + `---\n${policy}`) });
  const code = await run(args, terminal);
  return { code, out: terminal.out, err: terminal.err };
}

async function answer(cwd: string): Promise<number> {
  return (await portcullis(cwd, 'check', '-f', '.', 'shop/web', 'shop/db', '--port', '5432')).code;
}

describe('--fix', () => {
  it('prints what git applies, and then it is allowed', async () => {
    const cwd = temporaryTree({ 'k/cluster.yaml': cluster, 'k/policy.yaml': policy });
    const { out } = await portcullis(cwd, 'debug', '-f', 'k', ...asked, '--fix');
    expect(spawnSync('git', ['apply', '-'], { cwd, input: out }).status).toBe(0);
    expect(readFileSync(join(cwd, 'k/policy.yaml'), 'utf8')).toBe(edited);
    expect(await answer(join(cwd, 'k'))).toBe(0);
  });
});

describe('--write', () => {
  it('shows the fix that it writes, and says which it was', async () => {
    const cwd = temporaryTree({ 'cluster.yaml': cluster, 'policy.yaml': policy });
    const { out, err } = await portcullis(cwd, 'debug', '-f', '.', ...asked, '--write', '2');
    expect(err).toContain('written: fix 2, policy.yaml\n');
    expect(out).toMatch(/^Fix 2 of 2: new NetworkPolicy/m);
    expect(out).toMatch(/^Other fixes:\n {2}1 {2}add a rule/m);
    const patched = temporaryTree({ 'cluster.yaml': cluster, 'policy.yaml': policy });
    expect(spawnSync('git', ['apply', '-'], { cwd: patched, input: out }).status).toBe(0);
    expect(readFileSync(join(patched, 'policy.yaml'), 'utf8')).toBe(
      readFileSync(join(cwd, 'policy.yaml'), 'utf8'),
    );
  });

  it('edits the file, keeps its mode and its link, and leaves nothing else behind', async () => {
    const cwd = temporaryTree({
      'cluster.yaml': cluster,
      'real/policy': policy,
      'policy.yaml': { link: 'real/policy' },
    });
    chmodSync(join(cwd, 'real/policy'), 0o640);
    const { err } = await portcullis(cwd, 'debug', '-f', '.', ...asked, '--write');
    expect(err).toContain('written: policy.yaml\n');
    expect(readFileSync(join(cwd, 'real/policy'), 'utf8')).toBe(edited);
    expect(statSync(join(cwd, 'real/policy')).mode & 0o777).toBe(0o640);
    expect(lstatSync(join(cwd, 'policy.yaml')).isSymbolicLink()).toBe(true);
    expect(readdirSync(join(cwd, 'real'))).toEqual(['policy']);
    expect(await answer(cwd)).toBe(0);
  });

  it('keeps a byte order mark and CRLF', async () => {
    const crlf = `\ufeff${policy.replaceAll('\n', '\r\n')}`;
    const cwd = temporaryTree({ 'cluster.yaml': cluster, 'policy.yaml': crlf });
    await portcullis(cwd, 'debug', '-f', '.', ...asked, '--write');
    expect(readFileSync(join(cwd, 'policy.yaml'), 'utf8')).toBe(`\ufeff${edited.replaceAll('\n', '\r\n')}`);
  });

  it('writes the second where it is asked to', async () => {
    const cwd = temporaryTree({ 'cluster.yaml': cluster, 'policy.yaml': policy });
    await portcullis(cwd, 'debug', '-f', '.', ...asked, '--write', '2');
    expect(readFileSync(join(cwd, 'policy.yaml'), 'utf8')).toMatch(
      /^# Ours\.\n[\s\S]*\n---\n[\s\S]*name: allow-web-to-db\n/,
    );
    expect(await answer(cwd)).toBe(0);
  });

  it('refuses what is no file', async () => {
    const cwd = temporaryTree({ 'a.yaml': cluster });
    const { code, err } = await portcullis(cwd, 'debug', '-f', '-', ...asked, '--write');
    expect(code).toBe(65);
    expect(err).toContain('standard input is not a file with just this text');
  });

  it('refuses a rendered template', async () => {
    const cwd = temporaryTree({
      'cluster.yaml': cluster,
      'policy.yaml.template': policy.replace('name: db,', `name: $NAME,`),
    });
    const { code, err } = await portcullis(
      cwd,
      'debug',
      '-f',
      'cluster.yaml',
      '-f',
      'policy.yaml.template',
      '--env',
      'NAME=db',
      ...asked,
      '--write',
    );
    expect(code).toBe(65);
    expect(err).toContain('policy.yaml.template is not a file with just this text');
    expect(readFileSync(join(cwd, 'policy.yaml.template'), 'utf8')).toContain('$NAME');
  });

  it('refuses a number beyond the fixes', async () => {
    const cwd = temporaryTree({ 'cluster.yaml': cluster, 'policy.yaml': policy });
    const { code, err } = await portcullis(cwd, 'debug', '-f', '.', ...asked, '--write', '40');
    expect(code).toBe(65);
    expect(err).toMatch(/there are only \d+ fixes/);
    expect(readFileSync(join(cwd, 'policy.yaml'), 'utf8')).toBe(policy);
  });

  it('refuses a file that is not UTF-8', async () => {
    const cwd = temporaryTree({ 'cluster.yaml': cluster });
    writeFileSync(join(cwd, 'policy.yaml'), Buffer.from(`\ufeff${policy}`, 'utf16le'));
    const { code, err } = await portcullis(cwd, 'debug', '-f', '.', ...asked, '--write');
    expect(code).toBe(65);
    expect(err).toContain('policy.yaml is not what was read any more, or not UTF-8');
  });
});
