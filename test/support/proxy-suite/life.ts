import { request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { createAuthority, type ProxyKind } from '../../../src/lab/proxy/index.ts';
import { connectTcp } from '../../../src/lab/system/index.ts';
import { type MeshOptions, startMesh } from '../proxy-mesh.ts';
import { object } from './objects.ts';

const two: MeshOptions = {
  pods: [
    { at: 'a/client', sidecar: true },
    { at: 'a/web', sidecar: true },
  ],
  services: [{ at: 'a/web', ports: ['http:80', 'tcp:9000'] }],
};

/** What goes on while proxies change or end. Each of these has a mesh of its own. */
export function lifePart(kind: ProxyKind): void {
  it('a request in flight ends before its proxies do', async () => {
    const mesh = await startMesh(kind, two);
    const answer = mesh.get('a/client', 'http://web.a/?wait=500&answer=whole');
    await sleep(200);
    const stopped = Promise.all(['a/client', 'a/web'].map((at) => mesh.pod(at).proxy!.stop(5000)));
    expect(await answer).toBe('whole');
    await stopped;
    await mesh.close();
  });

  it('one in flight goes on where a policy of somebody else comes, and connections of bytes do', async () => {
    const mesh = await startMesh(kind, two);
    const bytes = connectTcp(mesh.pod('a/client').network, mesh.address('a/web'), 9000);
    let heard = '';
    bytes.on('data', (chunk) => (heard += chunk));
    bytes.on('error', () => undefined);
    bytes.write('before ');
    const answer = mesh.get('a/client', 'http://web.a/?wait=600&answer=whole');
    await sleep(200);
    const selector = { matchLabels: { app: 'nobody' } };
    await mesh.apply([object('AuthorizationPolicy', 'a/other', { selector, action: 'DENY', rules: [{}] })]);
    bytes.write('behind');
    expect(await answer).toBe('whole');
    await expect.poll(() => heard).toBe('before behind');
    bytes.destroy();
    await mesh.close();
  });

  it('the network lets no request pass on a connection of before', async () => {
    const mesh = await startMesh(kind, two);
    const get = (): Promise<string> => mesh.get('a/client', 'http://web.a/?answer=yes', '--max-time', '2');
    expect(await get()).toBe('yes');
    await mesh.apply([object('NetworkPolicy', 'a/drop', { podSelector: { matchLabels: { app: 'web' } } })]);
    expect(await get()).toBe('exit 28');
    await mesh.close();
  });

  it('certificates are renewed under connections that go on', async () => {
    const authority = await createAuthority({ workloadLife: 1200 });
    const mesh = await startMesh(kind, { ...two, authority });
    const serial = async (): Promise<string> =>
      JSON.parse(await mesh.curl('a/web', 'http://127.0.0.1:15000/certs')).certificates[0].cert_chain[0]
        .serial_number;
    const before = await serial();
    const bytes = connectTcp(mesh.pod('a/client').network, mesh.address('a/web'), 9000);
    bytes.on('error', () => undefined);
    let heard = '';
    bytes.on('data', (chunk) => (heard += chunk));
    const connection = connectTcp(mesh.pod('a/client').network, mesh.address('a/web'), 80);
    for (let i = 0; i < 10; i++) {
      bytes.write(`${i}`);
      expect(await statusOn(connection)).toBe(200);
      expect(await mesh.get('a/client', 'http://web.a/?answer=new')).toBe('new');
      await sleep(200);
    }
    expect(heard).toBe('0123456789');
    expect(await serial()).not.toBe(before);
    bytes.destroy();
    connection.destroy();
    await mesh.close();
  });
}

/** Sends one request on a connection that stands. */
function statusOn(connection: ReturnType<typeof connectTcp>): Promise<number> {
  return new Promise((resolve, reject) => {
    const sent = request({
      createConnection: () => connection,
      headers: { host: 'web.a', connection: 'keep-alive' },
    });
    sent.on('error', reject);
    sent.on('response', (response) => {
      response.resume();
      response.on('end', () => resolve(response.statusCode!));
    });
    sent.end();
  });
}
