import { expect, it } from 'vitest';
import type { TestMesh } from '../proxy-mesh.ts';
import { readAnswer, type Seen } from './objects.ts';

/** What passes, and how it looks at the other end. */
export function trafficPart(ask: () => TestMesh): void {
  const seen = async (from: string, url: string, ...args: string[]): Promise<Seen> =>
    JSON.parse(await ask().get(from, url, ...args)) as Seen;

  it('goes from sidecar to sidecar by mutual TLS, with its raw path', async () => {
    const got = await seen('side/client', 'http://web.side/a//b?x=%2F&y=/../');
    expect(got).toMatchObject({ at: 'side/web', url: '/a//b?x=%2F&y=/../', from: '127.0.0.6' });
    expect(got.headers.join('\n')).toContain('URI=spiffe://cluster.local/ns/side/sa/client');
    expect(got.headers.join('\n')).toContain('By=spiffe://cluster.local/ns/side/sa/web');
  });

  it('comes as plaintext from clients without a sidecar', async () => {
    const got = await seen(
      'plain/client',
      'http://web.side/',
      '-H',
      'X-Forwarded-Client-Cert: URI=spiffe://forged',
    );
    expect(got).toMatchObject({ at: 'side/web' });
    expect(got.headers.join('\n')).not.toContain('spiffe');
  });

  it('goes as plaintext to servers without one', async () => {
    expect(await seen('side/client', 'http://web.plain/')).toMatchObject({
      at: 'plain/web',
      from: ask().pod('side/client').address,
    });
  });

  it.each([
    ['GET', ['-X', 'GET']],
    ['DELETE', ['-X', 'DELETE']],
    ['POST', ['-d', 'hello']],
    ['PUT', ['-X', 'PUT', '-d', 'hello', '-H', 'Transfer-Encoding: chunked']],
    ['POST', ['-d', 'hello', '-H', 'Expect: 100-continue']],
  ])('carries %s with %j', async (method, args) => {
    // Without a `100 Continue` curl would wait longer than it may.
    const got = await seen('side/client', 'http://web.side/', '--expect100-timeout', '60', ...args);
    expect(got).toMatchObject({ method, body: args.includes('-d') ? 'hello' : '' });
  });

  it('keeps repeated headers apart', async () => {
    const { headers } = await seen('side/client', 'http://web.side/', '-H', 'X-A: 1', '-H', 'x-a: 2, 3');
    const values = headers.flatMap((name, i) => (name === 'x-a' && i % 2 === 0 ? [headers[i + 1]] : []));
    expect(values).toEqual(['1', '2, 3']);
  });

  it('answers HEAD without a body, and keeps the connection', async () => {
    const answer = await ask().get(
      'side/client',
      'http://web.side/',
      '-I',
      '--next',
      '-s',
      '-o',
      '/dev/null',
      '-w',
      '%{http_code}',
      'http://web.side/',
    );
    expect(answer).toMatch(/^HTTP\/1\.1 200 OK\r\n[\s\S]*\r\n\r\n200$/);
  });

  it('says who answered', async () => {
    expect(readAnswer(await ask().get('plain/client', 'http://web.side/', '-i')).head).toMatch(
      /server: istio-envoy/,
    );
    const { head } = readAnswer(await ask().get('side/client', 'http://web.side/', '-i'));
    expect(head).toMatch(/server: envoy/);
    expect(head).toMatch(/x-envoy-upstream-service-time: \d+/);
    expect(head).not.toMatch(/x-envoy-decorator-operation/);
  });

  it('carries HTTP/2 to a port that is declared so, both ways at once and with trailers', async () => {
    const text = await ask().get(
      'side/client',
      'http://web.side:7000/x',
      '--http2-prior-knowledge',
      '-i',
      '-d',
      'stream',
    );
    expect(text).toMatch(/^HTTP\/2 200/);
    expect(text).toContain('{"at":"side/web","path":"/x"}stream');
    expect(text).toContain('grpc-status: 0');
  });

  it('carries HTTP/2 of clients without a sidecar', async () => {
    const text = await ask().get(
      'plain/client',
      'http://web.side:7000/x',
      '--http2-prior-knowledge',
      '-d',
      'stream',
    );
    expect(text).toContain('{"at":"side/web","path":"/x"}stream');
  });

  it('speaks HTTP/1.1 to a port that is declared as HTTP, whatever the client speaks', async () => {
    const text = await ask().get('side/client', 'http://web.side/', '--http2-prior-knowledge');
    expect(JSON.parse(text)).toMatchObject({ at: 'side/web' });
  });

  it('goes over to a WebSocket', async () => {
    const request =
      'GET /ws HTTP/1.1\r\nHost: web.side\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: x\r\nSec-WebSocket-Version: 13\r\n\r\n';
    const { heard } = await ask().talk('side/client', ask().address('side/web'), 80, `${request}ping`);
    expect(heard).toMatch(/^HTTP\/1\.1 101 Switching Protocols\r\n/);
    expect(heard).toMatch(/\r\n\r\nping$/);
  });

  it('sniffs a port without a protocol', async () => {
    expect(await seen('side/client', 'http://web.side:8080/')).toMatchObject({ at: 'side/web', port: 8080 });
  });

  it.each(['side/client', 'plain/client'])('carries bytes from %s', async (from) => {
    // The inspector of TLS has to see five bytes.
    const text = 'ping\n';
    expect(await ask().talk(from, ask().address('side/web'), 9000, text)).toMatchObject({ heard: text });
  });

  it('lets a server speak first where its port is declared as raw bytes', async () => {
    const { heard } = await ask().talk('side/client', ask().address('side/web'), 3306, '');
    expect(heard).toBe('hello from side/web\n');
  });

  it('follows the Host on a port of HTTP, wherever the connection goes', async () => {
    const address = ask().address('plain/web');
    const text = await ask().curl('side/client', '-H', 'Host: web.other', `http://${address}/`);
    expect(JSON.parse(text)).toMatchObject({ at: 'other/web' });
    const short = await ask().curl('side/client', '-H', 'Host: web', `http://${address}/`);
    expect(JSON.parse(short)).toMatchObject({ at: 'side/web' });
  });

  it('passes to an address with a Host of nobody, as it is', async () => {
    const { address } = ask().pod('other/web');
    const got = JSON.parse(await ask().curl('side/client', `http://${address}/`)) as Seen;
    expect(got).toMatchObject({ at: 'other/web' });
    expect(got.headers.join()).not.toContain('spiffe');
  });

  it('goes to a headless Service by mutual TLS, to the address that was asked for', async () => {
    const { address } = ask().pod('side/web');
    const text = await ask().curl('side/client', '-H', 'Host: web-headless.side', `http://${address}/`);
    expect((JSON.parse(text) as Seen).headers.join()).toContain('spiffe');
  });

  it('takes the endpoints of a Service by turns', async () => {
    const got = new Set<string>();
    for (let i = 0; i < 4; i++) got.add((await seen('side/client', 'http://twins.plain/')).at);
    expect(got).toEqual(new Set(['plain/twins-1', 'plain/twins-2']));
  });

  it('of a pod to its own Service goes by its own proxy', async () => {
    const got = await seen('side/web', 'http://web.side/');
    expect(got).toMatchObject({ at: 'side/web' });
    expect(got.headers.join()).toContain('sa/web');
  });
}
