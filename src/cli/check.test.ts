import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { broken, shop } from '../../test/support/shop.ts';
import { recorder } from '../../test/support/terminal.ts';
import { run } from './run.ts';
import type { Terminal } from './terminal.ts';

const foreign = `apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: c, namespace: shop}
spec: {}
`;

let directory = '';

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'portcullis-'));
  mkdirSync(join(directory, 'project', 'below'), { recursive: true });
  writeFileSync(join(directory, 'shop.yaml'), shop);
  writeFileSync(join(directory, 'foreign.yaml'), foreign);
  writeFileSync(
    join(directory, 'project', 'portcullis.yaml'),
    'apiVersion: portcullis.dev/v1alpha1\nkind: Sources\nsources:\n- path: ../shop.yaml\n',
  );
  writeFileSync(join(directory, 'project', 'below', 'broken.yaml'), broken);
});

afterAll(() => rmSync(directory, { recursive: true }));

async function check(
  args: string,
  change: Partial<Terminal> = {},
): Promise<{ readonly code: number; readonly out: string; readonly err: string }> {
  const terminal = recorder({ cwd: directory, ...change });
  const code = await run(['check', ...args.split(' ')], terminal);
  return { code, out: terminal.out, err: terminal.err };
}

describe('unknown', () => {
  const other = shop.replace('{name: front, namespace: shop,', '{name: front, namespace: other,');
  const readInput = async (): Promise<Uint8Array> => Buffer.from(other);

  test('names the flag, which settles it', async () => {
    const asked = await check('-f - other/front shop/db', { readInput });
    expect(asked.code).toBe(2);
    expect(asked.out).toContain('--assume Namespace/other:team=blue');
    const told = await check('-f - other/front shop/db --assume Namespace/other:team=blue', { readInput });
    expect(told.code).toBe(0);
    expect(told.out).toContain('✓ ALLOW  other/front -> shop/db  TCP 5432\n');
    expect(told.out).toContain('Note: port 5432 is the only TCP port that the destination declares\n');
    const denied = await check('-f - other/front shop/db --assume Namespace/other:team-', { readInput });
    expect(denied.code).toBe(1);
  });

  test('for a policy of a kind that is not read, until it is ruled out', async () => {
    const asked = await check('-f shop.yaml -f foreign.yaml shop/db shop/front');
    expect(asked.code).toBe(2);
    expect(asked.out).toContain('--ignore-kind CiliumNetworkPolicy');
    expect(asked.err).toContain('warning[PC2009]');
    const told = await check(
      '-f shop.yaml -f foreign.yaml shop/db shop/front --ignore-kind CiliumNetworkPolicy',
    );
    expect(told).toMatchObject({ code: 0, err: '' });
  });
});

test('names are those of the sender, or of -n', async () => {
  expect((await check('-f shop.yaml front http://db -n shop')).out).toContain(
    'shop/front -> shop/svc/db  TCP 80',
  );
  expect((await check('-f shop.yaml shop/front deploy/db')).out).toContain('shop/front -> shop/db  TCP 5432');
  expect((await check('-f shop.yaml shop/front deploy/db -n other')).code).toBe(65);
});

test('JSON and YAML for programs', async () => {
  const { code, out } = await check('-f shop.yaml shop/front db.shop -o json');
  expect(code).toBe(1);
  expect(JSON.parse(out)).toMatchObject({
    apiVersion: 'portcullis.dev/v1alpha1',
    kind: 'Verdict',
    outcome: 'deny',
    symptom: { kind: 'connect timeout' },
    request: { port: 80, complete: true },
    decidedBy: { layer: 'ingress policy', because: { policies: [{ name: 'db', span: { line: 33 } }] } },
  });
  const yaml = await check('-f shop.yaml shop/front db.shop -o yaml');
  expect(yaml.out).toMatch(/^apiVersion: portcullis.dev\/v1alpha1\nkind: Verdict\n/);
});

test('--expect turns the outcome into a pass or a failure', async () => {
  expect((await check('-f shop.yaml shop/front db --expect deny')).code).toBe(0);
  const failed = await check('-f shop.yaml shop/front db --expect allow');
  expect(failed).toMatchObject({ code: 1, err: 'expected allow, the outcome is deny\n' });
});

test('the project file of a directory above, unless sources are named', async () => {
  const cwd = join(directory, 'project', 'below');
  const { code, out } = await check('shop/front shop/svc/db', { cwd });
  expect(code).toBe(1);
  expect(out).toContain('--> ../../shop.yaml:');
  expect((await check('-f broken.yaml shop/front shop/svc/db', { cwd })).code).toBe(65);
});

test('colours when asked for', async () => {
  expect((await check('-f shop.yaml shop/front db')).out).not.toContain('\u001b');
  expect((await check('-f shop.yaml shop/front db --color always')).out).toContain('\u001b[31m');
});

test('what cannot be read ends with 65, and no verdict is given', async () => {
  const { code, out, err } = await check('-f shop.yaml -f gone.yaml shop/front db');
  expect({ code, out }).toEqual({ code: 65, out: '' });
  expect(err).toContain('error[PC1101]: gone.yaml does not exist');
});

test('an assumption about nothing ends with 65: it would silently change nothing', async () => {
  const { code, out, err } = await check('-f shop.yaml shop/front db --assume Namespace/shpo:team=blue');
  expect({ code, out }).toEqual({ code: 65, out: '' });
  expect(err).toContain('the assumption about Namespace shpo changes nothing');
});

test('a name that is not there ends with 65 and the closest names', async () => {
  const { code, err } = await check('-f shop.yaml shop/frnt db');
  expect(code).toBe(65);
  expect(err).toBe(
    [
      'error: no pod or workload shop/frnt in the manifests',
      '  closest:',
      '    shop/pod/front',
      '    shop/deploy/db',
      '',
    ].join('\n'),
  );
});

test.each([
  ['-f shop.yaml shop/front', "missing required argument 'TO'"],
  ['-f shop.yaml shop/front db --jwt maybe', 'Allowed choices are none, invalid'],
  ['-f shop.yaml shop/front db --nope', "unknown option '--nope'"],
  ['-f shop.yaml shop/front:80 db', 'FROM has no port'],
  ['-f shop.yaml shop/front db --assume team=blue', 'cannot read --assume'],
  ['-f shop.yaml shop/front db --cni nothing', '--cni: unknown network plugin'],
  ['-f shop.yaml shop/front db --pod-cidr 10.0.0.0', 'is not a range of addresses'],
  ['-f shop.yaml shop/front db --env 1=2', 'cannot read --env'],
  ['shop/front db', 'no manifests: name them with -f'],
])('%s: 64', async (args, message) => {
  const { code, out, err } = await check(args);
  expect({ code, out }).toEqual({ code: 64, out: '' });
  expect(err).toContain(message);
});
