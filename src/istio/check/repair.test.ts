import { describe, expect, it } from 'vitest';
import {
  checked,
  denyAll,
  deployment,
  dns,
  inputOf,
  prometheus,
  release,
  rowsOfFlow,
} from '../../../test/support/istio-check.ts';
import { made, namespace, service } from '../../../test/support/text-cluster.ts';
import type { Endpoint } from '../../model/index.ts';
import { decide, decideConnection } from '../../verdict/index.ts';
import { type ComponentCheck, outcomeOfCheck } from './index.ts';
import { setScene } from './scene.ts';

const istiod = release('istiod', 'istio-system/istiod');
const gateway = release('gateway', 'istio-ingress/ingress');
const releases = [
  istiod,
  release('istio-cni', 'istio-system/istio-cni'),
  release('ztunnel', 'istio-system/ztunnel'),
];
const ambient = { 'istio.io/dataplane-mode': 'ambient' };
const gatewayName = 'gateway.networking.k8s.io/gateway-name';

const yamlOf = ({ cutOff }: ComponentCheck): readonly string[] =>
  cutOff.flatMap(({ repair }) => repair?.yaml ?? []);

/** Whom the rules of repairs for a port let in or to, by the selector of their policy. */
function rulesFor(
  check: ComponentCheck,
  direction: 'ingress' | 'egress',
  wanted: number,
): readonly unknown[] {
  const policies = check.cutOff.flatMap(({ repair }) => repair?.policies ?? []);
  return policies.flatMap((policy) =>
    policy[direction]
      .filter(({ ports }) => ports.some(({ port }) => port === wanted))
      .map(({ peers }) => [policy.podSelector, peers]),
  );
}

const inNamespace = (name: string): object => ({
  namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': name } },
});
const podAt = (at: string): Endpoint => {
  const [home, name] = at.split('/') as [string, string];
  return { kind: 'pod', namespace: home, name };
};
const outcomeOf = (texts: readonly string[], source: Endpoint, to: string, port: number): string =>
  decide(setScene(inputOf(releases, texts)).cluster, {
    source,
    destination: podAt(to),
    port,
    protocol: 'TCP',
    complete: true,
  }).outcome;

describe('a waypoint in a namespace with default deny', () => {
  const mesh = [
    namespace('amb', { ...ambient, 'istio.io/use-waypoint': 'wp' }),
    namespace('cli', ambient),
    deployment('cli/caller', 9999),
    made('Gateway', 'amb/wp', { gatewayClassName: 'istio-waypoint', listeners: [] }),
    deployment('amb/srv', 8080, { probe: true }),
    service('amb/srv', 80, 8080),
    denyAll('amb'),
    ...dns,
    prometheus,
  ];
  const allow = made('NetworkPolicy', 'amb/allow-cli', {
    podSelector: { matchLabels: { app: 'srv' } },
    ingress: [{ from: [inNamespace('cli')], ports: [{ port: 8080 }] }],
  });

  it('is the one that clients may come to, and its workload is open to it alone', () => {
    const check = checked(releases, [...mesh, allow]);
    expect(check.cutOff.map(({ repair }) => repair?.verified)).toEqual([true]);
    const waypoint = { matchLabels: { [gatewayName]: 'wp' } };
    expect(rulesFor(check, 'ingress', 15008)).toEqual([
      [waypoint, [inNamespace('cli')]],
      [{ matchLabels: { app: 'srv' } }, [{ ...inNamespace('amb'), podSelector: waypoint }]],
    ]);
    expect(checked(releases, [...mesh, allow, ...yamlOf(check)]).cutOff).toEqual([]);
  });

  it('is the only one that may go to istiod; DNS is for all', () => {
    const check = checked(releases, [...mesh, allow]);
    expect(rulesFor(check, 'egress', 15012)).toMatchObject([
      [{ matchLabels: { [gatewayName]: 'wp' } }, [{}]],
    ]);
    expect(rulesFor(check, 'egress', 53)).toMatchObject([[{}, [{}]]]);
  });

  it('leaves shut what policies leave shut', () => {
    const repair = yamlOf(checked(releases, [...mesh, allow]));
    const all = [...mesh, allow, deployment('amb/db', 5432)];
    expect(outcomeOf(all, podAt('cli/caller'), 'amb/db', 5432)).toBe('deny');
    expect(outcomeOf([...all, ...repair], podAt('cli/caller'), 'amb/db', 5432)).toBe('deny');
    expect(outcomeOf(all, podAt('cli/caller'), 'amb/srv', 8080)).toBe('deny');
    expect(outcomeOf([...all, ...repair], podAt('cli/caller'), 'amb/srv', 8080)).toBe('allow');
  });

  it('to whose workload nobody may come: its tunnels are in the table, nothing opens them, and it is said', () => {
    const check = checked(releases, mesh);
    expect(rowsOfFlow(check, 'waypoint-clients')).toContain(
      'ambient pods of namespace cli -> waypoints of namespace amb 15008: deny',
    );
    expect(rowsOfFlow(check, 'waypoint-workloads')).toEqual([
      'waypoints of namespace amb -> ambient pods of namespace amb 15008: deny',
    ]);
    const needs = check.rows.filter(({ flow }) => /^waypoint-(clients|workloads)$/.test(flow.id));
    expect(new Set(needs.map(({ flow }) => flow.need))).toEqual(new Set(['if used']));
    expect(rulesFor(check, 'ingress', 15008)).toEqual([]);
    expect(check.remarks.join()).toContain('ambient amb/srv');
    expect(check.remarks.join()).toContain('takes no connections today');
  });

  it('that policies open on 15008 alone is as it should be', () => {
    const hbone = made('NetworkPolicy', 'amb/hbone', {
      podSelector: {},
      policyTypes: ['Ingress', 'Egress'],
      ingress: [
        { from: [inNamespace('cli'), { podSelector: {} }], ports: [{ port: 15008 }] },
        { from: [{ ipBlock: { cidr: '169.254.7.127/32' } }] },
        { from: [inNamespace('monitoring')], ports: [{ port: 15020 }] },
      ],
      egress: [
        { ports: [{ port: 53, protocol: 'UDP' }, { port: 53 }, { port: 15012 }] },
        { to: [{ podSelector: {} }], ports: [{ port: 15008 }] },
      ],
    });
    const check = checked(releases, [...mesh, hbone]);
    expect(rowsOfFlow(check, 'waypoint-clients')).toEqual([
      'ambient pods of 2 namespaces -> waypoints of namespace amb 15008: allow',
    ]);
    expect(rowsOfFlow(check, 'waypoint-workloads')).toEqual([
      'waypoints of namespace amb -> ambient pods of namespace amb 15008: allow',
    ]);
    expect(check.remarks.join()).not.toContain('no connections');
    expect(outcomeOfCheck(check)).toBe('clean');
  });

  it('that clients reach and that reaches nothing is broken', () => {
    const half = made('NetworkPolicy', 'amb/half', {
      podSelector: { matchLabels: { [gatewayName]: 'wp' } },
      ingress: [{ from: [inNamespace('cli')], ports: [{ port: 15008 }] }],
    });
    const check = checked(releases, [...mesh, half]);
    expect(check.cutOff.flatMap(({ rows }) => rows.map(({ flow }) => flow.id))).toContain(
      'waypoint-workloads',
    );
    expect(rulesFor(check, 'ingress', 15008)).toMatchObject([[{ matchLabels: { app: 'srv' } }, [{}]]]);
    expect(checked(releases, [...mesh, half, ...yamlOf(check)]).cutOff).toEqual([]);
  });
});

describe('a gateway of the Gateway API among other pods of a namespace with default deny', () => {
  const labels = {
    app: 'web-istio',
    [gatewayName]: 'web',
    'gateway.networking.k8s.io/gateway-class-name': 'istio',
    'sidecar.istio.io/inject': 'false',
  };
  const texts = [
    namespace('edge'),
    made('Gateway', 'edge/web', {
      gatewayClassName: 'istio',
      listeners: [{ name: 'tls', port: 8443, protocol: 'TLS' }],
    }),
    deployment('edge/web-istio', 15090, { labels }),
    made('Service', 'edge/web-istio', {
      type: 'LoadBalancer',
      selector: { [gatewayName]: 'web' },
      ports: [{ name: 'tls', port: 8443 }],
    }),
    deployment('edge/db', 8443),
    denyAll('edge'),
    ...dns,
  ];

  it('is opened to its clients, and the other pods are not', () => {
    const check = checked([istiod], texts);
    const policies = check.cutOff.flatMap(({ repair }) => repair?.policies ?? []);
    expect(policies.map(({ podSelector }) => podSelector)).toEqual([
      { matchLabels: { [gatewayName]: 'web' } },
    ]);
    const client: Endpoint = { kind: 'address', address: '203.0.113.50' };
    const { cluster } = setScene(inputOf([istiod], [...texts, ...yamlOf(check)]));
    const outcomes = ['edge/web-istio', 'edge/db'].map(
      (at) =>
        decideConnection(cluster, { source: client, destination: podAt(at), port: 8443, protocol: 'TCP' })
          .outcome,
    );
    expect(outcomes).toEqual(['allow', 'deny']);
  });
});

describe('the peers of a repair', () => {
  it('are those who send by tunnel, not all whom the rule of the application lets in', () => {
    const check = checked(
      [istiod, gateway, release('ztunnel', 'istio-system/ztunnel')],
      [
        namespace('cli', ambient),
        deployment('cli/caller', 9999),
        namespace('shop', { 'istio-injection': 'enabled' }),
        deployment('shop/web', 8080),
        made('NetworkPolicy', 'shop/web', {
          podSelector: { matchLabels: { app: 'web' } },
          ingress: [{ from: [inNamespace('cli'), inNamespace('istio-ingress')], ports: [{ port: 8080 }] }],
        }),
        ...dns,
      ],
    );
    expect(rulesFor(check, 'ingress', 15008)).toEqual([
      [{ matchLabels: { app: 'web' } }, [inNamespace('cli')]],
    ]);
  });

  it('and its pods are told apart by whatever label does it', () => {
    const texts = [
      namespace('shop', { 'istio-injection': 'enabled' }),
      deployment('shop/web', 8080),
      deployment('shop/db', 5432),
      deployment('shop/job', 9000, { labels: { 'sidecar.istio.io/inject': 'false' } }),
      denyAll('shop'),
      ...dns,
    ];
    const check = checked([istiod], texts);
    expect(rulesFor(check, 'egress', 15012)).toMatchObject([
      [{ matchExpressions: [{ key: 'app', operator: 'In', values: ['db', 'web'] }] }, [{}]],
    ]);
  });

  it('say which pods no label tells apart', () => {
    const texts = [
      namespace('shop', { 'istio-injection': 'enabled' }),
      deployment('shop/web', 8080),
      JSON.stringify({
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: {
          namespace: 'shop',
          name: 'web-bare',
          labels: { app: 'web' },
          annotations: { 'sidecar.istio.io/inject': 'false' },
        },
        spec: { containers: [{ name: 'main', image: 'x' }] },
      }),
      denyAll('shop'),
      ...dns,
    ];
    const [cut] = checked([istiod], texts).cutOff;
    expect(cut?.repair?.yaml.replace(/\n\s*# /g, ' ')).toContain('No label tells shop/web-bare apart');
  });
});
