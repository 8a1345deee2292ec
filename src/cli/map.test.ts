import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { market } from '../../test/support/market.ts';
import { recorder } from '../../test/support/terminal.ts';
import { run } from './run.ts';
import type { Terminal } from './terminal.ts';

let directory = '';

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'portcullis-'));
  writeFileSync(join(directory, 'market.yaml'), market);
});

afterAll(() => rmSync(directory, { recursive: true }));

async function map(
  args: string,
  change: Partial<Terminal> = {},
): Promise<{ readonly code: number; readonly out: string; readonly err: string }> {
  const terminal = recorder({ cwd: directory, ...change });
  const code = await run(['map', ...args.split(' ').filter(Boolean)], terminal);
  return { code, out: terminal.out, err: terminal.err };
}

test('the tutorial without policies: everybody reaches everybody', async () => {
  const cwd = resolve(import.meta.dirname, '../../scenarios/two-namespaces');
  const { code, out } = await map('', { cwd });
  expect(code).toBe(0);
  expect(out).toBe(`2 workloads in 2 namespaces and 1 range of addresses outside
6 of 6 pairs are open: 6 on every port
3 classes: ends of one class are alike to every policy

                             1 2 3
1 np-test-1/np-test-nginx-1    ■ ■
2 np-test-2/np-test-nginx-2  ■   ■
3 outside                    ■ ■
■ every port
`);
});

test('policies alone leave nobody to ask about', async () => {
  writeFileSync(
    join(directory, 'alone.yaml'),
    '{"apiVersion":"networking.k8s.io/v1","kind":"NetworkPolicy","metadata":{"name":"p","namespace":"shop"},"spec":{"podSelector":{}}}',
  );
  const { code, err } = await map('-f alone.yaml');
  expect(code).toBe(0);
  expect(err).toContain('note: there are no pods or workloads in the manifests');
});

describe('--from and --to', () => {
  test('a single row is a list', async () => {
    const { out } = await map('-f market.yaml --from back/stock');
    expect(out).toContain(`back/stock reaches
  shop/orders
      TCP 15020-15021 and 15090, all UDP and SCTP ports
  shop/web
      TCP 8080: HTTP
      all other ports
  outside
      all ports
`);
  });

  test.each([
    ['shop/orders', 1],
    ['shop/deploy/orders', 1],
    ['deploy/orders -n shop', 1],
    ['shop/', 2],
    ['shop/svc/orders', 1],
    ['orders.shop', 1],
    ['203.0.113.7', 1],
    ['outside', 1],
  ])('--to %s', async (to, ends) => {
    const { code, out } = await map(`-f market.yaml --from back/stock --to ${to} -o json`);
    expect(code).toBe(0);
    expect(
      new Set(JSON.parse(out).details.map((pair: { destination: string }) => pair.destination)).size,
    ).toBe(ends);
  });

  test('together they show what decides, with a request of each kind', async () => {
    const { out } = await map('-f market.yaml --from shop/web --to shop/orders');
    expect(out).toContain(`shop/web -> shop/orders
  ✓ TCP 8081: GET on /api/* but not /api/admin*
      asked with TCP 8081, GET /api/`);
    expect(out).toContain(
      'authorization/ALLOW: allowed by ns[shop]-policy[orders]-rule[0]\n        --> market.yaml:',
    );
    expect(out).toMatch(/ {2}✗ TCP 8081: other HTTP\n {6}asked with TCP 8081, GET \//);
    expect(out).toContain('  ✗ all other ports\n');
  });

  test('denied pairs are explained too', async () => {
    const { out } = await map('-f market.yaml --from shop/web --to back/stock');
    expect(out).toContain('0 of 1 pair is open\n');
    expect(out).toContain(
      '  ✗ all ports\n      asked with TCP 9000\n      ingress policy: isolated by NetworkPolicy back/stock',
    );
  });
});

test('--in: pairs with an end in the namespace', async () => {
  const { out } = await map('-f market.yaml --in back -o csv');
  const pairs = out.split('\r\n').slice(1, -1);
  expect(pairs.length).toBeGreaterThan(0);
  expect(pairs.every((line) => line.includes('back/Deployment/stock'))).toBe(true);
});

test('--layer: the network alone knows no HTTP', async () => {
  const { out } = await map('-f market.yaml --layer network -o csv --from shop/web --to shop/orders');
  expect(out).toContain('TCP,1-65535,allow,allow,,');
});

describe('--exposure', () => {
  test('what could reach a workload', async () => {
    const { code, out } = await map('-f market.yaml --exposure --to back/stock');
    expect(code).toBe(0);
    expect(out).toMatch(
      /^back\/stock accepts\n {2}from pods in namespace shop with app=orders\n {6}TCP 9000: HTTP\n/,
    );
    expect(out).not.toContain('may reach\n');
  });

  test.each(['json', 'csv', 'markdown'])('as %s', async (format) => {
    const { code, out } = await map(`-f market.yaml --exposure -o ${format}`);
    expect(code).toBe(0);
    expect(out).toContain('pods in namespace shop with app=orders');
  });

  test('of workloads, not of addresses', async () => {
    const { code, err } = await map('-f market.yaml --exposure --from 203.0.113.7');
    expect(code).toBe(64);
    expect(err).toContain('--exposure tells of workloads: --from 203.0.113.7 is none');
  });

  test.each(['dot', 'mermaid'])('not as %s', async (format) => {
    const { code, err } = await map(`-f market.yaml --exposure -o ${format}`);
    expect(code).toBe(64);
    expect(err).toContain('--exposure cannot be drawn');
  });
});

test.each([
  ['--in shpo', 65, 'no namespace shpo in the manifests\n  closest:\n    shop\n'],
  ['--from shop/wbe', 65, 'no pod or workload shop/wbe in the manifests\n  closest:\n    shop/deploy/web\n'],
  ['--from shop', 65, 'no pod or workload default/shop in the manifests\n  the whole namespace is shop/\n'],
  ['--to 127.0.0.1', 65, 'no packet comes from or goes to 127.0.0.1'],
  ['--to http://orders.shop/', 64, '--to takes no URL: a map is about all requests'],
  ['--to shop/orders:80', 64, '--to takes no port: a map is about all ports'],
  ['--from node/a', 64, 'nodes are no ends of a map'],
  ['--to host/example.com', 64, 'host/example.com may have any address'],
  ['--in shop --from shop/web', 64, '--in does not go with --from and --to'],
  ['--layer mesh', 64, "argument 'mesh' is invalid"],
])('%s: %i', async (args, code, message) => {
  const result = await map(`-f market.yaml ${args}`);
  expect(result).toMatchObject({ code, out: '' });
  expect(result.err).toContain(message);
});

test('a matrix is as wide as the terminal, prose is not', async () => {
  const isTerminal = { print: true, warn: false };
  const { out } = await map('-f market.yaml --color never', { isTerminal, columns: 60 });
  expect(Math.max(...out.split('\n').map((line) => line.length))).toBeLessThanOrEqual(60);
});
