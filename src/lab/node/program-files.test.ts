import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { inside } from '../../../test/support/inside.ts';
import { type NodeAlone, nodeAlone } from '../../../test/support/node-alone.ts';
import type { ContainerContext, Program } from './index.ts';

const source = '/run/portcullis-test/program';
let context: ContainerContext | undefined;

/** A program of the machine's, at a place of the container's own, that reads a file when it is told to. */
const program: Program = Object.assign(
  async (given: ContainerContext) => {
    context = given;
    await given.writeFile('/etc/some/where/words', 'one');
    return given.spawn(['/usr/local/bin/bound', 'arguments']);
  },
  { binds: [{ source, at: '/usr/local/bin/bound' }] },
);

inside(import.meta.url, () => {
  let lab: NodeAlone;
  beforeAll(async () => {
    mkdirSync('/run/portcullis-test');
    writeFileSync(
      source,
      '#!/bin/sh\necho started with $1, $(cat ./etc/some/where/words)\nexec sleep 1000\n',
    );
    chmodSync(source, 0o755);
    lab = await nodeAlone(() => program);
    lab.pod('web', { containers: [{ name: 'main', image: 'any' }] });
    await lab.untilReady('web');
  });
  afterAll(async () => {
    await lab.close();
    expect(lab.reports).toEqual([]);
  });

  it('a program of the machine runs at its place in the container, with the files that it was given', async () => {
    await expect.poll(() => lab.logs('web')).toBe('started with arguments, one\n');
    expect((await lab.exec('web', ['sh', '-c', 'echo x >> /usr/local/bin/bound'])).code).not.toBe(0);
  });

  it('a file is replaced in one step: nobody has half of it', async () => {
    const follow = 'exec 3</etc/some/where/words; sleep 0.3; cat <&3; cat /etc/some/where/words';
    const read = lab.exec('web', ['sh', '-c', follow]);
    await new Promise((resolve) => setTimeout(resolve, 100));
    await context!.writeFile('/etc/some/where/words', 'two');
    expect((await read).stdout).toBe('onetwo');
  });
});
