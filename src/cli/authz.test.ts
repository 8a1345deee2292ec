import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { type Recorded, recorder } from '../../test/support/terminal.ts';
import { run } from './run.ts';

const cwd = mkdtempSync(join(tmpdir(), 'portcullis-authz-'));
afterAll(() => rmSync(cwd, { recursive: true }));

const policies = {
  'ns[np-test-2]-policy[deny-all-ingress-using-authorizationpolicy]-rule[0]': {},
};
const rbac = {
  name: 'envoy.filters.network.rbac',
  typed_config: {
    '@type': 'type.googleapis.com/envoy.extensions.filters.network.rbac.v3.RBAC',
    rules: { action: 'DENY', policies },
  },
};
const dump = JSON.stringify({
  configs: [
    {
      '@type': 'type.googleapis.com/envoy.admin.v3.ListenersConfigDump',
      dynamic_listeners: [{ active_state: { listener: { filter_chains: [{ filters: [rbac] }] } } }],
    },
  ],
});
const table =
  'ACTION   AuthorizationPolicy                                    RULES\n' +
  'DENY     deny-all-ingress-using-authorizationpolicy.np-test-2   1\n';

async function check(words: string, terminal: Recorded = recorder({ cwd })): Promise<unknown> {
  const code = await run(['authz', 'check', ...words.split(' ').filter(Boolean)], terminal);
  return { out: terminal.out, err: terminal.err, code };
}

test('of a saved config dump, from a file or from standard input', async () => {
  writeFileSync(join(cwd, 'dump.json'), dump);
  const expected = { out: table, err: '', code: 0 };
  expect(await check('-f dump.json')).toEqual(expected);
  expect(await check('--file=dump.json ignored.shop')).toEqual(expected);
  const readInput = async (): Promise<Uint8Array> => new TextEncoder().encode(dump);
  expect(await check('-f -', recorder({ cwd, readInput }))).toEqual(expected);
});

test.each([
  [
    '-f gone.json',
    'failed to get config dump from file gone.json: open gone.json: no such file or directory',
  ],
  ['-f .', 'failed to get config dump from file .: read .: is a directory'],
  ['', 'expecting pod name or config dump, found: 0'],
  ['--proxy-admin-port 0', 'port number 0 must be in the range 1..65535'],
])('what cannot be read, in the words of istioctl: %s', async (words, said) => {
  expect(await check(words)).toEqual({ out: '', err: `Error: ${said}\n`, code: 1 });
});

test('a flag that there is not, and a pod without a lab of that name', async () => {
  expect(await check('--nope')).toMatchObject({ out: '', code: 64 });
  expect(await check('web --name no-such-lab')).toMatchObject({
    err: expect.stringContaining('no lab is called no-such-lab'),
    code: 65,
  });
});
