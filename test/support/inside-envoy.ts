import { spawnSync } from 'node:child_process';
import { it } from 'vitest';
import { findEnvoy } from '../../src/lab/launch/index.ts';
import { inside, users } from './inside.ts';

/** `inside`, with an Envoy of this machine; where there is none it says loudly what was not checked. As the last of the users, the one who may least, where `once` is said. */
export function insideWithEnvoy(
  url: string,
  define: (binary: string) => void,
  { once = false }: { readonly once?: boolean } = {},
): void {
  const binary = findEnvoy(process.env).usable?.path;
  const obstacle = whyNot(binary);
  if (obstacle === undefined) {
    inside(url, () => define(binary!), ['nft', 'ip', 'curl'], once ? users().slice(-1) : users());
    return;
  }
  console.warn(`NOT CHECKED: ${url.slice(url.indexOf('/src/') + 1)} with real Envoy: ${obstacle}`);
  it.skip(`with real Envoy: ${obstacle}`, () => undefined);
}

function whyNot(binary: string | undefined): string | undefined {
  if (binary === undefined) return 'there is none on PATH and in no cache (npm start fetches one)';
  const { error, status, stderr } = spawnSync(binary, ['--version'], { encoding: 'utf8' });
  if (error !== undefined) return error.message;
  return status === 0 ? undefined : stderr.trim();
}
