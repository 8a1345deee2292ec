import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findEnvoy } from '../../src/lab/index.ts';
import { withLabs } from '../../test/support/lab-command.ts';

/** On a busy machine: a hook that is given up would leave its lab behind. */
const patience = 120_000;
const script = join(import.meta.dirname, 'tutorial.sh');

const envoy = findEnvoy(process.env).usable === undefined ? 'built-in' : 'envoy';
if (envoy === 'built-in') {
  console.warn('NOT CHECKED: the tutorial with real Envoy; portcullis lab doctor says how to get it');
}

withLabs(
  'the tutorial with the real kubectl',
  ({ portcullis }) => {
    for (const [agent, proxy] of [
      ['kube-router', envoy],
      ['calico', 'built-in'],
    ] as const) {
      const name = `tutorial-${agent}-${process.pid}-${process.getuid?.()}-${Math.random().toString(36).slice(2, 6)}`;
      beforeAll(async () => {
        const flags = ['--name', name, '--node-agent', agent, '--proxy', proxy];
        const up = await portcullis(['lab', 'up', '--empty', ...flags]);
        expect(up.code, up.err).toBe(0);
      }, patience);

      afterAll(async () => {
        await portcullis(['lab', 'down', '--name', name]);
      }, patience);

      test(`comes out as it says, with ${agent} and ${proxy} sidecars`, async () => {
        const { code, out, err } = await portcullis(['lab', 'shell', '--name', name], {
          input: `bash ${script} < /dev/null\n`,
          env: { SHELL: '/bin/bash' },
        });
        expect(err, out).toBe('');
        expect(out).toContain('# All as expected.');
        expect(out).not.toContain('NOT CHECKED');
        expect(code).toBe(0);
      });
    }
  },
  ['kubectl', 'envsubst', 'nft', 'curl', 'bash'],
);
