import { afterAll, describe, expect, it } from 'vitest';
import type { TestMesh } from '../proxy-mesh.ts';
import { ask as decideFor } from '../text-cluster.ts';
import { object, readAnswer } from './objects.ts';

const reset = 'upstream connect error or disconnect/reset before headers. reset reason: ';
const drop = object('NetworkPolicy', 'plain/drop', { podSelector: { matchLabels: { app: 'web' } } });

/** What a caller sees where nobody answers, and that it is what the engine says. */
export function failuresPart(ask: () => TestMesh): void {
  afterAll(() => ask().apply([]));

  it('no endpoint', async () => {
    const { status, body } = readAnswer(await ask().get('side/client', 'http://empty.side/', '-i'));
    expect([status, body]).toEqual([503, 'no healthy upstream']);
    expect(ask().pod('side/client').logged.at(-1)).toMatch(/" 503 UH no_healthy_upstream - "-" 0 19 /);
    const http = { method: 'GET', path: '/', host: 'empty.side' };
    expect(decideFor(ask().cluster(), 'side/client', 'svc:side/empty', 80, { http }).symptom).toMatchObject({
      status,
      body,
    });
    const { heard, end } = await ask().talk('side/client', ask().address('side/empty'), 9000, 'ping');
    expect([heard, end]).toEqual(['', 'reset']);
  });

  it('an application that does not listen, without and behind a sidecar of its own', async () => {
    for (const host of ['silent.plain', 'silent.side']) {
      const { status, body } = readAnswer(await ask().get('side/client', `http://${host}/`, '-i'));
      const why =
        'remote connection failure, transport failure reason: delayed connect error: Connection refused';
      expect([status, body]).toEqual([503, `${reset}${why}`]);
    }
    expect(ask().pod('side/silent').logged.at(-1)).toMatch(
      /" 503 UF upstream_reset_before_response_started\{remote_connection_failure\|delayed_connect_error:_Connection_refused\} - "delayed connect error: Connection refused" /,
    );
    const { end } = await ask().talk('side/client', ask().address('plain/silent'), 9000, 'ping');
    expect(end).toBe('reset');
  });

  describe('packets that a policy drops', () => {
    it('time out after ten seconds: 503 for HTTP, a reset for bytes', async () => {
      await ask().apply([drop]);
      const http = { method: 'GET', path: '/', host: 'web.plain' };
      const { symptom } = decideFor(ask().cluster(), 'side/client', 'svc:plain/web', 80, { http });
      const [answer, bytes] = await Promise.all([
        ask().get('side/client', 'http://web.plain/', '-i', '-w', ' %{time_total}'),
        ask().talk('side/client', ask().address('plain/web'), 9000, 'ping', 12_000),
      ]);
      const { status, body } = readAnswer(answer);
      expect([status, body.split(' ').slice(0, -1).join(' ')]).toEqual([503, `${reset}connection timeout`]);
      expect(symptom).toMatchObject({ status, flag: 'UF', body: `${reset}connection timeout`, after: 10 });
      expect(Number(body.split(' ').at(-1))).toBeGreaterThan(9);
      expect(bytes).toMatchObject({ heard: '', end: 'reset' });
    }, 20_000);
  });

  it.each([
    ['a method in lower case', ['-X', 'get'], 400, 'Bad Request'],
    ['HTTP/1.0', ['--http1.0'], 426, ''],
    ['%00 in a path', ['--request-target', '/%00'], 400, ''],
    ['a target that is no path', ['--request-target', 'foo'], 400, 'Bad Request'],
  ])('%s', async (_, args, status, body) => {
    const answer = readAnswer(await ask().get('plain/client', 'http://web.side/', '-i', ...args));
    expect([answer.status, answer.body]).toEqual([status, body]);
  });

  it('a request that breaks off harms no other', async () => {
    const request = 'GET / HTTP/1.1\r\nHost: web.side\r\nContent-Length: 10\r\n\r\nhalf';
    const { end } = await ask().talk('side/client', ask().address('side/web'), 80, request);
    expect(end).toBe('open');
    expect(readAnswer(await ask().get('side/client', 'http://web.side/', '-i')).status).toBe(200);
  });
}
