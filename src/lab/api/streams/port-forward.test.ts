import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { type ApiUnderTest, hasKubectl, startApiUnderTest } from '../../../../test/support/api-server.ts';
import { processRuntime } from '../../../../test/support/process-runtime.ts';
import { type Carrier, connectForward, openPair, textOf } from '../../../../test/support/spdy-client.ts';

let api: ApiUnderTest;
/** Answers, when all has come, with how much that was; a text `give N` is answered with N bytes. */
let counter: Target;
/** Sends without end. */
let source: Target;
let closedPort: number;
const path = '/api/v1/namespaces/default/pods/web/portforward';

interface Target {
  readonly port: number;
  readonly server: Server;
  readonly sockets: Set<Socket>;
}

async function listen(onSocket: (socket: Socket) => void): Promise<Target> {
  const sockets = new Set<Socket>();
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => {});
    onSocket(socket);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { port: (server.address() as { port: number }).port, server, sockets };
}

beforeAll(async () => {
  api = await startApiUnderTest(processRuntime());
  counter = await listen((socket) => {
    let bytes = 0;
    let start = '';
    socket.on('data', (data: Buffer) => {
      if (bytes < 20) start += data.toString('latin1').slice(0, 20);
      bytes += data.length;
      const asked = /^give (\d+)\n/.exec(start)?.[1];
      if (asked !== undefined && !socket.writableEnded) socket.end(Buffer.alloc(Number(asked), 'x'));
    });
    socket.on('end', () => {
      if (!socket.writableEnded) socket.end(`took ${bytes}`);
    });
  });
  source = await listen((socket) => {
    const more = (): void => {
      while (!socket.destroyed && socket.write(Buffer.alloc(65_536))) {}
    };
    socket.on('drain', more);
    more();
  });
  const unused = await listen(() => {});
  closedPort = unused.port;
  unused.server.close();
  for (const [name, phase] of [
    ['web', 'Running'],
    ['early', 'Pending'],
  ]) {
    api.store.create({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: name!, namespace: 'default', labels: { app: 'web' }, uid: 'uid-of-web' },
      spec: { ...(phase === 'Running' && { nodeName: 'here' }), containers: [{ name: 'app', image: 'x' }] },
    });
    api.store.modify('pods', name!, 'default', (pod) => ({ ...pod, status: { phase } }), 'status');
  }
});
afterAll(async () => {
  for (const { server, sockets } of [counter, source]) {
    server.close();
    for (const socket of sockets) socket.destroy();
  }
  await api.close();
});

/** That a connection was reset is an end like any other. */
function closed(socket: Socket): Promise<void> {
  return new Promise((resolve) => void socket.once('close', () => resolve()));
}

/** Sends a text, ends, and reads to the end. */
async function exchange(port: number, text: string | Buffer): Promise<Buffer> {
  const socket = connect({ host: '127.0.0.1', port, allowHalfOpen: true });
  const parts: Buffer[] = [];
  socket.on('data', (part: Buffer) => parts.push(part));
  socket.end(text);
  await once(socket, 'close');
  return Buffer.concat(parts);
}

describe.skipIf(!hasKubectl('port-forward through kubectl'))('kubectl port-forward', () => {
  /** Resolves with the local port. */
  async function forward(
    target: string,
    port: number,
    env = {},
  ): Promise<[number, ChildProcess, () => string]> {
    const child = api.start(['port-forward', target, `:${port}`], env);
    let said = '';
    child.stderr?.on('data', (data: Buffer) => {
      said += data;
    });
    const local = await new Promise<number>((resolve, reject) => {
      child.once('exit', () => reject(new Error(said)));
      child.stdout?.on('data', (data: Buffer) => {
        const found = /^Forwarding from 127\.0\.0\.1:(\d+)/m.exec(data.toString())?.[1];
        if (found !== undefined) resolve(Number(found));
      });
    });
    return [local, child, () => said];
  }

  it.each([
    ['over WebSocket', {}],
    ['over SPDY', { KUBECTL_PORT_FORWARD_WEBSOCKETS: 'false' }],
  ])('many connections at once, half-closed, and megabytes both ways, %s', async (_how, env) => {
    const [local, child] = await forward('pod/web', counter.port, env);
    const texts = Array.from({ length: 40 }, (_, i) => 'x'.repeat(i * 100 + 1));
    const answers = await Promise.all(texts.map((text) => exchange(local, text)));
    expect(answers.map(String)).toEqual(texts.map((text) => `took ${text.length}`));
    expect(String(await exchange(local, Buffer.alloc(20_000_000)))).toBe('took 20000000');
    expect((await exchange(local, 'give 20000000\n')).length).toBe(20_000_000);
    child.kill();
  });

  it('says that nobody listens, in the words of a real node', async () => {
    const [local, child, said] = await forward('pod/web', closedPort);
    await exchange(local, 'hello');
    await once(child, 'exit');
    expect(said()).toContain(
      `an error occurred forwarding ${local} -> ${closedPort}: error forwarding port ${closedPort} to pod web, uid `,
    );
    expect(said()).toContain('lost connection to pod');
  });

  it('a pod that does not run yet, and one that there is not', async () => {
    const early = await api.kubectl(['port-forward', 'early', ':80', '--pod-running-timeout=1s']);
    expect(early.stderr).toContain(
      'unable to forward port because pod is not running. Current status=Pending',
    );
    expect((await api.kubectl(['port-forward', 'gone', ':80'])).stderr).toBe(
      'Error from server (NotFound): pods "gone" not found\n',
    );
  });
});

describe.each<Carrier>(['SPDY in a WebSocket', 'SPDY alone'])('a client of our own, with %s', (carrier) => {
  const open = () => connectForward(api, path, carrier);
  const data = (stream: number, text: string, fin = false) =>
    ({ type: 'data', stream, bytes: Buffer.from(text), fin }) as const;

  it('half-closes, and the error stream ends empty when all is well', async () => {
    const client = await open();
    openPair(client, counter.port, 1, '0');
    client.send(data(3, 'hello', true));
    expect(await textOf(client, 3)).toBe('took 5');
    expect(await textOf(client, 1)).toBe('');
    client.close();
  });

  it('streams without a request ID belong together by their numbers', async () => {
    const client = await open();
    openPair(client, counter.port, 7, undefined);
    client.send(data(9, 'hi', true));
    expect(await textOf(client, 9)).toBe('took 2');
    client.close();
  });

  it('the error stream says why, and the connection goes on', async () => {
    const client = await open();
    openPair(client, closedPort, 1, 'a');
    expect(await textOf(client, 1)).toMatch(
      new RegExp(`^error forwarding port ${closedPort} to pod web, uid [\\w-]+: `),
    );
    openPair(client, counter.port, 5, 'b');
    client.send(data(7, 'x', true));
    expect(await textOf(client, 7)).toBe('took 1');
    client.close();
  });

  it('streams that say not what they are for are reset', async () => {
    const client = await open();
    const bad = [
      { streamtype: 'data' },
      { port: '80' },
      { streamtype: 'x', port: '80' },
      { streamtype: 'data', port: '0' },
    ];
    for (const [i, headers] of bad.entries()) {
      client.send({
        type: 'syn-stream',
        stream: 2 * i + 1,
        headers: new Map(Object.entries(headers)),
        fin: false,
      });
    }
    const resets = await client.until((frames) => {
      const found = frames.filter(({ type }) => type === 'rst-stream');
      return found.length === bad.length ? found : undefined;
    });
    expect(resets).toEqual(bad.map((_, i) => ({ type: 'rst-stream', stream: 2 * i + 1, status: 5 })));
    client.close();
  });

  it('answers a ping, and bytes that are no frames with GOAWAY and the end', async () => {
    const client = await open();
    client.send({ type: 'ping', id: 5 });
    await client.until((frames) => frames.find(({ type }) => type === 'ping'));
    client.sendBytes(Buffer.from('\x80\x00\xff\xff'.repeat(20), 'latin1'));
    await client.ended;
    expect(client.frames.at(-1)).toMatchObject({ type: 'goaway', status: 1 });
    expect((await api.kubectl(['get', 'pod', 'web', '-o', 'name'])).stdout).toBe('pod/web\n');
  });

  it('a client that grants windows gets no more than it granted', async () => {
    const client = await open();
    client.send({ type: 'settings', values: new Map([[7, 10]]) });
    openPair(client, counter.port, 1, '0');
    client.send(data(3, 'give 100\n'));
    const size = (): number =>
      client.frames.reduce((sum, frame) => sum + (frame.type === 'data' ? frame.bytes.length : 0), 0);
    await client.until(() => (size() >= 10 ? true : undefined));
    client.send({ type: 'ping', id: 1 });
    await client.until((frames) => frames.find(({ type }) => type === 'ping'));
    expect(size()).toBe(10);
    client.send({ type: 'window-update', stream: 3, delta: 90 });
    expect((await textOf(client, 3)).length).toBe(100);
    client.close();
  });

  it('what nobody reads stays with the pod, and ends with the caller', async () => {
    const before = new Set(source.sockets);
    const client = await open();
    openPair(client, source.port, 1, '0');
    await client.until((frames) => frames.find(({ type }) => type === 'data'));
    client.socket.pause();
    const [sender] = [...source.sockets].filter((each) => !before.has(each));
    const sent = (): number => sender!.bytesWritten - sender!.writableLength;
    let last = -1;
    while (sent() !== last) {
      last = sent();
      await pause(300);
    }
    // All that the kernel's buffers hold between here and there.
    expect(last).toBeLessThan(64_000_000);
    const ended = closed(sender!);
    client.close();
    await ended;
  });

  it('a stream that is reset ends the connection into the pod', async () => {
    const before = new Set(source.sockets);
    const client = await open();
    openPair(client, source.port, 1, '0');
    await client.until((frames) => frames.find(({ type }) => type === 'data'));
    const [sender] = [...source.sockets].filter((each) => !before.has(each));
    const ended = closed(sender!);
    client.send({ type: 'rst-stream', stream: 3, status: 5 });
    await ended;
    expect(await textOf(client, 1)).toBe('');
    client.close();
  });
});

describe('other ways', () => {
  const connectChannels = (query: string, protocol = 'v4.channel.k8s.io'): WebSocket =>
    new WebSocket(`${api.server.replace('https', 'wss')}${path}?${query}`, [protocol], {
      headers: { Authorization: `Bearer ${api.token}` },
      ca: api.caPem,
    });

  it('the channels of old WebSocket clients', async () => {
    const socket = connectChannels(`ports=${counter.port}&ports=${closedPort}`);
    const said = ['', '', '', ''];
    socket.on('message', (message: Buffer) => {
      said[message[0]!] += message.subarray(1).toString('latin1');
    });
    await once(socket, 'open');
    socket.send(Buffer.from('\0give 5\n'));
    await once(socket, 'close');
    const start = (port: number): string => String.fromCharCode(port & 0xff, port >> 8);
    expect(said[0]).toBe(`${start(counter.port)}xxxxx`);
    expect(said[1]).toBe(start(counter.port));
    expect(said[2]).toBe(start(closedPort));
    expect(said[3]).toContain(`error forwarding port ${closedPort} to pod web`);
  });

  it.each(['', 'ports=0', 'ports=80,x'])(
    'ports that are none (%s) are refused before the upgrade',
    async (query) => {
      const [refusal] = (await once(connectChannels(query), 'error')) as [Error];
      expect(refusal.message).toContain('400');
    },
  );
});
