import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { recorder } from '../../../test/support/terminal.ts';
import { chooseProxy, proxyWords, tellProxy } from './proxy-flag.ts';

const folder = mkdtempSync(join(tmpdir(), 'envoy-'));
const envoy = join(folder, 'envoy');
writeFileSync(envoy, "#!/bin/sh\necho 'envoy  version: 9e55/1.40.0/Clean/RELEASE/BoringSSL'\n");
chmodSync(envoy, 0o755);
afterAll(() => rmSync(folder, { recursive: true }));
const terminal = recorder({ env: { PATH: folder } });

test('Envoy is taken where there is one, and the built-in proxy where that is asked for', async () => {
  expect(await chooseProxy({}, terminal)).toEqual({ kind: 'envoy', path: envoy, version: '1.40.0' });
  expect(await chooseProxy({ proxy: 'built-in' }, terminal)).toEqual({ kind: 'built-in' });
});

test('more pods than there is room for have the built-in proxy, unless Envoy is asked for', async () => {
  const many = 1_000_000;
  const choice = await chooseProxy({}, terminal, many);
  expect(choice).toMatchObject({ kind: 'built-in', why: expect.stringContaining('1000000 pods') });
  expect((await chooseProxy({ proxy: 'envoy' }, terminal, many)).kind).toBe('envoy');
});

test('what it is is said in a line', () => {
  const said = recorder({ env: {} });
  tellProxy({ kind: 'envoy', path: envoy, version: '1.40.0' }, said);
  tellProxy({ kind: 'built-in', why: 'because' }, said);
  expect(said.err).toBe('sidecars: Envoy 1.40.0\nsidecars: built-in; because\n');
  expect(proxyWords({ kind: 'built-in' })).toBe('built-in');
});
