import { PassThrough } from 'node:stream';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { inside } from '../../../test/support/inside.ts';
import { type NodeAlone, nodeAlone } from '../../../test/support/node-alone.ts';

const sh = (script: string): readonly string[] => ['sh', '-c', script];

inside(import.meta.url, () => {
  let lab: NodeAlone;
  beforeAll(async () => {
    lab = await nodeAlone();
    lab.pod('web', {
      containers: [
        {
          name: 'web',
          image: 'any',
          command: ['sleep', '1000'],
          workingDir: '/srv/here',
          env: [{ name: 'COLOUR', value: 'blue' }],
        },
      ],
    });
    lab.pod('two', {
      initContainers: [{ name: 'before', image: 'any', command: ['true'] }],
      containers: ['a', 'b'].map((name) => ({ name, image: 'any', command: ['sleep', '1000'] })),
    });
    lab.pod('done', {
      restartPolicy: 'Never',
      containers: [{ name: 'done', image: 'any', command: ['true'] }],
    });
    await Promise.all([lab.untilReady('web'), lab.untilReady('two')]);
    await lab.until('done', ({ status }) => status.phase === 'Succeeded');
  });
  afterAll(async () => {
    await lab.close();
    expect(lab.reports).toEqual([]);
  });

  it('gives both streams, the exit code, the environment and the working directory of the container', async () => {
    const script = 'echo $COLOUR $PWD $HOSTNAME $HOME; echo wrong >&2; exit 7';
    expect(await lab.exec('web', sh(script))).toEqual({
      code: 7,
      stdout: 'blue /srv/here web /root\n',
      stderr: 'wrong\n',
    });
  });

  it('passes stdin to its end, and megabytes through', async () => {
    expect((await lab.exec('web', ['cat'], { stdin: 'one\ntwo\n' })).stdout).toBe('one\ntwo\n');
    const much = 'x'.repeat(3_000_000);
    expect((await lab.exec('web', ['cat'], { stdin: much })).stdout.length).toBe(much.length);
  });

  it('a program that is not there, that may not be run, that is a directory', async () => {
    const refused = (why: string): string =>
      `OCI runtime exec failed: exec failed: unable to start container process: ${why}: unknown\n`;
    expect(await lab.exec('web', ['foo'])).toMatchObject({
      code: 127,
      stderr: refused('exec: "foo": executable file not found in $PATH'),
    });
    expect(await lab.exec('web', ['/no/foo'])).toMatchObject({
      code: 127,
      stderr: refused('exec: "/no/foo": stat /no/foo: no such file or directory'),
    });
    expect(await lab.exec('web', ['/etc/hosts'])).toMatchObject({
      code: 126,
      stderr: refused('exec: "/etc/hosts": permission denied'),
    });
    expect(await lab.exec('web', ['/etc'])).toMatchObject({
      code: 126,
      stderr: refused('exec: "/etc": is a directory'),
    });
  });

  it('a signal counts as a shell counts it', async () => {
    expect(await lab.exec('web', sh('kill -TERM $$'))).toMatchObject({ code: 143, signal: 15 });
  });

  it('refuses in the words of the API server and the kubelet', async () => {
    await expect(lab.exec('absent', ['ls'])).rejects.toMatchObject({
      code: 404,
      message: 'pods "absent" not found',
    });
    await expect(lab.exec('two', ['ls'])).rejects.toMatchObject({
      code: 400,
      message:
        'a container name must be specified for pod two, choose one of: [a b] or one of the init containers: [before]',
    });
    await expect(lab.exec('two', ['ls'], { container: 'c' })).rejects.toMatchObject({
      code: 400,
      message: 'container c is not valid for pod two',
    });
    await expect(lab.exec('two', ['ls'], { container: 'before' })).rejects.toMatchObject({
      code: 404,
      message: 'container not found ("before")',
    });
    await expect(lab.exec('done', ['ls'])).rejects.toMatchObject({
      code: 400,
      message: 'cannot exec into a container in a completed pod; current phase is Succeeded',
    });
  });

  it('ends the command and what it has started when the caller goes away', async () => {
    const controller = new AbortController();
    const running = lab.exec('web', sh('sleep 777 & sleep 777'), { signal: controller.signal });
    const count = 'cat /proc/[0-9]*/cmdline | tr "\\0" " " | grep -o "sleep [7]77" | wc -l';
    const sleeping = async (): Promise<string> => (await lab.exec('web', sh(count))).stdout;
    // Twice in the words of the shell, and both sleeps.
    await expect.poll(sleeping).toBe('4\n');
    controller.abort();
    expect(await running).toMatchObject({ code: 137 });
    await expect.poll(sleeping).toBe('0\n');
  });

  it('does not wait for what goes on in the background', async () => {
    expect(await lab.exec('web', sh('sleep 5 & echo done'))).toMatchObject({ code: 0, stdout: 'done\n' });
  });

  it('a terminal: its size, its change, ^C, the end of input', async () => {
    const stdin = new PassThrough();
    let resize: ((size: { columns: number; rows: number }) => void) | undefined;
    const script =
      'tty; stty size; trap "echo changed; stty size" WINCH; read x; echo "got $x"; cat; echo end';
    const running = lab.exec('web', ['bash', '-c', script], {
      terminal: true,
      stdin,
      onResize: (listener) => {
        resize = listener;
        listener({ columns: 120, rows: 40 });
      },
    });
    await expect.poll(() => resize).toBeDefined();
    resize!({ columns: 100, rows: 50 });
    stdin.write('hello\n');
    stdin.end();
    const { code, stdout } = await running;
    expect(code).toBe(0);
    expect(stdout).toMatch(/^(hello\r\n)?\/dev\/pts\/\d+\r\n/);
    expect(stdout).toContain('50 100\r\n');
    expect(stdout).toMatch(/got hello\r\nend\r\n$/);
    const interrupted = new PassThrough();
    const second = lab.exec('web', sh('echo here; sleep 100'), { terminal: true, stdin: interrupted });
    setTimeout(() => interrupted.write('\u0003'), 200);
    expect((await second).code).toBe(130);
    interrupted.destroy();
  });

  it('a terminal whose process does not read holds up nobody', async () => {
    const stdin = new PassThrough();
    const controller = new AbortController();
    const running = lab.exec('web', ['sleep', '100'], { terminal: true, stdin, signal: controller.signal });
    stdin.write('x'.repeat(200_000));
    expect((await lab.exec('web', ['echo', 'alive'])).stdout).toBe('alive\n');
    controller.abort();
    expect((await running).code).toBe(137);
    stdin.destroy();
  });
}, ['unshare', 'setpriv', 'setsid', 'ip', 'bash']);
