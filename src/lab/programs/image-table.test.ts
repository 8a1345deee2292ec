import { describe, expect, it } from 'vitest';
import { type TestContainerOptions, testContext } from '../../../test/support/lab-context.ts';
import type { ImageTable, Program } from '../node/index.ts';
import { parseImageName } from './image-name.ts';
import { type ImageTableOptions, imageTable } from './index.ts';

// No program here opens a socket.
const nowhere = { name: 'nowhere', path: '', fd: -1 };
const machine = new Set(['nginx', 'curl', 'sh', 'bash', 'sleep', '/usr/bin/app', 'app']);
const find = (name: string): string | undefined =>
  machine.has(name) ? (name.startsWith('/') ? name : `/usr/bin/${name}`) : undefined;
const table = (options: ImageTableOptions = {}): ImageTable => imageTable({ find, ...options });

async function wordsOf(
  images: ImageTable,
  image: string,
  container: TestContainerOptions = {},
): Promise<readonly string[] | string> {
  const program = images(image);
  if ('missing' in program) return program.missing;
  const { context, spawned, logged } = testContext(nowhere, { image, ...container });
  await program(context);
  return spawned[0] ?? logged;
}

describe('image names', () => {
  it.each([
    ['nginx', undefined, 'nginx', undefined],
    ['docker.io/library/nginx:1.27', 'docker.io', 'nginx', '1.27'],
    ['localhost:5000/team/app@sha256:00', 'localhost:5000', 'team/app', undefined],
    ['localhost/app', 'localhost', 'app', undefined],
    ['registry.k8s.io/e2e-test-images/agnhost:2.53', 'registry.k8s.io', 'e2e-test-images/agnhost', '2.53'],
    ['curlimages/curl', undefined, 'curlimages/curl', undefined],
  ])('%s', (image, registry, repository, tag) => {
    expect(parseImageName(image)).toEqual({ registry, repository, tag });
  });
});

describe('imageTable', () => {
  it('starts nginx as its image does, whatever registry and tag it has', async () => {
    const whole = [
      '/docker-entrypoint.sh',
      'nginx',
      '-p',
      '/etc/nginx/',
      '-g',
      'daemon off; master_process off;',
    ];
    for (const image of ['nginx', 'docker.io/library/nginx:1.27', 'nginxinc/nginx-unprivileged:latest']) {
      expect(await wordsOf(table(), image)).toEqual(whole);
    }
    const command = ['nginx', '-g', 'daemon off;'];
    expect(await wordsOf(table(), 'nginx', { command })).toEqual(whole.slice(1));
    const script = ['sh', '-c', 'exec nginx -g "daemon off;"'];
    expect(await wordsOf(table(), 'nginx', { command: script })).toEqual(script);
  });

  it('follows command and args as ENTRYPOINT and CMD', async () => {
    expect(await wordsOf(table(), 'busybox')).toEqual(['sh']);
    expect(await wordsOf(table(), 'busybox', { args: ['sleep', 'infinity'] })).toEqual(['sleep', 'infinity']);
    expect(await wordsOf(table(), 'debian', { command: ['sh', '-c'], args: ['id'] })).toEqual([
      'sh',
      '-c',
      'id',
    ]);
    expect(await wordsOf(table(), 'curlimages/curl')).toEqual(['curl']);
    expect(await wordsOf(table(), 'curlimages/curl', { args: ['-s', 'http://web'] })).toEqual([
      'curl',
      '-s',
      'http://web',
    ]);
    expect(await wordsOf(table(), 'curlimages/curl', { args: ['http://web'] })).toEqual([
      'curl',
      'http://web',
    ]);
    expect(await wordsOf(table(), 'curlimages/curl', { args: ['sleep', '1'] })).toEqual(['sleep', '1']);
  });

  it("asks busybox for an applet that this machine doesn't have beside it", async () => {
    const words = { command: ['httpd', '-f'] };
    expect(await wordsOf(table(), 'busybox', words)).toEqual(['httpd', '-f']);
    const withBusybox = table({ find: (name) => (name === 'busybox' ? '/bin/busybox' : find(name)) });
    expect(await wordsOf(withBusybox, 'busybox', words)).toEqual(['/bin/busybox', 'httpd', '-f']);
    expect(await wordsOf(withBusybox, 'busybox', { command: ['sleep', '1'] })).toEqual(['sleep', '1']);
    expect(await wordsOf(withBusybox, 'busybox', { command: ['/opt/own'] })).toEqual(['/opt/own']);
  });

  it('refuses an image that nobody named, and says how to name it', async () => {
    const words = await wordsOf(table(), 'registry.acme.io/shop/web:1.2');
    expect(words).toContain('image "registry.acme.io/shop/web:1.2"');
    expect(words).toContain('portcullis lab up --image shop/web=/usr/bin/app');
    expect(words).toContain('--image shop/web=agnhost');
    expect(words).not.toContain('Did you mean');
    expect(await wordsOf(table(), 'ngnix')).toContain('Did you mean nginx?');
    expect(await wordsOf(table(), 'curlimage/curl')).toContain('Did you mean curlimages/curl?');
    expect(await wordsOf(table(), 'k8s.gcr.io/agnhost')).toContain('Did you mean e2e-test-images/agnhost?');
  });

  it('runs what the user maps an image to', async () => {
    const entries = [
      { image: 'shop/web', command: ['/usr/bin/app'] },
      { image: 'registry.acme.io/shop/worker:2', command: ['app', '--fast'] },
      { image: 'shop/tools', command: ['nginx'] },
      { image: 'shop/gone', command: ['/opt/gone'] },
      { image: 'nginx', command: ['/usr/bin/app'] },
    ];
    const images = table({ entries });
    expect(await wordsOf(images, 'quay.io/shop/web:7', { args: ['--x'] })).toEqual(['/usr/bin/app', '--x']);
    expect(await wordsOf(images, 'shop/web', { command: ['/not/here'], args: ['--x'] })).toEqual([
      '/usr/bin/app',
      '--x',
    ]);
    expect(await wordsOf(images, 'shop/web', { command: ['sleep', '1'] })).toEqual(['sleep', '1']);
    expect(await wordsOf(images, 'registry.acme.io/shop/worker:2', { args: ['--x'] })).toEqual([
      '/usr/bin/app',
      '--fast',
    ]);
    expect(await wordsOf(images, 'shop/worker:2')).toContain('no program');
    expect(await wordsOf(images, 'registry.acme.io/shop/worker:3')).toContain('no program');
    expect(await wordsOf(images, 'shop/gone')).toContain('this machine has no such program');
    expect((await wordsOf(images, 'shop/tools'))[1]).toBe('nginx');
    expect(await wordsOf(images, 'nginx')).toEqual(['/usr/bin/app']);
  });

  it('has what the lab adds', () => {
    const program: Program = async () => ({ exited: new Promise(() => {}), signal: () => {} });
    expect(table({ programs: { 'istio/proxyv2': program } })('docker.io/istio/proxyv2:1.30.3')).toBe(program);
    expect(table()('constructor')).toHaveProperty('missing');
  });
});
