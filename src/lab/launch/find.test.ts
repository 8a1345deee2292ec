import { expect, test } from 'vitest';
import { withLabs } from '../../../test/support/lab-command.ts';

/** Something is started in each of them all the time. */
const probed = [1, 2, 3, 4, 5, 6, 7, 8]
  .map(
    (number) => `---
apiVersion: v1
kind: Pod
metadata: {name: probed-${number}}
spec:
  containers:
    - name: shell
      image: busybox
      command: [sleep, infinity]
      livenessProbe: {periodSeconds: 1, exec: {command: ['true']}}
`,
  )
  .join('');

withLabs('a lab is found', ({ portcullis, run }) => {
  test('its kubeconfig can be read while processes are started in its pods', {
    timeout: 120_000,
  }, async () => {
    const name = `found-${process.pid}-${Math.random().toString(36).slice(2, 8)}`;
    await portcullis(['lab', 'up', '--name', name, '-f', '-'], { input: probed });
    try {
      const { out } = await portcullis(['lab', 'status', '--name', name, '-o', 'json']);
      const path = /"(\/proc\/[^"]+kubeconfig)"/.exec(out)![1]!;
      const reads = 'for i in $(seq 400); do : < "$0" || exit 1; sleep 0.005; done';
      const { code, err } = await run(['bash', '-c', reads, path]);
      expect({ code, err }).toEqual({ code: 0, err: '' });
    } finally {
      await portcullis(['lab', 'down', '--name', name]);
    }
  });
});
