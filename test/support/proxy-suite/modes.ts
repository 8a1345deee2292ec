import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connectTcp, runProgram } from '../../../src/lab/system/index.ts';
import type { TestMesh } from '../proxy-mesh.ts';
import { mode, object, readAnswer } from './objects.ts';

const reset = 'exit 56';

/** Modes of PeerAuthentication, and what a DestinationRule makes of a client. */
export function modesPart(ask: () => TestMesh): void {
  afterAll(() => ask().apply([]));

  describe('STRICT', () => {
    beforeAll(() => ask().apply([mode('side', 'STRICT')]));

    it('resets plaintext before any policy is asked, and says so', async () => {
      const log = await ask().logOf('side/web', /"- - -"/, async () => {
        expect(await ask().get('plain/client', 'http://web.side/')).toBe(reset);
      });
      expect(log).toMatch(/"- - -" 0 NR filter_chain_not_found - "-" 0 0 /);
    });

    it('takes mutual TLS', async () => {
      expect(readAnswer(await ask().get('side/client', 'http://web.side/', '-i')).status).toBe(200);
      expect(await ask().talk('side/client', ask().address('side/web'), 9000, 'ping\n')).toMatchObject({
        heard: 'ping\n',
      });
    });

    it('closes on TLS without a certificate of the mesh', async () => {
      const args = ['-k', `https://${ask().pod('side/web').address}:80/`];
      expect(await ask().curl('plain/client', ...args)).toMatch(/^exit \d+$/);
    });

    it('makes of plaintext that a sidecar sends, as a DestinationRule tells it, a 503', async () => {
      const plain = object('DestinationRule', 'side/web', {
        host: 'web',
        trafficPolicy: { tls: { mode: 'DISABLE' } },
      });
      await ask().apply([mode('side', 'STRICT'), plain]);
      const { status, body } = readAnswer(await ask().get('side/client', 'http://web.side/', '-i'));
      expect([status, body]).toEqual([
        503,
        'upstream connect error or disconnect/reset before headers. reset reason: connection termination',
      ]);
      await ask().apply([mode('side', 'STRICT')]);
    });

    it('of one port leaves the others as they are', async () => {
      const ports = object('PeerAuthentication', 'side/web', {
        selector: { matchLabels: { app: 'web' } },
        mtls: { mode: 'PERMISSIVE' },
        portLevelMtls: { 8080: { mode: 'STRICT' } },
      });
      await ask().apply([ports]);
      expect(readAnswer(await ask().get('plain/client', 'http://web.side/', '-i')).status).toBe(200);
      expect(await ask().get('plain/client', 'http://web.side:8080/')).toBe(reset);
    });
  });

  describe('DISABLE', () => {
    beforeAll(() => ask().apply([mode('side', 'DISABLE')]));

    it('makes sidecars speak plaintext', async () => {
      const text = await ask().get('side/client', 'http://web.side/');
      expect(JSON.parse(text)).toMatchObject({ at: 'side/web' });
      expect(text).not.toContain('spiffe');
    });

    it('resets mutual TLS that a DestinationRule insists on', async () => {
      const rule = object('DestinationRule', 'side/web', {
        host: 'web',
        trafficPolicy: { tls: { mode: 'ISTIO_MUTUAL' } },
      });
      await ask().apply([mode('side', 'DISABLE'), rule]);
      expect(readAnswer(await ask().get('side/client', 'http://web.side/', '-i'))).toMatchObject({
        status: 503,
        body: 'upstream connect error or disconnect/reset before headers. retried and the latest reset reason: remote connection failure',
      });
    });

    it('lets a server speak first', async () => {
      await ask().apply([mode('side', 'DISABLE')]);
      const { heard } = await ask().talk('plain/client', ask().pod('side/web').address, 3306, '');
      expect(heard).toBe('hello from side/web\n');
    });
  });

  describe('PERMISSIVE', () => {
    beforeAll(() => ask().apply([]));

    it('passes foreign TLS on to a port of raw bytes, and has no chain for it on one of HTTP', async () => {
      const { address } = ask().pod('side/web');
      const hello = `timeout 2 openssl s_client -connect ${address}:9000 </dev/null 2>&1 | head -c 4000`;
      // The application sends back the client hello, which is no server's.
      expect(await runProgram(ask().pod('plain/client').network, 'sh', ['-c', hello])).toMatch(
        /unexpected message|error/i,
      );
      expect(await ask().curl('plain/client', '-k', `https://${address}:80/`)).toMatch(/^exit \d+$/);
    });

    it('is what a connection that stands is held to, too', async () => {
      const socket = connectTcp(ask().pod('plain/client').network, ask().pod('side/web').address, 80);
      let heard = '';
      let over = false;
      const end = (): void => {
        over = true;
      };
      socket.on('data', (chunk) => {
        heard += chunk;
      });
      socket.on('error', end).on('end', end).on('close', end);
      socket.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
      await expect.poll(() => heard).toContain('200 OK');
      await ask().apply([mode('side', 'STRICT')]);
      socket.write('GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n');
      await expect.poll(() => over).toBe(true);
      expect(heard.match(/200 OK/g)).toHaveLength(1);
      socket.destroy();
    });
  });
}
