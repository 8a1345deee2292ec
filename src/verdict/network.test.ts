import { describe, expect, it } from 'vitest';
import {
  ask,
  clusterOf,
  made,
  namespace,
  openPorts,
  pod,
  service,
  told,
} from '../../test/support/text-cluster.ts';

const meshed = { 'istio-injection': 'enabled' };
const ambient = { 'istio.io/dataplane-mode': 'ambient' };

/** Namespaces of each data plane, a waypoint, and a gateway; every pod listens on 8080 behind a Service on port 80. */
const world = [
  namespace('plain'),
  namespace('side', meshed),
  namespace('amb', ambient),
  namespace('behind', { ...ambient, 'istio.io/use-waypoint': 'wp' }),
  namespace('edge', meshed),
  made('Gateway', 'behind/wp', {
    gatewayClassName: 'istio-waypoint',
    listeners: [{ name: 'mesh', port: 15008, protocol: 'HBONE' }],
  }),
  ...['plain/c', 'side/c', 'amb/c', 'behind/c'].map((at) => pod(at, { ip: ipOf(at) })),
  ...['plain/s', 'side/s', 'amb/s', 'behind/s', 'behind/naked'].flatMap((at) => [
    pod(at, {
      ip: ipOf(at),
      ...(at === 'behind/naked' ? { labels: { 'istio.io/dataplane-mode': 'none' } } : {}),
    }),
    service(at, 80, 8080),
  ]),
  pod('edge/ingress', {
    ip: '10.5.0.1',
    labels: { 'gateway.networking.k8s.io/gateway-name': 'ingress' },
  }),
  service('edge/ingress', 80, 8080, { type: 'LoadBalancer', externalIPs: ['198.51.100.1'] }),
];

function ipOf(at: string): string {
  return `10.1.${at.length}.${[...at].reduce((sum, sign) => sum + sign.charCodeAt(0), 0) % 250}`;
}

/** The wire port of each way, as policies at the client's and at the server's node see it. */
const rows: readonly (readonly [what: string, from: string, to: string, wire: number])[] = [
  ['1 sidecar to sidecar', 'side/c', 'side/s', 8080],
  ['2 no proxy to sidecar', 'plain/c', 'side/s', 8080],
  ['3 sidecar to no proxy', 'side/c', 'plain/s', 8080],
  ['4 ambient to ambient', 'amb/c', 'amb/s', 15008],
  ['5 ambient to sidecar', 'amb/c', 'side/s', 15008],
  ['6 sidecar to ambient', 'side/c', 'amb/s', 15008],
  ['8 no proxy to ambient', 'plain/c', 'amb/s', 8080],
  ['9 ambient to no proxy', 'amb/c', 'plain/s', 8080],
  ['13 gateway to sidecar', 'edge/ingress', 'side/s', 8080],
  ['14 gateway to ambient', 'edge/ingress', 'amb/s', 15008],
  ['a client without a proxy past the waypoint', 'plain/c', 'behind/s', 8080],
  ['a sidecar past the waypoint', 'side/c', 'behind/s', 15008],
];

describe.each(rows)('row %s', (_, from, to, wire) => {
  const other = wire === 8080 ? 15008 : 8080;

  it(`needs port ${wire} open at both ends`, () => {
    const cluster = clusterOf([...world, openPorts(from, 'Egress', wire), openPorts(to, 'Ingress', wire)]);
    expect(ask(cluster, from, `svc:${to}`, 80).outcome).toBe('allow');
  });

  it.each([other, 80])('is not carried by port %i at the client', (port) => {
    const cluster = clusterOf([...world, openPorts(from, 'Egress', port)]);
    expect(told(ask(cluster, from, `svc:${to}`, 80))).toBe(`deny: egress policy at node of ${from}`);
  });

  it.each([other, 80])('is not carried by port %i at the server', (port) => {
    const cluster = clusterOf([...world, openPorts(to, 'Ingress', port)]);
    expect(told(ask(cluster, from, `svc:${to}`, 80))).toBe(`deny: ingress policy at node of ${to}`);
  });
});

/** Only from the pods labelled `app: NAME` of a namespace. */
function onlyFrom(to: string, from: string, port: number): string {
  const [namespaceName, name] = to.split('/');
  const [peerNamespace, app] = from.split('/');
  return made('NetworkPolicy', `${namespaceName}/only-from`, {
    podSelector: { matchLabels: { app: name } },
    ingress: [
      {
        from: [
          {
            namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': peerNamespace } },
            podSelector: {
              matchLabels: app === 'wp' ? { 'gateway.networking.k8s.io/gateway-name': 'wp' } : { app },
            },
          },
        ],
        ports: [{ port }],
      },
    ],
  });
}

describe('row 10, ambient to ambient by way of a waypoint', () => {
  it('shows the waypoint, not the client, to the server', () => {
    const open = clusterOf([...world, onlyFrom('behind/s', 'behind/wp', 15008)]);
    expect(ask(open, 'amb/c', 'svc:behind/s', 80).outcome).toBe('allow');
    const shut = clusterOf([...world, onlyFrom('behind/s', 'amb/c', 15008)]);
    expect(told(ask(shut, 'amb/c', 'svc:behind/s', 80))).toBe('deny: ingress policy at node of behind/s');
  });

  it('needs port 15008 open to the client at the waypoint', () => {
    const gate = (port: number): string =>
      made('NetworkPolicy', 'behind/at-waypoint', {
        podSelector: { matchLabels: { 'gateway.networking.k8s.io/gateway-name': 'wp' } },
        ingress: [{ ports: [{ port }] }],
      });
    expect(ask(clusterOf([...world, gate(15008)]), 'amb/c', 'svc:behind/s', 80).outcome).toBe('allow');
    expect(told(ask(clusterOf([...world, gate(80)]), 'amb/c', 'svc:behind/s', 80))).toBe(
      'deny: ingress policy at node of behind/wp',
    );
  });

  it('needs 15008 open on the way out of the waypoint', () => {
    const gate = made('NetworkPolicy', 'behind/out-of-waypoint', {
      podSelector: { matchLabels: { 'gateway.networking.k8s.io/gateway-name': 'wp' } },
      policyTypes: ['Egress'],
      egress: [{ ports: [{ port: 8080 }] }],
    });
    expect(told(ask(clusterOf([...world, gate]), 'amb/c', 'svc:behind/s', 80))).toBe(
      'deny: egress policy at node of behind/wp',
    );
  });
});

describe('row 11, a waypoint to a server outside the mesh', () => {
  it('sends the plain port, from the waypoint', () => {
    const open = clusterOf([...world, onlyFrom('behind/naked', 'behind/wp', 8080)]);
    expect(ask(open, 'amb/c', 'svc:behind/naked', 80).outcome).toBe('allow');
    const shut = clusterOf([...world, onlyFrom('behind/naked', 'amb/c', 8080)]);
    expect(told(ask(shut, 'amb/c', 'svc:behind/naked', 80))).toBe(
      'deny: ingress policy at node of behind/naked',
    );
  });
});

it('row 12: from outside, an ingress gateway is reached at its target port', () => {
  const at = (port: number) =>
    ask(clusterOf([...world, openPorts('edge/ingress', 'Ingress', port)]), '203.0.113.9', '198.51.100.1', 80);
  expect(at(8080).outcome).toBe('allow');
  expect(told(at(80))).toBe('deny: ingress policy at node of edge/ingress');
});

describe('nodes and the host network', () => {
  const nodes = ['n1', 'n2'].map((name, i) =>
    JSON.stringify({
      apiVersion: 'v1',
      kind: 'Node',
      metadata: { name },
      status: { addresses: [{ type: 'InternalIP', address: `192.168.0.${i + 1}` }] },
    }),
  );
  const base = [
    ...nodes,
    namespace('a'),
    pod('a/host', { hostNetwork: true, node: 'n1', ip: '192.168.0.1' }),
    pod('a/s1', { node: 'n1', ip: '10.0.0.1' }),
    pod('a/s2', { node: 'n2', ip: '10.0.0.2' }),
    pod('a/lost', { ip: '10.0.0.3' }),
  ];
  const denyAll = made('NetworkPolicy', 'a/deny', { podSelector: {}, policyTypes: ['Ingress', 'Egress'] });
  const cluster = clusterOf([...base, denyAll]);

  it.each([
    ['node:n1', 'a/s1', 'allow'],
    ['node:n1', 'a/s2', 'deny'],
    ['node:n1', 'a/lost', 'unknown'],
    ['a/host', 'a/s1', 'allow'],
    ['a/host', 'a/s2', 'deny'],
    ['192.168.0.1', 'a/s1', 'allow'],
    ['192.168.0.2', 'a/s1', 'deny'],
  ])('%s to %s: %s', (from, to, outcome) => {
    expect(ask(cluster, from, to, 80).outcome).toBe(outcome);
  });

  it('does not govern pods on the host network', () => {
    expect(ask(cluster, 'node:n2', 'a/host', 80).outcome).toBe('allow');
    expect(told(ask(cluster, 'a/s2', 'a/host', 80))).toBe('deny: egress policy at node of a/s2');
  });

  it('sees a pod on the host network as its address, without labels', () => {
    const byLabel = made('NetworkPolicy', 'a/label', {
      podSelector: {},
      ingress: [{ from: [{ podSelector: {} }] }],
    });
    const byBlock = made('NetworkPolicy', 'a/block', {
      podSelector: {},
      ingress: [{ from: [{ ipBlock: { cidr: '192.168.0.1/32' } }] }],
    });
    expect(ask(clusterOf([...base, byLabel]), 'a/host', 'a/s2', 80).outcome).toBe('deny');
    expect(ask(clusterOf([...base, byBlock]), 'a/host', 'a/s2', 80).outcome).toBe('allow');
  });
});

describe('a pod and itself', () => {
  const denyAll = made('NetworkPolicy', 'a/deny', { podSelector: {}, policyTypes: ['Ingress', 'Egress'] });
  const base = [
    namespace('a'),
    pod('a/s', { ip: '10.0.0.1' }),
    service('a/s', 80, 8080, { clusterIP: '10.96.0.1' }),
  ];

  it('is never kept from itself by its own address', () => {
    expect(ask(clusterOf([...base, denyAll]), 'a/s', 'a/s', 8080).outcome).toBe('allow');
    expect(ask(clusterOf([...base, denyAll]), 'a/s', '10.0.0.1', 8080).outcome).toBe('allow');
  });

  it('is left to the network plugin by way of a Service', () => {
    expect(ask(clusterOf([...base, denyAll]), 'a/s', 'svc:a/s', 80).outcome).toBe('unknown');
    expect(ask(clusterOf([...base, denyAll], { cni: 'hairpin=exempt' }), 'a/s', 'svc:a/s', 80).outcome).toBe(
      'allow',
    );
    expect(
      ask(clusterOf([...base, denyAll], { cni: 'hairpin=policy-applies' }), 'a/s', '10.96.0.1', 80).outcome,
    ).toBe('deny');
  });

  it('is its own by way of a headless Service, which leads to its address', () => {
    const headless = clusterOf([
      namespace('a'),
      pod('a/s', { ip: '10.0.0.1' }),
      service('a/s', 80, 80, { clusterIP: 'None' }),
      denyAll,
    ]);
    expect(ask(headless, 'a/s', 'svc:a/s', 80).outcome).toBe('allow');
  });

  it('is not another replica', () => {
    const deployment = made('Deployment', 'a/s', {
      replicas: 2,
      selector: { matchLabels: { app: 's' } },
      template: { metadata: { labels: { app: 's' } }, spec: { containers: [{ name: 'main', image: 'x' }] } },
    });
    const cluster = clusterOf([namespace('a'), deployment, service('a/s', 80, 8080), denyAll], {
      cni: 'hairpin=exempt',
    });
    expect(ask(cluster, 'a/s', 'a/s#2', 8080).outcome).toBe('deny');
    const verdict = ask(cluster, 'a/s', 'svc:a/s', 80);
    expect(verdict.outcome).toBe('unknown');
    expect(verdict.missing).toContainEqual(expect.objectContaining({ topic: 'endpoint choice' }));
  });
});

describe('addresses outside, and two families', () => {
  const base = [
    namespace('a'),
    pod('a/dual', { ip: ['10.0.0.1', 'fd00::1'] }),
    pod('a/four', { ip: '10.0.0.2' }),
  ];
  const blocks = (direction: 'from' | 'to', ...cidrs: readonly string[]): string =>
    made('NetworkPolicy', 'a/blocks', {
      podSelector: {},
      policyTypes: [direction === 'from' ? 'Ingress' : 'Egress'],
      [direction === 'from' ? 'ingress' : 'egress']: [
        { [direction]: cidrs.map((cidr) => ({ ipBlock: { cidr } })) },
      ],
    });

  it('judges an address that nobody has by blocks', () => {
    const cluster = clusterOf([...base, blocks('from', '203.0.113.0/24')]);
    expect(ask(cluster, '203.0.113.7', 'a/dual', 80).outcome).toBe('allow');
    expect(ask(cluster, '198.51.100.7', 'a/dual', 80).outcome).toBe('deny');
  });

  it('never matches the other family', () => {
    const cluster = clusterOf([...base, blocks('to', '0.0.0.0/0')]);
    expect(ask(cluster, 'a/dual', '2001:db8::1', 80).outcome).toBe('deny');
    expect(ask(cluster, 'a/dual', '192.0.2.1', 80).outcome).toBe('allow');
    expect(ask(cluster, 'a/dual', 'a/four', 80).outcome).toBe('allow');
  });

  it('takes the family that both ends have', () => {
    const cluster = clusterOf([...base, pod('a/six', { ip: 'fd00::6' }), blocks('from', 'fd00::/8')]);
    expect(ask(cluster, 'a/six', 'a/dual', 80).outcome).toBe('allow');
    expect(ask(cluster, 'a/four', 'a/dual', 80).outcome).toBe('deny');
  });
});

describe('the tiers in their order', () => {
  const base = [
    namespace('a'),
    namespace('b'),
    pod('a/c', { ip: '10.0.0.1' }),
    pod('b/s', { ip: '10.0.0.2' }),
  ];
  const tier = (name: string, tierName: string, action: string, priority = 1): string =>
    made('ClusterNetworkPolicy', name, {
      tier: tierName,
      priority,
      subject: { namespaces: { matchLabels: { 'kubernetes.io/metadata.name': 'b' } } },
      ingress: [{ action, from: [{ namespaces: {} }] }],
    });
  const isolate = made('NetworkPolicy', 'b/deny', { podSelector: {} });
  const open = made('NetworkPolicy', 'b/open', { podSelector: {}, ingress: [{}] });

  it.each<[string, readonly string[], string]>([
    ['Admin Accept beats an isolating NetworkPolicy', [tier('x', 'Admin', 'Accept'), isolate], 'allow'],
    ['Admin Deny beats a NetworkPolicy that allows', [tier('x', 'Admin', 'Deny'), open], 'deny'],
    [
      'Pass leaves it to NetworkPolicy',
      [tier('x', 'Admin', 'Pass'), tier('y', 'Admin', 'Deny', 2), open],
      'allow',
    ],
    ['Baseline is not asked where a NetworkPolicy selects', [tier('x', 'Baseline', 'Deny'), open], 'allow'],
    ['Baseline decides where none does', [tier('x', 'Baseline', 'Deny')], 'deny'],
    ['without any, traffic passes', [], 'allow'],
  ])('%s', (_, policies, outcome) => {
    expect(ask(clusterOf([...base, ...policies]), 'a/c', 'b/s', 80).outcome).toBe(outcome);
  });
});
