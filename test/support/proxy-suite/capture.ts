import { afterAll, beforeAll, expect, it } from 'vitest';
import type { TestMesh } from '../proxy-mesh.ts';
import { ask as decideFor } from '../text-cluster.ts';
import { object, readAnswer, type Seen } from './objects.ts';

/** What goes by the sidecar and what passes it by, as the annotations say. */
export function capturePart(ask: () => TestMesh): void {
  beforeAll(() => ask().apply([object('AuthorizationPolicy', 'side/all', { action: 'DENY', rules: [{}] })]));
  afterAll(() => ask().apply([]));

  it.each([
    ['in-8080', 80],
    ['in-8080', 8080],
    ['in-not-80', 80],
    ['in-not-80', 8080],
    ['web', 80],
  ])('of what comes in to %s:%i, and the engine knows', async (name, port) => {
    const { status } = readAnswer(await ask().get('plain/client', `http://${name}.side:${port}/`, '-i'));
    const http = { method: 'GET', path: '/', host: `${name}.side:${port}` };
    const verdict = decideFor(ask().cluster(), 'plain/client', `svc:side/${name}`, port, { http });
    expect([verdict.outcome, status]).toEqual(status === 403 ? ['deny', 403] : ['allow', 200]);
  });

  it.each([
    ['side/client', true],
    ['side/out-80', false],
    ['side/out-ranges', false],
  ])('of what goes out from %s', async (from, captured) => {
    const got = JSON.parse(await ask().get(from, 'http://web.plain/')) as Seen;
    expect(got.from).toBe(ask().pod(from).address);
    expect(got.headers.includes('x-envoy-attempt-count')).toBe(captured);
  });

  it('not of what an application says to itself', async () => {
    const { address } = ask().pod('side/web');
    for (const host of ['127.0.0.1:15021/healthz/ready', `${address}:80/`]) {
      expect(readAnswer(await ask().curl('side/web', '-i', `http://${host}`)).status).toBe(200);
    }
  });

  it('not of ports that are the proxy its own', async () => {
    const { address } = ask().pod('side/web');
    expect(
      readAnswer(await ask().curl('plain/client', '-i', `http://${address}:15021/healthz/ready`)).status,
    ).toBe(200);
  });
}
