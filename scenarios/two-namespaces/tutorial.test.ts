import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { withLabs } from '../../test/support/lab-command.ts';

/** On a busy machine: a hook that is given up would leave its lab behind. */
const patience = 120_000;
const script = join(import.meta.dirname, 'tutorial.sh');

withLabs(
  'the tutorial with the real kubectl',
  ({ portcullis, run }) => {
    for (const agent of ['kube-router', 'calico']) {
      const name = `tutorial-${agent}-${process.pid}-${process.getuid?.()}-${Math.random().toString(36).slice(2, 6)}`;
      let kubeconfig = '';
      let cache = '';

      beforeAll(async () => {
        const up = await portcullis(['lab', 'up', '--empty', '--name', name, '--node-agent', agent]);
        expect(up.code, up.err).toBe(0);
        kubeconfig = /KUBECONFIG=(\S+)/.exec(up.out)![1]!;
        cache = join(kubeconfig, '../kubectl-cache');
      }, patience);

      afterAll(async () => {
        await portcullis(['lab', 'down', '--name', name]);
      }, patience);

      test(`comes out as it says, with ${agent}`, async () => {
        const { code, out, err } = await run(['bash', script], {
          env: { KUBECONFIG: kubeconfig, KUBECACHEDIR: cache },
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
