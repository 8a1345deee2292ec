import { describe, expect, test } from 'vitest';
import { temporaryTree } from '../../../test/support/temporary-tree.ts';
import { recorder } from '../../../test/support/terminal.ts';
import { made, namespace, pod, service } from '../../../test/support/text-cluster.ts';
import { readManifests } from '../../manifest/index.ts';
import { run } from '../run.ts';

const gatewayPods = (at: string, labels: object): string =>
  made('Deployment', at, {
    selector: { matchLabels: labels },
    template: {
      metadata: { labels, annotations: { 'inject.istio.io/templates': 'gateway' } },
      spec: { containers: [{ name: 'istio-proxy', image: 'auto' }] },
    },
  });

const istiodLabels = (revision: string) => ({
  app: 'istiod',
  'istio.io/rev': revision,
  'sidecar.istio.io/inject': 'false',
});

/** Documents: JSON that begins a text would be read as JSON to its end. */
const yaml = (texts: readonly string[]): string => texts.map((text) => `---\n${text}\n`).join('');

const cluster = yaml([
  namespace('istio-system'),
  namespace('edge'),
  namespace('pay', { 'istio.io/dataplane-mode': 'ambient' }),
  pod('istio-system/istiod-0', { labels: istiodLabels('default') }),
  pod('istio-system/istiod-1', { labels: istiodLabels('canary') }),
  gatewayPods('edge/partners', { app: 'partners', istio: 'partners' }),
  service('edge/partners', 443, 8443, { type: 'LoadBalancer' }),
  made('Gateway', 'pay/waypoint', {
    gatewayClassName: 'istio-waypoint',
    listeners: [{ name: 'mesh', port: 15008, protocol: 'HBONE' }],
  }),
]);

async function tight(args: string, text: string = cluster) {
  const terminal = recorder({ cwd: temporaryTree({ 'cluster.yaml': text }) });
  const code = await run(['istio', 'policies', '--istio', '1.30.3', '--tight', ...args.split(' ')], terminal);
  const { objects } = readManifests([{ name: 'out', text: terminal.out }]);
  return { code, out: terminal.out, err: terminal.err, names: objects.map(({ metadata }) => metadata.name) };
}

test('one run is one set: what the cluster runs besides is in it, and checked with it', async () => {
  const { names, err } = await tight('-f cluster.yaml');
  expect(names).toEqual(['istiod-tight', 'istiod-canary-tight', 'partners-tight']);
  expect(err).toContain(
    'note: found in the cluster besides, with policies here too: istiod istio-system/istiod-canary',
  );
  const check = await tight('--check -f cluster.yaml');
  expect(check.code).toBe(0);
  expect(check.out).toMatch(/from gateway edge\/partners {2}TCP 15012/);
});

test('the cluster alone is enough where nothing runs under the names of the documentation', async () => {
  const other = yaml([
    pod('mesh/istiod-1', { labels: istiodLabels('canary') }),
    gatewayPods('edge/partners', { app: 'partners', istio: 'partners' }),
  ]);
  expect((await tight('-f cluster.yaml', other)).names).toEqual(['istiod-canary-tight', 'partners-tight']);
});

test('--chart keeps to its chart, and knows of the others', async () => {
  const { names, out } = await tight('--chart istiod -f cluster.yaml');
  expect(names).toEqual(['istiod-tight', 'istiod-canary-tight']);
  expect(out).toContain('The gateway partners fetches configuration and certificates');
});

test('YAML begins with ---, so that outputs can be put together', async () => {
  const one = await tight('--chart istiod -f cluster.yaml');
  const other = await tight('--for gateway/edge/partners -f cluster.yaml');
  expect(one.out).toMatch(/^---\n/);
  const { objects, diagnostics } = readManifests([{ name: 'both', text: one.out + other.out }]);
  expect(diagnostics).toEqual([]);
  expect(objects).toHaveLength(3);
});

describe('--for', () => {
  test('prints what it names, and components only where a flag names them', async () => {
    expect((await tight('--for waypoint/pay/waypoint -f cluster.yaml')).names).toEqual([
      'waypoint-waypoint-tight',
    ]);
    expect((await tight('--for waypoint/pay/waypoint')).names).toEqual(['waypoint-waypoint-tight']);
    expect((await tight('--for waypoint/pay/waypoint --chart istiod -f cluster.yaml')).names).toEqual([
      'istiod-tight',
      'waypoint-waypoint-tight',
    ]);
  });

  test('takes gateways of Helm, too', async () => {
    expect((await tight('--for gateway/edge/partners -f cluster.yaml')).names).toEqual(['partners-tight']);
  });

  test('all stands for all that runs and all that Istio has no policy for', async () => {
    const { names, code } = await tight('--for all -f cluster.yaml');
    expect(names).toEqual([
      'istiod-tight',
      'istiod-canary-tight',
      'partners-tight',
      'waypoint-waypoint-tight',
      'istio-mesh-baseline',
    ]);
    expect(code).toBe(0);
    const check = await tight('--for all --check -f cluster.yaml');
    expect(check.err).not.toContain('PC3446');
  });

  test.each([
    ['waypoint/pay/waypont', 'no such waypoint', 'meant may be waypoint/pay/waypoint'],
    ['gateway/edge/partner', 'no such gateway', 'meant may be gateway/edge/partners'],
    ['namespace/pya', 'no such namespace', 'meant may be namespace/pay'],
    ['namespace/elsewhere', 'no such namespace', 'without a cluster a policy is made from the name alone'],
    ['gateway/pay/waypoint', 'pay/waypoint is a waypoint', 'write --for waypoint/pay/waypoint'],
    ['waypoint/edge/partners', 'edge/partners is a gateway', 'write --for gateway/edge/partners'],
  ])('%s, which the cluster has not or as something else, is refused', async (text, fault, help) => {
    const { code, out, err } = await tight(`--for ${text} -f cluster.yaml`);
    expect(code).toBe(64);
    expect(out).toBe('');
    expect(err).toContain(fault);
    expect(err).toContain(help);
  });
});

test('--check with nothing said: what stays open lets through what is needed', async () => {
  const { code, out } = await tight('--check');
  expect(code).toBe(0);
  expect(out).toContain('from proxies of the mesh to come (stand-in)');
  expect(out).toContain('0 broken, 0 not known');
  expect((await tight('--check --chart gateway')).code).toBe(0);
});

test("Istio's own that the cluster has are told of", async () => {
  const own = made('NetworkPolicy', 'istio-system/istiod', {
    podSelector: { matchLabels: { app: 'istiod' } },
  });
  const { err } = await tight('-f cluster.yaml', cluster + yaml([own]));
  expect(err).toContain("warning[PC3471]: NetworkPolicy istio-system/istiod: the cluster has Istio's own");
});

test('a gateway that does not reach an application, whose own policies are to come, is a note and no row', async () => {
  const { code, out } = await tight(
    '--for all --check -f cluster.yaml',
    cluster +
      yaml([
        namespace('shop', { 'istio-injection': 'enabled' }),
        pod('shop/web', { labels: { app: 'web' }, ports: ['8080'] }),
        service('shop/web', 80, 8080),
      ]),
  );
  expect(code).toBe(0);
  expect(out.replaceAll(/\s+/g, ' ')).toContain(
    'Gateways do not reach the applications of namespace shop: the policies made for it are for the mesh alone',
  );
  expect(out).not.toContain('✗');
});

describe('gateways between networks', () => {
  const check = async (more: string, args: string) => {
    const { out, code } = await tight(
      `${args} --check -f cluster.yaml --remote-cidr 198.51.100.0/24`,
      cluster + yaml([pod('pay/api', { labels: { app: 'api' } }), more]),
    );
    expect(code).toBe(0);
    return out;
  };

  test("of Helm's chart have no port for tunnels: neither the policy nor the check speaks of it", async () => {
    const out = await check(
      gatewayPods('istio-system/ew', { app: 'ew', istio: 'ew' }),
      '--chart gateway --release ew -n istio-system --set networkGateway=network1',
    );
    expect(out).toMatch(/✓ from other networks {2}TCP 15443/);
    expect(out).not.toMatch(/from other networks {2}TCP 15008/);
  });

  test('of the Gateway API have it, and it is let through', async () => {
    const labels = { 'topology.istio.io/network': 'network1' };
    const own = {
      'gateway.networking.k8s.io/gateway-name': 'ew',
      'gateway.networking.k8s.io/gateway-class-name': 'istio-east-west',
      'gateway.istio.io/managed': 'istio.io-eastwest-controller',
    };
    const gateway = JSON.stringify({
      apiVersion: 'gateway.networking.k8s.io/v1',
      kind: 'Gateway',
      metadata: { namespace: 'edge', name: 'ew', labels },
      spec: {
        gatewayClassName: 'istio-east-west',
        listeners: [{ name: 'mesh', port: 15008, protocol: 'HBONE' }],
      },
    });
    const service = JSON.stringify({
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { namespace: 'edge', name: 'ew', labels },
      spec: {
        type: 'LoadBalancer',
        selector: { 'gateway.networking.k8s.io/gateway-name': 'ew' },
        ports: [
          { name: 'status-port', port: 15021 },
          { name: 'mesh', port: 15008 },
        ],
      },
    });
    const out = await check(
      [gatewayPods('edge/ew', own), gateway, service].join('\n---\n'),
      '--for gateway/edge/ew',
    );
    expect(out).toMatch(/✓ from other networks {2}TCP 15008/);
  });
});
