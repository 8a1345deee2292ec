import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { createServer as createHttpServer } from 'node:http';
import { createServer, type ServerHttp2Stream } from 'node:http2';
import { type AddressInfo, createServer as createTcpServer, type Server } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { inside } from '../../../test/support/inside.ts';
import { ownNamespace } from '../system/index.ts';
import { type ProbeOrigin, probeGrpc, probeHttp, probeTcp } from './probe-network.ts';

const address = '127.0.0.1';
const servers: Server[] = [];

async function listen(server: Server): Promise<number> {
  server.listen(0, address);
  await once(server, 'listening');
  servers.push(server);
  return (server.address() as AddressInfo).port;
}

inside(import.meta.url, () => {
  const origin: ProbeOrigin = { namespace: ownNamespace, options: { source: '127.0.0.9' } };
  const soon = (): AbortSignal => AbortSignal.timeout(500);
  beforeAll(() => void execFileSync('ip', ['link', 'set', 'lo', 'up']));
  afterAll(() => {
    for (const server of servers) server.close();
  });

  it('http: what is well, what is not, who is not there, who does not answer', async () => {
    const seen: unknown[] = [];
    const port = await listen(
      createHttpServer((request, response) => {
        seen.push(request.socket.remoteAddress, request.headers['user-agent'], request.headers['x-a']);
        if (request.url === '/silent') return;
        response.writeHead(Number(request.url!.slice(1))).end();
      }),
    );
    const ask = (path: string, at = port): Promise<string | undefined> =>
      probeHttp(
        origin,
        { address, port: at, path, scheme: 'HTTP', headers: [{ name: 'X-A', value: 'a' }] },
        soon(),
      );
    expect(await ask('/200')).toBeUndefined();
    expect(seen).toEqual(['127.0.0.9', expect.stringMatching(/^kube-probe\//), 'a']);
    expect(await ask('302')).toBeUndefined();
    expect(await ask('/503')).toBe('HTTP probe failed with statuscode: 503');
    expect(await ask('/', 1)).toBe(
      `Get "http://127.0.0.1:1/": dial tcp 127.0.0.1:1: connect: connection refused`,
    );
    expect(await ask('/silent')).toBe(
      `Get "http://127.0.0.1:${port}/silent": context deadline exceeded (Client.Timeout exceeded while awaiting headers)`,
    );
  });

  it('tcp', async () => {
    const port = await listen(createTcpServer((socket) => socket.on('error', () => {}).end()));
    expect(await probeTcp(origin, address, port, soon())).toBeUndefined();
    expect(await probeTcp(origin, address, 1, soon())).toBe(
      'dial tcp 127.0.0.1:1: connect: connection refused',
    );
  });

  it('grpc', async () => {
    const server = createServer();
    server.on('stream', (stream: ServerHttp2Stream, headers) => {
      const parts: Buffer[] = [];
      stream.on('error', () => {});
      stream.on('data', (bytes: Buffer) => parts.push(bytes));
      stream.on('end', () => {
        const service = Buffer.concat(parts).subarray(7).toString();
        const known = headers[':path'] === '/grpc.health.v1.Health/Check' && service !== 'unknown';
        stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true });
        stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': known ? '0' : '5' }));
        stream.end(known ? Buffer.from([0, 0, 0, 0, 2, 8, service === 'down' ? 2 : 1]) : undefined);
      });
    });
    const port = await listen(server as unknown as Server);
    expect(await probeGrpc(origin, address, port, '', soon())).toBeUndefined();
    expect(await probeGrpc(origin, address, port, 'up', soon())).toBeUndefined();
    expect(await probeGrpc(origin, address, port, 'down', soon())).toBe(
      'service unhealthy (responded with "NOT_SERVING")',
    );
    expect(await probeGrpc(origin, address, port, 'unknown', soon())).toContain('code = 5');
    expect(await probeGrpc(origin, address, 1, '', soon())).toContain('connection refused');
  });
}, ['unshare', 'ip']);
