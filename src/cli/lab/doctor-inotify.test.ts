import { expect, test } from 'vitest';
import { lookAtInotify } from './doctor-inotify.ts';

test("the kernel's own limit has room for some sidecars, and the command that makes more is named", () => {
  const [found] = lookAtInotify(128);
  expect(found).toMatchObject({
    state: 'lacking',
    detail: expect.stringContaining('some 25 sidecars') as string,
    fix: 'sudo sysctl -w fs.inotify.max_user_instances=1000',
  });
  expect(lookAtInotify(Number(/=(\d+)$/.exec(found!.fix!)![1]))).toMatchObject([{ state: 'ok' }]);
});
