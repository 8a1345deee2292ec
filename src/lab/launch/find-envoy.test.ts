import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { envoyVersion, findEnvoy, readEnvoyVersion, userEnvoyFolder } from './find-envoy.ts';

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

/** A folder with a program in it that says what Envoy would of its version. */
function folderWith(program: string, version: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'envoy-'));
  folders.push(folder);
  const path = join(folder, program);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `#!/bin/sh\necho\necho '${path}  version: 9e55/${version}/Clean/RELEASE/BoringSSL'\n`);
  chmodSync(path, 0o755);
  return folder;
}

test('the version is read as Envoy prints it', () => {
  const printed = '\n/opt/envoy/9.9.9/envoy  version: 9e5580933739/1.40.0/Clean/RELEASE/BoringSSL\n\n';
  expect(readEnvoyVersion(printed)).toBe('1.40.0');
  expect(readEnvoyVersion('envoy  version: 0/1.41.0-dev/Modified/DEBUG/BoringSSL')).toBe('1.41.0');
  expect(readEnvoyVersion('version: istio-proxy')).toBeUndefined();
});

test('the one on PATH goes first, where it is new enough', () => {
  const folder = folderWith('envoy', '1.41.2');
  expect(findEnvoy({ PATH: folder, HOME: '/nowhere' })).toEqual({
    usable: { path: join(folder, 'envoy'), version: '1.41.2' },
  });
});

test('one that is too old is told, and the cache is looked into', () => {
  const folder = folderWith('envoy', '1.20.0');
  const cache = folderWith(`portcullis/envoy-${envoyVersion}/envoy/_bin/envoy`, envoyVersion);
  const found = findEnvoy({ PATH: folder, XDG_CACHE_HOME: cache });
  expect(found.unusable).toEqual({ path: join(folder, 'envoy'), version: '1.20.0' });
  // The checkout's own cache goes before the user's.
  expect(found.usable?.path).toMatch(/envoy-1\.40\.0\/envoy\/_bin\/envoy$/);
});

test('the cache of the user is where the XDG specification has it', () => {
  expect(userEnvoyFolder({ HOME: '/home/a' })).toBe(`/home/a/.cache/portcullis/envoy-${envoyVersion}`);
  expect(userEnvoyFolder({ HOME: '/home/a', XDG_CACHE_HOME: '/var/a' })).toBe(
    `/var/a/portcullis/envoy-${envoyVersion}`,
  );
  expect(userEnvoyFolder({ HOME: '/home/a', XDG_CACHE_HOME: 'a' })).toBe(
    `/home/a/.cache/portcullis/envoy-${envoyVersion}`,
  );
});

test('what npm start fetches is what is looked for', () => {
  const requirements = join(import.meta.dirname, '../../../scripts/envoy-requirements.txt');
  expect(readFileSync(requirements, 'utf8')).toContain(`\nenvoy-server==${envoyVersion} `);
});
