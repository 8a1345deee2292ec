import { afterAll, beforeAll, expect, it } from 'vitest';
import { insideWithEnvoy } from '../../../../../test/support/inside-envoy.ts';
import { startMesh, type TestMesh } from '../../../../../test/support/proxy-mesh.ts';
import { object, readAnswer } from '../../../../../test/support/proxy-suite/objects.ts';
import { envoyProxy } from '../../index.ts';

/** What the suite for all proxies does not ask: everything that one outbound port may carry, and to whom. */
insideWithEnvoy(import.meta.url, (binary) => {
  let mesh: TestMesh;
  beforeAll(async () => {
    mesh = await startMesh(envoyProxy(binary), {
      pods: [
        { at: 'side/client', sidecar: true },
        { at: 'side/web', sidecar: true },
        { at: 'plain/web' },
        { at: 'plain/late', labels: { app: 'web' }, ready: false, serves: false },
      ],
      services: [
        { at: 'side/web', ports: ['http:80', 'any:8080', 'bytes:9001:9000', 'streams:7002:7000'] },
        {
          at: 'side/pods',
          selects: 'web',
          headless: true,
          ports: ['any:8080', 'grpc:7000', 'tcp:9000', 'http:80'],
        },
        { at: 'plain/web', ports: ['http:80', 'tcp:9000'] },
      ],
    });
  }, 60_000);
  afterAll(() => mesh?.close());
  const over = /^\[\S+Z\] "/;
  /** How the server's own proxy saw it. */
  const arrival = async (action: () => Promise<unknown>): Promise<string> =>
    await mesh.logOf('side/web', over, action);

  it.each([
    ['HTTP/1.1', 8080, []],
    ['HTTP/2', 7002, ['--http2-prior-knowledge', '-d', 'x']],
  ])('%s on a sniffed port comes by mutual TLS, as that', async (version, port, args) => {
    const log = await arrival(async () => {
      const answer = await mesh.get('side/client', `http://web.side:${port}/`, '-i', ...args);
      expect(readAnswer(answer).status).toBe(200);
    });
    expect(log).toContain(`"${args.length === 0 ? 'GET' : 'POST'} / ${version}" 200 `);
    expect(log).toContain(`outbound_.${port}_._.web.side.svc.cluster.local`);
  });

  it('other bytes on a sniffed port come by mutual TLS, too', async () => {
    const log = await arrival(async () => {
      const { heard } = await mesh.talk('side/client', mesh.address('side/web'), 9001, 'ping\n');
      expect(heard).toBe('ping\n');
    });
    expect(log).toContain('outbound_.9001_._.web.side.svc.cluster.local');
  });

  it.each([8080, 7000, 9000])(
    'a pod of a headless Service is met at its own address, port %i',
    async (port) => {
      const { address } = mesh.pod('side/web');
      const url = `http://${address}:${port}/`;
      const log = await arrival(() => {
        if (port === 9000) return mesh.talk('side/client', address, port, 'ping\n');
        const http2 = port === 7000 ? ['--http2-prior-knowledge', '-d', 'x'] : [];
        return mesh.curl('side/client', '-H', 'Host: pods.side', url, ...http2);
      });
      expect(log).toContain(`outbound_.${port}_._.pods.side.svc.cluster.local`);
    },
  );

  it('an endpoint that is not ready is nobody', async () => {
    for (let i = 0; i < 4; i++) {
      const answer = JSON.parse(await mesh.get('side/client', 'http://web.plain/')) as {
        readonly at: string;
      };
      expect(answer.at).toBe('plain/web');
    }
  });

  it('what is meant for the entrance itself leads nowhere', async () => {
    const { heard, end } = await mesh.talk('side/client', mesh.pod('side/client').address, 15001, 'ping\n');
    expect(heard).toBe('');
    expect(end).not.toBe('open');
  });

  it('a DestinationRule is in force at once, without a restart, and gone at once', async () => {
    const ask = async (): Promise<number> =>
      readAnswer(await mesh.get('side/client', 'http://web.plain/', '-i')).status;
    expect(await ask()).toBe(200);
    const trafficPolicy = { tls: { mode: 'ISTIO_MUTUAL' } };
    await mesh.apply([object('DestinationRule', 'plain/r', { host: 'web', trafficPolicy })]);
    expect(await ask()).toBe(503);
    await mesh.apply([]);
    expect(await ask()).toBe(200);
  });
});
