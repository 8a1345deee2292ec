import { expect, it } from 'vitest';
import { insideWithEnvoy } from '../../../../test/support/inside-envoy.ts';
import { startMesh } from '../../../../test/support/proxy-mesh.ts';
import { object } from '../../../../test/support/proxy-suite/objects.ts';
import { envoyProxy } from '../index.ts';

insideWithEnvoy(import.meta.url, (binary) => {
  it('a policy is in force without a restart, Envoy itself says what it denied, and what it refuses changes nothing', async () => {
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
    // A template that Istio admits, and no Envoy takes.
    const paths = ['{*}'];
    const refused = { action: 'ALLOW', rules: [{ to: [{ operation: { paths } }] }] };
    await mesh.apply([object('AuthorizationPolicy', 'side/refused', refused)]);
    expect(logged.join('\n')).toMatch(/\twarn\tnot in force: listeners$/);
    expect(await status()).toBe('403');
    await mesh.apply([]);
    expect(await status()).toBe('200');
    await mesh.close();
  }, 30_000);
});
