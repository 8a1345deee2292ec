import { expect, it } from 'vitest';
import { inside } from '../../../test/support/inside.ts';
import { testContainer } from '../../../test/support/lab-context.ts';
import { clusterOf } from '../../../test/support/text-cluster.ts';
import { captureArguments } from './capture/settings.ts';
import { builtInProxy, createAuthority, type MeshView, proxyProgram } from './index.ts';

const view: MeshView = { cluster: clusterOf([]), pods: [], services: [], slices: [], secrets: [] };

function define(): void {
  const program = async () =>
    proxyProgram(builtInProxy, {
      authority: await createAuthority(),
      view: { mesh: () => view, subscribe: () => () => undefined },
    });

  it('istio-init puts the redirects in force and ends', async () => {
    const args = captureArguments({ 'traffic.sidecar.istio.io/excludeOutboundIPRanges': '10.9.0.0/16' });
    const { context, run } = await testContainer({ args });
    expect(await (await (await program())(context)).exited).toEqual({ code: 0 });
    const rules = await run('nft', 'list', 'ruleset');
    expect(rules).toContain('redirect to :15006');
    expect(rules).toContain('ip daddr 10.9.0.0/16 counter packets 0 bytes 0 return');
  });

  it('what it cannot put in force is a failed init container', async () => {
    const { context, run, logged } = await testContainer({ args: captureArguments({}) });
    await run('nft', 'add', 'table', 'ip', 'istio-proxy-nat');
    await run(
      'nft',
      'add',
      'chain',
      'ip',
      'istio-proxy-nat',
      'output',
      '{ type nat hook output priority 5; }',
    );
    expect(await (await (await program())(context)).exited).toEqual({ code: 1 });
    expect(logged.join('\n')).toContain('nft');
  });

  it('istio-proxy is ready, and ends on SIGTERM', async () => {
    const { context, run, logged } = await testContainer({ args: ['proxy', 'sidecar'] });
    const running = await (await program())(context);
    expect(running.ready?.()).toBe(true);
    expect(await run('curl', '-s', 'http://127.0.0.1:15000/ready')).toBe('LIVE\n');
    running.signal('SIGTERM');
    expect(await running.exited).toEqual({ code: 0 });
    expect(running.ready?.()).toBe(false);
    expect(logged.join('\n')).toContain('Envoy proxy is ready');
    await expect(run('curl', '-s', 'http://127.0.0.1:15000/ready')).rejects.toThrow();
  });

  it('pilot-agent asks its administration', async () => {
    const { context, run } = await testContainer({ args: ['proxy', 'sidecar'] });
    const start = await program();
    const file = start.files?.find(({ path }) => path.endsWith('/bin/pilot-agent'));
    const text = file !== undefined && 'text' in file ? file.text : '';
    const agent = (...args: readonly string[]): Promise<string> =>
      run('bash', '-c', text, 'pilot-agent', ...args);
    await expect(agent('request', 'GET', 'ready')).rejects.toThrow('connection refused');
    const running = await start(context);
    expect(await agent('request', 'GET', 'ready')).toBe('LIVE\n\n');
    expect(await agent('request', 'GET', '/stats?filter=live')).toBe('server.live: 1\n\n');
    expect(await agent('request', 'POST', 'logging?rbac=debug')).toContain('\n  rbac: debug\n');
    expect(JSON.parse(await agent('request', 'GET', 'config_dump'))).toHaveProperty('configs');
    expect(await agent('request', 'GET', 'nothing')).toBe('Not Found\n\n');
    expect(await agent('request', 'GET', 'healthz/ready', '--debug-port', '15021')).toBe('\n');
    await expect(agent('request', 'GET', 'logging')).rejects.toThrow(
      'received unsuccessful status code 405: Method GET not allowed, POST required.',
    );
    await expect(agent('request', 'GET')).rejects.toThrow('requires at least 2 arg(s), only received 1');
    await expect(agent('wait')).rejects.toThrow('unknown command "wait"');
    running.signal('SIGKILL');
    await running.exited;
  });

  it('a port that is taken makes it fail to start, and leaves nothing behind', async () => {
    const { context } = await testContainer({ args: ['proxy', 'sidecar'] });
    const first = await (await program())(context);
    await expect((await program())(context)).rejects.toThrow(/EADDRINUSE/);
    first.signal('SIGKILL');
    expect(await first.exited).toEqual({ code: 137, signal: 9 });
    const again = await (await program())(context);
    again.signal('SIGKILL');
    await again.exited;
  });
}

inside(import.meta.url, define, ['nft', 'ip', 'curl']);
