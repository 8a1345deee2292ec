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
import { UnknownNameError } from './index.ts';

const plain = [namespace('a'), pod('a/c', { ip: '10.0.0.9' })];

describe('ports of a Service', () => {
  const cluster = clusterOf([
    ...plain,
    pod('a/s', { ip: '10.0.0.1', ports: ['web=8080', 'admin=9090', 'dns=5353/UDP'] }),
    made('Service', 'a/s', {
      clusterIP: '10.96.0.1',
      selector: { app: 's' },
      ports: [
        { name: 'web', port: 80, targetPort: 'web' },
        { name: 'admin', port: 90, targetPort: 9090 },
        { name: 'same', port: 7000 },
        { name: 'dns', port: 53, protocol: 'UDP', targetPort: 'dns' },
        { name: 'lost', port: 99, targetPort: 'nowhere' },
      ],
    }),
  ]);

  it.each<[number | string, number]>([
    [80, 8080],
    ['web', 8080],
    [90, 9090],
    ['admin', 9090],
    [7000, 7000],
  ])('%s leads to container port %i', (port, targetPort) => {
    const [resolved] = ask(cluster, 'a/c', 'svc:a/s', port).steps;
    expect(resolved).toMatchObject({
      outcome: 'allow',
      because: { kind: 'resolved', targetPort, backends: ['a/s'] },
    });
  });

  it('tells protocols apart', () => {
    const udp = ask(cluster, 'a/c', 'svc:a/s', 53, { protocol: 'UDP' });
    expect(udp.steps[0]!.because).toMatchObject({ kind: 'resolved', targetPort: 5353 });
    expect(ask(cluster, 'a/c', 'svc:a/s', 53).decidedBy.because).toMatchObject({ kind: 'no such port' });
  });

  it('is reached by its own address too', () => {
    expect(ask(cluster, 'a/c', '10.96.0.1', 80).steps[0]!.because).toMatchObject({
      kind: 'resolved',
      targetPort: 8080,
    });
  });

  it('has no such port', () => {
    const verdict = ask(cluster, 'a/c', 'svc:a/s', 8080);
    expect(verdict).toMatchObject({ outcome: 'deny', symptom: { kind: 'connect timeout' } });
    expect(verdict.decidedBy.because).toMatchObject({ kind: 'no such port', port: 8080 });
  });

  it('has a target port that no pod declares', () => {
    const verdict = ask(cluster, 'a/c', 'svc:a/s', 99);
    expect(verdict).toMatchObject({ outcome: 'deny', symptom: { kind: 'connection refused' } });
    expect(verdict.decidedBy.because).toMatchObject({
      kind: 'no endpoint',
      why: 'no pod declares the port name',
    });
  });

  it('is judged by the target port, never by its own', () => {
    const open = (port: number) =>
      clusterOf([
        ...plain,
        pod('a/s', { ip: '10.0.0.1' }),
        service('a/s', 80, 8080),
        openPorts('a/s', 'Ingress', port),
      ]);
    expect(ask(open(8080), 'a/c', 'svc:a/s', 80).outcome).toBe('allow');
    expect(ask(open(80), 'a/c', 'svc:a/s', 80).outcome).toBe('deny');
  });

  it('takes a name that a Service or pod has, and no other', () => {
    expect(ask(cluster, 'a/c', 'a/s', 'admin').outcome).toBe('allow');
    expect(() => ask(cluster, 'a/c', 'a/s', 'nothing')).toThrow(UnknownNameError);
    expect(() => ask(cluster, 'a/c', 'svc:a/none', 80)).toThrow(UnknownNameError);
    expect(() => ask(cluster, 'a/none', 'a/s', 80)).toThrow(UnknownNameError);
    expect(() => ask(cluster, 'node:none', 'a/s', 80)).toThrow(UnknownNameError);
  });
});

describe('several endpoints', () => {
  const pods = [
    pod('a/s1', { labels: { app: 's', tier: 'one' }, ip: '10.0.0.1', ports: ['web=8080'] }),
    pod('a/s2', { labels: { app: 's', tier: 'two' }, ip: '10.0.0.2', ports: ['web=8081'] }),
    pod('a/s3', { labels: { app: 's', tier: 'two' }, ip: '10.0.0.3' }),
    service('a/s', 80, 'web'),
  ];

  it('takes the port of each pod that declares it', () => {
    const [resolved] = ask(clusterOf([...plain, ...pods]), 'a/c', 'svc:a/s', 80).steps;
    expect(resolved!.because).toMatchObject({ backends: ['a/s1', 'a/s2:8081'] });
  });

  it('turns on the choice where they do not agree', () => {
    const closed = made('NetworkPolicy', 'a/p', {
      podSelector: { matchLabels: { tier: 'two' } },
      ingress: [],
    });
    const verdict = ask(clusterOf([...plain, ...pods, closed]), 'a/c', 'svc:a/s', 80);
    expect(told(verdict)).toBe('unknown: service at client of a/c');
    expect(verdict.missing).toMatchObject([{ kind: 'implementation', topic: 'endpoint choice' }]);
  });

  it.each(['Service', 'Pod'])('is not known where a %s of it could not be read', (kind) => {
    const name = kind === 'Pod' ? 's9' : 's';
    const broken = JSON.stringify({
      apiVersion: 'v1',
      kind,
      metadata: { namespace: 'a', name, labels: { app: 's' } },
      spec: { ports: 'all', containers: 'one' },
    });
    const verdict = ask(clusterOf([...plain, ...pods, broken]), 'a/c', 'svc:a/s', 80);
    expect(verdict.outcome).toBe('unknown');
    expect(verdict.missing).toMatchObject([{ kind: 'unread policy', object: { kind } }]);
  });

  it('is certain where all endpoints agree, by name in egress too', () => {
    const egress = made('NetworkPolicy', 'a/out', {
      podSelector: { matchLabels: { app: 'c' } },
      egress: [{ ports: [{ port: 'web' }] }],
      policyTypes: ['Egress'],
    });
    expect(ask(clusterOf([...plain, ...pods, egress]), 'a/c', 'svc:a/s', 80).outcome).toBe('allow');
  });

  it('is unknown where they differ, and says so', () => {
    const ingress = made('NetworkPolicy', 'a/in', { podSelector: { matchLabels: { tier: 'two' } } });
    const verdict = ask(clusterOf([...plain, ...pods, ingress]), 'a/c', 'svc:a/s', 80);
    expect(verdict).toMatchObject({ outcome: 'unknown', symptom: undefined });
    expect(verdict.missing).toEqual([expect.objectContaining({ topic: 'endpoint choice' })]);
  });
});

describe('headless Services', () => {
  const cluster = clusterOf([
    ...plain,
    pod('a/s', { ip: '10.0.0.1', ports: ['web=8080'] }),
    service('a/s', 80, 8080, { clusterIP: 'None' }),
    openPorts('a/s', 'Ingress', 80),
  ]);

  it.each([
    [80, 'allow'],
    [8080, 'deny'],
  ])('asked for %i, go to that port of the pod: %s', (port, outcome) => {
    expect(ask(cluster, 'a/c', 'svc:a/s', port).outcome).toBe(outcome);
  });
});

describe('ExternalName', () => {
  const alias = (name: string, externalName: string): string =>
    made('Service', `a/${name}`, { type: 'ExternalName', externalName });
  const base = [...plain, pod('a/s', { ip: '10.0.0.1' }), service('a/s', 80, 8080)];

  it('may be an alias of a Service here', () => {
    const cluster = clusterOf([
      ...base,
      alias('x', 's.a.svc.cluster.local'),
      openPorts('a/s', 'Ingress', 8080),
    ]);
    expect(ask(cluster, 'a/c', 'svc:a/x', 80).outcome).toBe('allow');
  });

  it('in a circle does not go on for ever', () => {
    const cluster = clusterOf([
      ...base,
      alias('x', 'y.a.svc.cluster.local'),
      alias('y', 'x.a.svc.cluster.local'),
    ]);
    expect(ask(cluster, 'a/c', 'svc:a/x', 80).outcome).toBe('allow');
  });

  const out = (...cidrs: readonly string[]): string =>
    made('NetworkPolicy', 'a/out', {
      podSelector: {},
      policyTypes: ['Egress'],
      egress: [{ to: cidrs.map((cidr) => ({ ipBlock: { cidr } })) }],
    });

  it.each<[string, readonly string[], string]>([
    ['no policy', [], 'allow'],
    ['every address allowed', [out('0.0.0.0/0', '::/0')], 'allow'],
    ['none allowed', [made('NetworkPolicy', 'a/out', { podSelector: {}, policyTypes: ['Egress'] })], 'deny'],
    ['some allowed', [out('203.0.113.0/24')], 'unknown'],
  ])('with %s, a host whose address nobody said: %#', (_, policies, outcome) => {
    const cluster = clusterOf([...base, alias('x', 'api.example.com'), ...policies]);
    expect(ask(cluster, 'a/c', 'svc:a/x', 443).outcome).toBe(outcome);
  });

  it('has an address of the family that the sender has', () => {
    const cluster = clusterOf([...base, alias('x', 'api.example.com'), out('0.0.0.0/0')]);
    expect(ask(cluster, 'a/c', 'svc:a/x', 443).outcome).toBe('allow');
  });
});

describe('Services without a selector', () => {
  const slice = (addresses: readonly string[]): string =>
    JSON.stringify({
      apiVersion: 'discovery.k8s.io/v1',
      kind: 'EndpointSlice',
      metadata: { namespace: 'a', name: 's-1', labels: { 'kubernetes.io/service-name': 's' } },
      addressType: 'IPv4',
      endpoints: addresses.map((address) => ({ addresses: [address] })),
      ports: [{ name: 'web', port: 8080, protocol: 'TCP' }],
    });
  const bare = made('Service', 'a/s', { ports: [{ name: 'web', port: 80 }] });

  it('go to the addresses of their EndpointSlices', () => {
    const out = made('NetworkPolicy', 'a/out', {
      podSelector: {},
      policyTypes: ['Egress'],
      egress: [{ to: [{ ipBlock: { cidr: '203.0.113.0/24' } }], ports: [{ port: 8080 }] }],
    });
    expect(ask(clusterOf([...plain, bare, slice(['203.0.113.4']), out]), 'a/c', 'svc:a/s', 80).outcome).toBe(
      'allow',
    );
    expect(ask(clusterOf([...plain, bare, slice(['198.51.100.4']), out]), 'a/c', 'svc:a/s', 80).outcome).toBe(
      'deny',
    );
  });

  it('have endpoints that nobody knows without one', () => {
    expect(told(ask(clusterOf([...plain, bare]), 'a/c', 'svc:a/s', 80))).toBe(
      'unknown: service at client of a/c',
    );
  });
});

describe('ports of nodes', () => {
  const node = JSON.stringify({
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name: 'n1' },
    status: { addresses: [{ type: 'InternalIP', address: '192.168.0.1' }] },
  });
  const cluster = clusterOf([
    node,
    namespace('a'),
    pod('a/s', { ip: '10.0.0.1' }),
    made('Service', 'a/s', {
      type: 'NodePort',
      selector: { app: 's' },
      ports: [{ port: 80, targetPort: 8080, nodePort: 30080 }],
    }),
    openPorts('a/s', 'Ingress', 9999),
  ]);

  it('lead to the Service that has them', () => {
    const verdict = ask(cluster, '203.0.113.9', '192.168.0.1', 30080);
    expect(told(verdict)).toBe('deny: ingress policy at node of a/s');
    expect(verdict.steps[0]!.because).toMatchObject({ kind: 'resolved', port: 80, targetPort: 8080 });
  });

  it.each<[string, object, string]>([
    ['Cluster, the default', {}, 'unknown'],
    ['Local', { externalTrafficPolicy: 'Local' }, 'allow'],
  ])(
    'a client from outside may come with a node’s address: externalTrafficPolicy %s',
    (_name, more, expected) => {
      const loadBalancer = made('Service', 'a/s', {
        type: 'LoadBalancer',
        externalIPs: ['198.51.100.1'],
        selector: { app: 's' },
        ports: [{ port: 80, targetPort: 8080 }],
        ...more,
      });
      const fromClient = made('NetworkPolicy', 'a/p', {
        podSelector: {},
        ingress: [{ from: [{ ipBlock: { cidr: '203.0.113.0/24' } }] }],
      });
      const texts = [namespace('a'), pod('a/s', { ip: '10.0.0.1' }), loadBalancer, fromClient];
      const outcome = (cni?: string) =>
        ask(clusterOf(texts, cni === undefined ? {} : { cni }), '203.0.113.9', '198.51.100.1', 80).outcome;
      expect(outcome()).toBe(expected);
      expect(outcome('source-nat=preserved')).toBe('allow');
    },
  );

  it('are the node’s own where no Service has them', () => {
    expect(ask(cluster, '203.0.113.9', '192.168.0.1', 22).outcome).toBe('allow');
    expect(ask(cluster, '203.0.113.9', '192.168.0.1', 30080, { protocol: 'UDP' }).outcome).toBe('allow');
  });
});
