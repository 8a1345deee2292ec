import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, describe, expect, it } from 'vitest';
import { connectTcp } from '../../../src/lab/system/index.ts';
import type { TestMesh } from '../proxy-mesh.ts';
import { ask as decideFor } from '../text-cluster.ts';
import { object, readAnswer } from './objects.ts';

const failed = 'upstream connect error or disconnect/reset before headers.';

/** The access log of a request. */
const over = /^\[\S+Z\] "GET /;
const drop = object('NetworkPolicy', 'plain/drop', { podSelector: { matchLabels: { app: 'web' } } });

/** What a caller sees where nobody answers, and that it is what the engine says. */
export function failuresPart(ask: () => TestMesh): void {
  afterAll(() => ask().apply([]));

  it('no endpoint', async () => {
    const http = { method: 'GET', path: '/', host: 'empty.side' };
    const { symptom } = decideFor(ask().cluster(), 'side/client', 'svc:side/empty', 80, { http });
    const log = await ask().logOf('side/client', over, async () => {
      const { status, body } = readAnswer(await ask().get('side/client', 'http://empty.side/', '-i'));
      expect([status, body]).toEqual([503, 'no healthy upstream']);
      expect(symptom).toMatchObject({ status, body });
    });
    expect(log).toMatch(/" 503 UH no_healthy_upstream - "-" 0 19 /);
    const { heard, end } = await ask().talk('side/client', ask().address('side/empty'), 9000, 'ping\n');
    expect(heard).toBe('');
    // A reset, or an end where the bytes come too late for one.
    expect(end).not.toBe('open');
  });

  it('an application that does not listen, without and behind a sidecar of its own', async () => {
    const refused = `${failed} retried and the latest reset reason: remote connection failure`;
    const ofCaller = await ask().logOf('side/client', over, async () => {
      const { status, body } = readAnswer(await ask().get('side/client', 'http://silent.plain/', '-i'));
      expect([status, body]).toEqual([503, refused]);
    });
    const details =
      'upstream_reset_before_response_started\\{remote_connection_failure\\|delayed_connect_error:_Connection_refused\\}';
    const transport = '"delayed_connect_error:_Connection_refused"';
    expect(ofCaller).toMatch(new RegExp(`" 503 URX,UF ${details} - ${transport} 0 121 `));
    const ofServer = await ask().logOf('side/silent', over, async () => {
      const { status, body } = readAnswer(await ask().get('side/client', 'http://silent.side/', '-i'));
      expect([status, body]).toEqual([503, `${failed} reset reason: remote connection failure`]);
    });
    expect(ofServer).toMatch(new RegExp(`" 503 UF ${details} - ${transport} `));
    const { end } = await ask().talk('side/client', ask().address('plain/silent'), 9000, 'ping\n');
    expect(end).not.toBe('open');
  });

  describe('packets that a policy drops', () => {
    it('time out after ten seconds: 503 for HTTP, a reset for bytes', async () => {
      await ask().apply([drop]);
      const { address } = ask().pod('plain/web');
      const http = { method: 'GET', path: '/', host: address };
      const { symptom } = decideFor(ask().cluster(), 'side/client', address, 80, { http });
      // To an address and no Service: there is no other to be tried.
      const [answer, bytes] = await Promise.all([
        ask().curl('side/client', `http://${address}/`, '-i', '-w', ' %{time_total}'),
        ask().talk('side/client', ask().address('plain/web'), 9000, 'ping\n', 12_000),
      ]);
      const { status, body } = readAnswer(answer);
      const text = `${failed} reset reason: connection timeout`;
      expect([status, body.split(' ').slice(0, -1).join(' ')]).toEqual([503, text]);
      expect(symptom).toMatchObject({ status, flag: 'UF', body: text, after: 10 });
      expect(Number(body.split(' ').at(-1))).toBeGreaterThan(9);
      expect(bytes).toMatchObject({ heard: '', end: 'reset' });
    }, 20_000);
  });

  it.each([
    ['a method in lower case', ['-X', 'get'], 400, 'Bad Request'],
    ['HTTP/1.0', ['--http1.0'], 426, 'Upgrade Required'],
    ['%00 in a path', ['--request-target', '/%00'], 400, ''],
    ['a target that is no path', ['--request-target', 'foo'], 400, 'Bad Request'],
  ])('%s', async (_, args, status, body) => {
    const answer = readAnswer(await ask().get('plain/client', 'http://web.side/', '-i', ...args));
    expect([answer.status, answer.body]).toEqual([status, body]);
  });

  it('an application that hangs up before it answers', async () => {
    await ask().apply([]);
    const { address } = ask().pod('side/client');
    const log = await ask().logOf('side/client', over, async () => {
      const { status, body } = readAnswer(await ask().get('side/client', 'http://web.plain:9001/', '-i'));
      expect([status, body]).toEqual([503, `${failed} reset reason: connection termination`]);
    });
    expect(log).toMatch(
      new RegExp(
        `" 503 UC upstream_reset_before_response_started\\{connection_termination\\} - "-" .* "${ask().pod('plain/web').address}:9001" \\S+ ${address}:\\d+ `,
      ),
    );
  });

  it('a request that breaks off harms no other', async () => {
    const request = 'GET / HTTP/1.1\r\nHost: web.side\r\nContent-Length: 10\r\n\r\nhalf';
    const { end } = await ask().talk('side/client', ask().address('side/web'), 80, request);
    expect(end).toBe('open');
    expect(readAnswer(await ask().get('side/client', 'http://web.side/', '-i')).status).toBe(200);
  });

  it.each([80, 8080, 9000, 7000])(
    'nothing that a client sends to %i, or how it leaves, does harm to others',
    async (port) => {
      const { network } = ask().pod('plain/client');
      const errors: unknown[] = [];
      const note = (error: unknown): void => void errors.push(error);
      process.on('uncaughtException', note);
      for (const bytes of junk) {
        for (const leave of ['end', 'destroy', 'resetAndDestroy'] as const) {
          const socket = connectTcp(network, ask().pod('side/web').address, port);
          socket.on('error', () => undefined);
          socket.once('connect', () => socket.write(bytes));
          setTimeout(() => socket[leave](), 5);
          await sleep(8);
          socket.destroy();
        }
      }
      process.off('uncaughtException', note);
      expect(errors).toEqual([]);
      expect(readAnswer(await ask().get('side/client', 'http://web.side/', '-i')).status).toBe(200);
    },
  );
}

const junk: readonly Buffer[] = [
  'GET / HTTP/1.1\r\n',
  'GET /?wait=20 HTTP/1.1\r\nHost: a\r\n\r\n',
  'POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabc',
  'POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n',
  'GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\nhello',
  'GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: foo\r\n\r\n',
  'CONNECT a:1 HTTP/1.1\r\nHost: a\r\n\r\n',
  `GET / HTTP/1.1\r\nHost: a\r\nX: ${'a'.repeat(70_000)}\r\n\r\n`,
  'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
  'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0\xff\xff\xff\xff\xff',
  '\x16\x03\x01\x02\0\x01',
  '\x16\x03\x01\0\x05\x01\0\0\x01\0',
  '\xff\xfe\0',
].map((text) => Buffer.from(text, 'latin1'));
