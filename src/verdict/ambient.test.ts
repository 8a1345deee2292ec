import { describe, expect, it } from 'vitest';
import {
  arrival,
  ask,
  clusterOf,
  made,
  missing,
  namespace,
  pod,
  service,
  told,
} from '../../test/support/text-cluster.ts';

const ambient = { 'istio.io/dataplane-mode': 'ambient' };
const base = [
  namespace('amb', ambient),
  namespace('plain'),
  namespace('side', { 'istio-injection': 'enabled' }),
  pod('amb/c', { ip: '10.0.1.1' }),
  pod('amb/s', { ip: '10.0.1.2' }),
  service('amb/s', 80, 8080),
  pod('plain/c', { ip: '10.0.2.1' }),
  pod('side/s', { ip: '10.0.3.1' }),
  service('side/s', 80, 8080),
];
const http = { http: { method: 'GET', path: '/', host: 's' } };
const client = 'cluster.local/ns/amb/sa/default';
const proxy = 'cluster.local/ns/amb/sa/wp';

function allowOnly(at: string, principal: string, more: object = {}): string {
  return made('AuthorizationPolicy', at, {
    rules: [{ from: [{ source: { principals: [principal] } }] }],
    ...more,
  });
}

describe('without a waypoint', () => {
  it('ztunnel judges the client by its identity and the port inside the tunnel', () => {
    const open = (port: string): string =>
      made('AuthorizationPolicy', 'amb/port', { rules: [{ to: [{ operation: { ports: [port] } }] }] });
    expect(ask(clusterOf([...base, allowOnly('amb/who', client)]), 'amb/c', 'svc:amb/s', 80).outcome).toBe(
      'allow',
    );
    expect(ask(clusterOf([...base, open('8080')]), 'amb/c', 'svc:amb/s', 80).outcome).toBe('allow');
    expect(told(ask(clusterOf([...base, open('15008')]), 'amb/c', 'svc:amb/s', 80))).toBe(
      'deny: authorization at ztunnel of amb/s',
    );
  });

  it('STRICT keeps plaintext out and tunnels in', () => {
    const strict = made('PeerAuthentication', 'amb/default', { mtls: { mode: 'STRICT' } });
    const cluster = clusterOf([...base, strict]);
    expect(ask(cluster, 'amb/c', 'svc:amb/s', 80).outcome).toBe('allow');
    const verdict = ask(cluster, 'plain/c', 'svc:amb/s', 80, http);
    expect(verdict).toMatchObject({ outcome: 'deny', symptom: { kind: 'connection reset' } });
  });

  it('ends its tunnel at a sidecar, which judges the port inside', () => {
    const verdict = ask(clusterOf([...base, allowOnly('side/who', client)]), 'amb/c', 'svc:side/s', 80);
    expect(verdict.outcome).toBe('allow');
    expect(arrival(verdict, 'sidecar of side/s')).toEqual({ transport: 'HBONE', identity: client });
  });

  it('goes as plaintext where the request says that it has no identity', () => {
    const verdict = ask(clusterOf(base), 'amb/c', 'svc:amb/s', 80, { principal: null });
    expect(arrival(verdict, 'ztunnel of amb/s')).toEqual({ transport: 'plaintext', identity: undefined });
  });

  it('tells of policies that ztunnel does not have', () => {
    const custom = made('AuthorizationPolicy', 'amb/audit', { action: 'AUDIT', rules: [{}] });
    const paths = made('AuthorizationPolicy', 'amb/paths', {
      action: 'DENY',
      rules: [{ to: [{ operation: { paths: ['/admin'] } }] }],
    });
    const step = ask(clusterOf([...base, custom, paths]), 'amb/c', 'svc:amb/s', 80).steps.at(-1);
    expect(step?.notes?.map(({ policy, why }) => [policy.metadata.name, why])).toEqual(
      expect.arrayContaining([
        ['audit', 'action'],
        ['paths', expect.stringContaining('without HTTP attributes')],
      ]),
    );
  });

  it('tells what dry-run policies of both actions would do', () => {
    const dry = { metadata: {} };
    const policy = (name: string, action: string): string =>
      made(
        'AuthorizationPolicy',
        `amb/${name}`,
        { action, rules: [{ from: [{ source: { namespaces: ['other'] } }] }] },
        {
          ...dry.metadata,
          annotations: { 'istio.io/dry-run': 'true' },
        },
      );
    const cluster = clusterOf([...base, policy('no', 'DENY'), policy('yes', 'ALLOW')], {
      mesh: { ambientDryRun: true },
    });
    const { outcome, steps } = ask(cluster, 'amb/c', 'svc:amb/s', 80);
    expect(outcome).toBe('allow');
    expect(steps.flatMap(({ shadow }) => shadow ?? [])).toEqual([
      { result: 'allowed' },
      { result: 'denied' },
    ]);
  });
});

describe('with a waypoint', () => {
  const gateway = (at: string, labels: object = {}): string =>
    made(
      'Gateway',
      at,
      { gatewayClassName: 'istio-waypoint', listeners: [{ name: 'm', port: 15008, protocol: 'HBONE' }] },
      { labels },
    );
  const behind = [
    ...base,
    namespace('amb', { ...ambient, 'istio.io/use-waypoint': 'wp' }),
    gateway('amb/wp'),
  ];
  const forService = (name: string, rule: object): string =>
    made('AuthorizationPolicy', `amb/${name}`, {
      targetRefs: [{ group: '', kind: 'Service', name: 's' }],
      rules: [rule],
    });

  it('asks the policies of the Service at the waypoint, with the identity of the client', () => {
    const cluster = clusterOf([
      ...behind,
      forService('who', { from: [{ source: { principals: [client] } }] }),
    ]);
    expect(ask(cluster, 'amb/c', 'svc:amb/s', 80, http).outcome).toBe('allow');
    const other = { ...http, principal: 'cluster.local/ns/amb/sa/other' };
    const verdict = ask(cluster, 'amb/c', 'svc:amb/s', 80, other);
    expect(told(verdict)).toBe('deny: authorization at waypoint of amb/wp');
    expect(verdict.symptom).toMatchObject({ kind: 'http', status: 403 });
  });

  it('shows the port of the Service to the waypoint', () => {
    const open = (port: string) =>
      clusterOf([...behind, forService('port', { to: [{ operation: { ports: [port] } }] })]);
    expect(ask(open('80'), 'amb/c', 'svc:amb/s', 80, http).outcome).toBe('allow');
    expect(ask(open('8080'), 'amb/c', 'svc:amb/s', 80, http).outcome).toBe('deny');
  });

  it('shows the waypoint to the ztunnel of the server, so that a policy for the client alone denies', () => {
    const clientOnly = clusterOf([
      ...behind,
      allowOnly('amb/who', client, { selector: { matchLabels: { app: 's' } } }),
    ]);
    expect(told(ask(clientOnly, 'amb/c', 'svc:amb/s', 80, http))).toBe(
      'deny: authorization at ztunnel of amb/s',
    );
    const waypointToo = clusterOf([
      ...behind,
      allowOnly('amb/who', proxy, { selector: { matchLabels: { app: 's' } } }),
    ]);
    expect(ask(waypointToo, 'amb/c', 'svc:amb/s', 80, http).outcome).toBe('allow');
  });

  it('is no obstacle to clients outside the mesh, to sidecars, and to a bare address', () => {
    const cluster = clusterOf([
      ...behind,
      pod('side/c', { ip: '10.0.3.9' }),
      forService('nobody', { from: [{ source: { principals: ['x'] } }] }),
    ]);
    expect(ask(cluster, 'amb/c', 'svc:amb/s', 80, http).outcome).toBe('deny');
    for (const from of ['plain/c', 'side/c'])
      expect(ask(cluster, from, 'svc:amb/s', 80, http).outcome).toBe('allow');
    expect(ask(cluster, 'amb/c', '10.0.1.2', 8080, http).outcome).toBe('allow');
  });

  it('stands before a server that is not in the mesh, too', () => {
    const cluster = clusterOf([
      ...behind,
      pod('amb/s', { ip: '10.0.1.2', labels: { 'istio.io/dataplane-mode': 'none' } }),
      forService('nobody', { from: [{ source: { principals: ['x'] } }] }),
    ]);
    expect(told(ask(cluster, 'amb/c', 'svc:amb/s', 80, http))).toBe(
      'deny: authorization at waypoint of amb/wp',
    );
  });

  it.each<[string, object, string, boolean]>([
    ['service, to the Service', {}, 'svc:amb/s', true],
    ['service, to a bare address', {}, '10.0.1.2', false],
    ['workload, to the Service', { 'istio.io/waypoint-for': 'workload' }, 'svc:amb/s', false],
    ['workload, to a bare address', { 'istio.io/waypoint-for': 'workload' }, '10.0.1.2', true],
    ['all, to a bare address', { 'istio.io/waypoint-for': 'all' }, '10.0.1.2', true],
    ['none', { 'istio.io/waypoint-for': 'none' }, 'svc:amb/s', false],
  ])('takes what it is for: %s', (_, labels, to, passed) => {
    const cluster = clusterOf([...behind, gateway('amb/wp', labels)]);
    const places = ask(cluster, 'amb/c', to, to.startsWith('svc') ? 80 : 8080, http).steps.map(
      ({ at }) => at.kind,
    );
    expect(places.includes('waypoint')).toBe(passed);
  });

  it('is chosen by the Service before the namespace', () => {
    const own = JSON.parse(service('amb/s', 80, 8080)) as { metadata: object };
    const opted = { ...own, metadata: { ...own.metadata, labels: { 'istio.io/use-waypoint': 'none' } } };
    const places = ask(
      clusterOf([...behind, JSON.stringify(opted)]),
      'amb/c',
      'svc:amb/s',
      80,
      http,
    ).steps.map(({ at }) => at.kind);
    expect(places).not.toContain('waypoint');
  });

  it('may stand in another namespace', () => {
    const cluster = clusterOf([
      ...base,
      namespace('amb', {
        ...ambient,
        'istio.io/use-waypoint': 'wp',
        'istio.io/use-waypoint-namespace': 'plain',
      }),
      gateway('plain/wp'),
    ]);
    const verdict = ask(cluster, 'amb/c', 'svc:amb/s', 80, http);
    expect(arrival(verdict, 'ztunnel of amb/s')?.identity).toBe('cluster.local/ns/plain/sa/wp');
  });

  it('is not known where the labels of the namespace are not', () => {
    const open = [
      pod('dark/s', { ip: '10.0.4.1', labels: ambient }),
      service('dark/s', 80, 8080),
      gateway('dark/wp'),
      pod('amb/c', { ip: '10.0.1.1' }),
      namespace('amb', ambient),
    ];
    const shut = made('NetworkPolicy', 'dark/shut', {
      podSelector: { matchLabels: { app: 's' } },
      ingress: [{ from: [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'amb' } } }] }],
    });
    expect(ask(clusterOf(open), 'amb/c', 'svc:dark/s', 80, http).outcome).toBe('allow');
    const verdict = ask(clusterOf([...open, shut]), 'amb/c', 'svc:dark/s', 80, http);
    expect(verdict.outcome).toBe('unknown');
    expect(missing(verdict)).toContain('label istio.io/use-waypoint of dark');
  });
});

describe('what the own node of a pod sends', () => {
  const strict = made('PeerAuthentication', 'amb/default', { mtls: { mode: 'STRICT' } });
  const node = (name: string, address: string): string =>
    JSON.stringify({
      apiVersion: 'v1',
      kind: 'Node',
      metadata: { name },
      status: { addresses: [{ type: 'InternalIP', address }] },
    });
  const nodes = [node('n1', '192.168.0.1'), node('n2', '192.168.0.2')];

  it.each([
    ['n1', 'n1', 'allow'],
    ['n2', 'n1', 'deny'],
    ['n1', undefined, 'unknown'],
  ])('from %s to a pod on %s: %s', (from, on, outcome) => {
    const at = on === undefined ? {} : { node: on };
    const cluster = clusterOf([...base, ...nodes, pod('amb/s', { ip: '10.0.1.2', ...at }), strict]);
    expect(ask(cluster, `node:${from}`, 'amb/s', 8080).outcome).toBe(outcome);
  });
});
