import { PassThrough, Writable } from 'node:stream';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { inside } from '../../../test/support/inside.ts';
import { type NodeAlone, nodeAlone } from '../../../test/support/node-alone.ts';

interface Attached {
  readonly stdin: PassThrough;
  readonly out: () => string;
  readonly errors: () => string;
  readonly resize: (size: { readonly columns: number; readonly rows: number }) => void;
  readonly leave: () => void;
  readonly done: Promise<void>;
}

inside(import.meta.url, () => {
  let lab: NodeAlone;
  beforeAll(async () => {
    lab = await nodeAlone();
  });
  afterAll(async () => {
    await lab.close();
    expect(lab.reports).toEqual([]);
  });

  function start(name: string, script: string, fields: object): Promise<unknown> {
    const container = { name: 'main', image: 'any', command: ['bash', '-c', script], ...fields };
    lab.pod(name, { restartPolicy: 'Never', containers: [container] });
    return lab.untilReady(name);
  }

  function attach(name: string, terminal = false): Attached {
    const [stdin, out, errors] = [new PassThrough(), collector(), collector()];
    const caller = new AbortController();
    let resize: Attached['resize'] = () => {};
    const done = lab.node.attach('default', name, undefined, {
      stdin,
      stdout: out.stream,
      ...(!terminal && { stderr: errors.stream }),
      terminal,
      onResize: (listener) => {
        resize = listener;
      },
      signal: caller.signal,
    });
    const leave = (): void => {
      stdin.end();
      caller.abort();
    };
    return { stdin, out: out.text, errors: errors.text, resize: (size) => resize(size), leave, done };
  }

  it('gives the program its input and the caller its output, which the log has too', async () => {
    await start('pipe', 'echo before; read a; echo "got $a"; echo wrong >&2; cat; exit 3', {
      stdin: true,
      stdinOnce: true,
    });
    await expect.poll(() => lab.logs('pipe')).toBe('before\n');
    const { stdin, out, errors, done } = attach('pipe');
    stdin.write('one\n');
    await expect.poll(out).toBe('got one\n');
    stdin.end('two\n');
    await done;
    expect(out()).toBe('got one\ntwo\n');
    expect(errors()).toBe('wrong\n');
    const { status } = await lab.until('pipe', ({ status }) => status.phase === 'Failed');
    expect(status.containerStatuses![0]!.state.terminated!.exitCode).toBe(3);
    expect((await lab.logs('pipe')).split('\n').sort()).toEqual(['', 'before', 'got one', 'two', 'wrong']);
    await expect(attach('pipe').done).rejects.toMatchObject({ message: 'container not found ("main")' });
  });

  it('without stdinOnce the input outlives a caller, with it not', async () => {
    await start('open', 'cat', { stdin: true });
    const first = attach('open');
    first.stdin.write('one\n');
    await expect.poll(first.out).toBe('one\n');
    first.leave();
    await first.done;
    const second = attach('open');
    second.stdin.write('two\n');
    await expect.poll(second.out).toBe('two\n');
    second.leave();
    await start('once', 'cat; echo end', { stdin: true, stdinOnce: true });
    const only = attach('once');
    only.stdin.write('one\n');
    await expect.poll(only.out).toBe('one\n');
    only.leave();
    await lab.until('once', ({ status }) => status.phase === 'Succeeded');
    expect(await lab.logs('once')).toBe('one\nend\n');
  });

  it('much input and a caller who reads slowly', async () => {
    await start('much', 'cat', { stdin: true, stdinOnce: true });
    const { stdin, out, done } = attach('much');
    stdin.end('x'.repeat(3_000_000));
    await done;
    expect(out().length).toBe(3_000_000);
  });

  it('a terminal: its size, ^C, a caller who comes back', async () => {
    const script =
      'trap "echo caught" INT; tty; while true; do read a && { echo "got $a"; stty size; }; done';
    await start('terminal', script, { stdin: true, stdinOnce: true, tty: true });
    await expect.poll(() => lab.logs('terminal')).toMatch(/^\/dev\/pts\/\d+\r\n$/);
    const first = attach('terminal', true);
    first.resize({ columns: 100, rows: 50 });
    first.stdin.write('hello\n');
    await expect.poll(first.out).toContain('got hello\r\n50 100\r\n');
    first.stdin.write('\u0003');
    await expect.poll(first.out).toContain('caught\r\n');
    first.leave();
    await first.done;
    const second = attach('terminal', true);
    second.stdin.write('again\n');
    await expect.poll(second.out).toContain('got again\r\n');
    expect((await lab.exec('terminal', ['tty'], { terminal: true })).stdout).toMatch(/^\/dev\/pts\/\d+\r\n$/);
    lab.store.delete('pods', 'terminal', 'default', { gracePeriodSeconds: 1 });
    await second.done;
    await lab.untilGone('terminal');
  });

  it('a shell at a terminal ends with its exit code', async () => {
    const container = {
      name: 'main',
      image: 'any',
      command: ['sh'],
      stdin: true,
      stdinOnce: true,
      tty: true,
    };
    lab.pod('shell', { restartPolicy: 'Never', containers: [container] });
    await lab.untilReady('shell');
    const { stdin, out, done } = attach('shell', true);
    stdin.write('echo $((40 + 2)) $TERM; exit 7\n');
    await done;
    expect(out()).toContain('42 xterm\r\n');
    const { status } = await lab.until('shell', ({ status }) => status.phase === 'Failed');
    expect(status.containerStatuses![0]!.state.terminated!.exitCode).toBe(7);
  });
}, ['unshare', 'setpriv', 'setsid', 'ip', 'bash']);

function collector(): { readonly stream: Writable; readonly text: () => string } {
  let text = '';
  const stream = new Writable({
    highWaterMark: 1000,
    write(bytes: Buffer, _encoding, done) {
      text += bytes.toString();
      setImmediate(done);
    },
  });
  return { stream, text: () => text };
}
