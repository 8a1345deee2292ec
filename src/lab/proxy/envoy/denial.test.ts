import { expect, it } from 'vitest';
import { insideWithEnvoy } from '../../../../test/support/inside-envoy.ts';
import { startMesh } from '../../../../test/support/proxy-mesh.ts';
import { object } from '../../../../test/support/proxy-suite/objects.ts';
import { envoyProxy } from '../index.ts';

insideWithEnvoy(import.meta.url, (binary) => {
  it('a policy is in force without a restart, and Envoy itself says what it denied', async () => {
    const mesh = await startMesh(envoyProxy(binary), {
      pods: [
        {
          at: 'side/web',
          sidecar: true,
          annotations: { 'sidecar.istio.io/componentLogLevel': 'rbac:debug' },
        },
        { at: 'plain/client' },
      ],
      services: [{ at: 'side/web', ports: ['http:80'] }],
    });
    const status = (): Promise<string> =>
      mesh.get('plain/client', 'http://web.side/', '-o', '/dev/null', '-w', '%{http_code}');
    expect(await status()).toBe('200');
    await mesh.apply([object('AuthorizationPolicy', 'side/no', { action: 'DENY', rules: [{}] })]);
    expect(await status()).toBe('403');
    const { logged } = mesh.pod('side/web');
    await expect
      .poll(() => logged.join('\n'))
      .toMatch(
        /\tdebug\tenvoy rbac \S+rbac_filter\.cc:\d+\tenforced denied, matched policy ns\[side\]-policy\[no\]-rule\[0\]\tthread=\d+/,
      );
    await mesh.apply([]);
    expect(await status()).toBe('200');
    await mesh.close();
  }, 30_000);
});
