import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ProxyKind } from '../../src/lab/proxy/index.ts';
import { startMesh, type TestMesh } from './proxy-mesh.ts';

/** What any kind of proxy has to do in a lab; the same table for the built-in one and for Envoy. */
export function proxySuite(kind: ProxyKind): void {
  describe(`${kind.name} sidecars`, () => {
    let mesh: TestMesh;
    beforeAll(async () => {
      mesh = await startMesh(kind, {
        pods: [
          { at: 'side/client', sidecar: true },
          {
            at: 'side/web',
            sidecar: true,
            annotations: { 'sidecar.istio.io/logLevel': 'warning,rbac:debug' },
          },
          { at: 'plain/client' },
          { at: 'plain/web' },
          { at: 'side/silent', sidecar: true, serves: false },
        ],
        services: [
          { at: 'side/web', ports: ['http-web:80', 'tcp-echo:9000', 'tcp-mysql:3306', ':8080'] },
          { at: 'plain/web', ports: ['http:80'] },
          { at: 'side/empty', ports: ['http:80', 'tcp:9000'] },
          { at: 'side/silent', ports: ['http:80'] },
        ],
      });
    }, 60_000);
    afterAll(async () => mesh?.close());

    it('pass a request from sidecar to sidecar by mutual TLS', async () => {
      const text = await mesh.get('side/client', 'http://web.side/a//b?x=%2F');
      const seen = JSON.parse(text) as { url: string; headers: string[]; from: string };
      expect(seen).toMatchObject({ at: 'side/web', url: '/a//b?x=%2F', from: '127.0.0.6' });
      expect(seen.headers.join('\n')).toContain('URI=spiffe://cluster.local/ns/side/sa/client');
    });

    it('take plaintext of clients without a sidecar', async () => {
      const text = await mesh.get('plain/client', 'http://web.side/');
      expect(JSON.parse(text)).toMatchObject({ at: 'side/web' });
      expect(text).not.toContain('spiffe');
    });
  });
}
