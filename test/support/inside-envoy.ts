import { spawnSync } from 'node:child_process';
import { it } from 'vitest';
import { findEnvoy } from '../../src/lab/launch/index.ts';
import { inside } from './inside.ts';

/** `inside`, with an Envoy of this machine; where there is none it says loudly what was not checked. */
export function insideWithEnvoy(url: string, define: (binary: string) => void): void {
  const binary = findEnvoy(process.env).usable?.path;
  const obstacle = whyNot(binary);
  if (obstacle === undefined) {
    inside(url, () => define(binary!), ['nft', 'ip', 'curl']);
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
