import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { broken, shop } from '../../test/support/shop.ts';

const program = join(import.meta.dirname, 'main.ts');
let directory = '';

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'portcullis-'));
  writeFileSync(join(directory, 'shop.yaml'), shop);
  writeFileSync(join(directory, 'broken.yaml'), broken);
});

afterAll(() => rmSync(directory, { recursive: true }));

interface Result {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

function start(command: string, args: readonly string[], input = ''): Result {
  const env = { ...process.env, NO_COLOR: '1' };
  const { status, stdout, stderr } = spawnSync(command, args, {
    cwd: directory,
    env,
    input,
    encoding: 'utf8',
  });
  return { code: status, out: stdout, err: stderr };
}

function portcullis(args: string, input = ''): Result {
  return start(process.execPath, [program, ...args.split(' ')], input);
}

test('a denial: the verdict on standard output, exit code 1', () => {
  const { code, out, err } = portcullis('check -f shop.yaml shop/front http://db/a/../b');
  expect({ code, err }).toEqual({ code: 1, err: '' });
  expect(out).toMatchInlineSnapshot(`
    "✗ DENY  shop/front -> shop/svc/db  TCP 80
      GET /a/../b, host db

        ✓ service         client shop/front   Service shop/db port 80 leads to port 5432 of shop/db
        ✓ egress policy   node of shop/front  no policy selects the pod
      ▶ ✗ ingress policy  node of shop/db     isolated by NetworkPolicy shop/db; no rule matches
        · authorization   node of shop/db     shop/db is not in the mesh: nothing in the manifests asks
                                              for sidecars

    Decided here:
      --> shop.yaml:37:3
       |
    37 | /   ingress:
    38 | |   - from:
    39 | |     - podSelector: {matchLabels: {app: back}}
    40 | |   - from:
    41 | |     - namespaceSelector: {matchLabels: {team: blue}}
       | |____________________________________________________^

    Closest rules, and what keeps them from matching:
      NetworkPolicy shop/db spec.ingress[0]
        from[0].podSelector.matchLabels.app: wants app=back, the request has app=front
          --> shop.yaml:39:35
      NetworkPolicy shop/db spec.ingress[1]
        from[0].namespaceSelector.matchLabels.team: wants team=blue, the request has no label team
          --> shop.yaml:41:41

    The caller sees: connect timeout
    "
  `);
});

test('an allowed request from standard input: exit code 0', () => {
  const { code, out, err } = portcullis('check -f - shop/db shop/front', shop);
  expect({ code, err }).toEqual({ code: 0, err: '' });
  expect(out).toContain('✓ ALLOW  shop/db -> shop/front  TCP 8080\n');
});

test('a broken document: diagnostics on standard error, and the verdict is unknown', () => {
  const { code, out, err } = portcullis('check -f shop.yaml -f broken.yaml 203.0.113.7 shop/front');
  expect(code).toBe(2);
  expect(err).toMatch(/^error\[PC10\d\d\]: .*\n --> broken\.yaml:4:7\n/);
  expect(out).toContain('? UNKNOWN  203.0.113.7 -> shop/front');
});

test('usage errors end with 64, names that are not there with 65', () => {
  expect(portcullis('check -f shop.yaml shop/front')).toMatchObject({ code: 64, out: '' });
  expect(portcullis('check -f shop.yaml shop/front nowhere')).toMatchObject({ code: 65, out: '' });
});

test('a reader that goes away is no error', () => {
  const command = `'${process.execPath}' '${program}' check -f shop.yaml shop/front db -o json | true; echo "$PIPESTATUS"`;
  expect(start('bash', ['-c', command])).toEqual({ code: 0, out: '1\n', err: '' });
});
