import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import { meshViewOf } from '../../../../../test/support/mesh-view.ts';
import { randomCluster, randomFrom } from '../../../../../test/support/random-cluster.ts';
import { findEnvoy } from '../../../launch/index.ts';
import { createAuthority } from '../../certificates/authority.ts';
import { files, pathOf } from '../files.ts';
import { certificateSecret, rootsSecret } from '../secrets.ts';
import { outboundConfig } from './config.ts';

const envoy = findEnvoy(process.env).usable?.path;
if (envoy === undefined)
  console.warn('NOT CHECKED: what Envoy says of its outbound side: there is no Envoy on this machine');

/** A folder in which Envoy finds its secrets. */
async function withFolder(use: (folder: string, roots: string) => void): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'outbound-'));
  try {
    const authority = await createAuthority();
    const identity = await authority.identityOf('cluster.local', 'a', 's');
    const path = join(folder, pathOf(files.certificate));
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, JSON.stringify({ resources: [certificateSecret(identity)] }));
    use(folder, identity.roots);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** As static resources: Envoy looks at files of resources only when it runs. */
function staticConfig({ listeners, clusters }: ReturnType<typeof outboundConfig>, roots: string): object {
  const plain = ({ '@type': _, ...rest }: object & { readonly '@type': string }): object => rest;
  const blackHole = { name: 'BlackHoleCluster', type: 'STATIC' };
  return {
    node: { id: 'sidecar~10.0.0.1~a.b~b.svc.cluster.local', cluster: 'a.b' },
    static_resources: {
      secrets: [rootsSecret(roots)],
      listeners: listeners.map(plain),
      clusters: [blackHole, ...clusters.map(plain)],
    },
  };
}

/** Through a real pipe: Envoy opens its standard output by name, which a socket does not allow. */
const pipe = '"$@" 2>&1 | cat';

it.skipIf(envoy === undefined)(
  'Envoy takes it, for random meshes, without a word of warning',
  async () => {
    let resources = 0;
    await withFolder((folder, roots) => {
      for (let seed = 1; seed <= 16; seed++) {
        const random = randomFrom(seed);
        const view = meshViewOf(
          randomCluster(random, { mesh: true, admin: false, unknowns: false, wide: seed % 2 === 0 }),
          seed % 3 === 0 ? { accessLogEncoding: 'JSON' } : {},
        );
        const [pod] = view.pods;
        if (pod === undefined) continue;
        const config = outboundConfig(view, pod);
        resources += config.listeners.length + config.clusters.length;
        const name = `${seed}.json`;
        writeFileSync(join(folder, name), JSON.stringify(staticConfig(config, roots)));
        const args = ['--mode', 'validate', '-c', name, '-l', 'warning', '--concurrency', '1'];
        const told = execFileSync('sh', ['-c', pipe, 'sh', envoy!, ...args], {
          cwd: folder,
          encoding: 'utf8',
        });
        expect(told, `seed ${seed}`).toBe(`configuration '${name}' OK\n`);
      }
    });
    expect(resources).toBeGreaterThan(100);
  },
  120_000,
);
