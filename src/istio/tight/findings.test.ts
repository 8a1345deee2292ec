import { describe, expect, it } from 'vitest';
import {
  type Chart,
  type Component,
  describeComponent,
  type Surroundings,
  type Values,
} from '../components/index.ts';
import { tightPolicies } from './tight.ts';
import type { TightRule, TightTarget } from './types.ts';

function component(chart: Chart, name: string = chart, values: Values = {}): Component {
  const version = { text: '1.30.3', minor: 30 };
  const base = { chart, version, name, chartVersion: '1.30.3', appVersion: '1.30.3' };
  const described = describeComponent({ ...base, namespace: 'istio-system', values });
  if (described.kind === 'failed') throw new Error(described.message);
  return described.component;
}

const all: Surroundings = {
  apiServer: [],
  apiServerSources: [],
  nodes: [],
  monitoring: [],
  mesh: [],
  dns: [],
  remoteNetworks: [],
  remoteApiServers: [],
  jwks: [],
  clients: [],
  external: [],
};

const told = (
  components: readonly Component[],
  surroundings: Surroundings,
  targets: readonly TightTarget[] = [],
): readonly string[] =>
  tightPolicies({ components, surroundings, targets }).findings.map(
    ({ code, message }) => `${code} ${message}`,
  );

const ports = ({ ports: own }: TightRule): unknown => (own === 'any' ? own : own.map(({ port }) => port));

describe('what is not known', () => {
  it('is one warning for each flag, and stays open on its ports', () => {
    const { apiServer: _, apiServerSources: __, nodes: ___, ...rest } = all;
    const { policies, findings } = tightPolicies({ components: [component('istiod')], surroundings: rest });
    expect(findings).toEqual([
      {
        code: 'PC3460',
        severity: 'warning',
        message:
          'istiod istio-system/istiod: not known: where the API server calls webhooks from and where the API server answers; rules stay open on just their ports',
        help: 'say --api-server-cidr; --api-server-cidr none leaves these rules out',
      },
      {
        code: 'PC3460',
        severity: 'warning',
        message:
          'istiod istio-system/istiod: not known: the addresses of the nodes; rules stay open on just their ports',
        help: 'say --node-cidr; --node-cidr none leaves these rules out',
      },
    ]);
    const open = policies[0]!.ingress.filter(({ peers }) => peers === 'any');
    expect(open.map(ports)).toEqual([[15017], [8080]]);
    expect(open[0]!.notes).toEqual([
      'Not known: where the API server calls webhooks from, so this stays open; say --api-server-cidr',
    ]);
  });

  it('of a host is told by its name, once for a port', () => {
    const jwks = [
      { host: 'a.example.com', port: 443 },
      { host: 'b.example.com', port: 443 },
      { host: '2001:db8::1', port: 8443 },
      { host: '203.0.113.7', port: 443 },
      { host: 'keys.auth.svc.cluster.local', port: 80 },
    ];
    const { policies, findings } = tightPolicies({
      components: [component('istiod')],
      surroundings: { ...all, jwks },
    });
    expect(findings.map(({ code }) => code)).toEqual(['PC3461', 'PC3461', 'PC3462']);
    const rules = policies[0]!.egress.filter(({ why }) => why.includes('jwksUri'));
    expect(rules.map(({ peers }) => peers)).toEqual([
      [{ ipBlock: { cidr: '2001:db8::1/128' } }],
      [{ ipBlock: { cidr: '203.0.113.7/32' } }],
      [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'auth' } } }],
      'any',
    ]);
    expect(rules.at(-1)?.why).toContain('a.example.com and b.example.com, port 443');
  });

  it('is nothing where everything is said to be absent', () => {
    expect(told([component('istiod'), component('gateway', 'istio-ingress')], all)).toEqual([]);
  });
});

describe('other networks', () => {
  const { remoteNetworks: _, remoteApiServers: __, ...rest } = all;
  it('are left out where nothing hints at them, and that is said', () => {
    expect(told([component('istiod')], rest)).toEqual([expect.stringMatching(/^PC3464 /)]);
  });

  it.each<[string, Values]>([
    ['a name of the network', { global: { network: 'n1' } }],
    ['multi-cluster', { global: { multiCluster: { enabled: true, clusterName: 'c1' } } }],
  ])('stay open where %s hints at them', (_what, values) => {
    const { policies } = tightPolicies({
      components: [component('istiod', 'istiod', values)],
      surroundings: rest,
    });
    expect(
      policies[0]!.ingress.some((rule) =>
        rule.open.some((each) => 'parameter' in each && each.parameter === 'remoteNetworks'),
      ),
    ).toBe(true);
  });

  it('have doors at an east-west gateway that Istio forgets', () => {
    const gateway = component('gateway', 'istio-eastwest', { networkGateway: 'n1' });
    const { policies } = tightPolicies({
      components: [component('istiod'), gateway],
      surroundings: { ...all, remoteNetworks: ['198.51.100.0/24'] },
    });
    const [istiod, eastWest] = policies;
    expect(eastWest!.ingress.map(ports)[0]).toEqual([15443, 15012, 15017]);
    expect(istiod!.ingress.filter(({ why }) => why.includes('istio-eastwest')).map(ports)).toEqual([
      [15012, 15017],
    ]);
    expect(eastWest!.egress.map(ports)).toContainEqual([15017]);
  });
});

describe('an istiod elsewhere', () => {
  it('is reached by its address', () => {
    const values = { global: { remotePilotAddress: '198.51.100.9' } };
    const { policies } = tightPolicies({
      components: [component('ztunnel', 'ztunnel', values)],
      surroundings: all,
    });
    expect(policies[0]!.egress.map(({ peers }) => peers)).toEqual([
      [{ ipBlock: { cidr: '198.51.100.9/32' } }],
    ]);
  });

  it('and a certificate authority of its own, too', () => {
    const values = { global: { caAddress: 'cert-manager-istio-csr.cert-manager.svc:443' } };
    const { policies, findings } = tightPolicies({
      components: [component('ztunnel', 'ztunnel', values)],
      surroundings: all,
    });
    expect(policies[0]!.egress.map(({ why }) => why)).toContain(
      'Certificates come from cert-manager-istio-csr.cert-manager.svc:443 (global.caAddress)',
    );
    expect(findings.map(({ code }) => code)).toEqual(['PC3462']);
  });
});

describe('components that a policy cannot guard', () => {
  it('on the host network are told', () => {
    const cni = component('istio-cni', 'istio-cni', {
      ambient: { enabled: true, shareHostNetworkNamespace: true },
    });
    expect(told([cni], all)).toEqual([expect.stringMatching(/^PC3465 istio-cni /)]);
  });

  it('without labels get none: it would be for the whole namespace', () => {
    const gateway = component('istio-ingress', 'istio', {
      gateways: { 'istio-ingressgateway': { labels: null } },
    });
    const { policies, findings } = tightPolicies({ components: [gateway], surroundings: all });
    expect(policies).toEqual([]);
    expect(findings).toMatchObject([{ code: 'PC3470', severity: 'error' }]);
  });

  it('that do not run here get none', () => {
    const remote = component('istiod', 'istiod', { istiodRemote: { enabled: true } });
    expect(tightPolicies({ components: [remote], surroundings: all }).policies).toEqual([]);
  });
});

describe('targets', () => {
  it('of which little is known say so', () => {
    const targets: readonly TightTarget[] = [
      { kind: 'gateway', namespace: 'edge', name: 'public', eastWest: false },
      { kind: 'namespace', name: 'shop', declares: [], unguarded: [] },
    ];
    expect(
      told([component('istiod')], { ...all, clients: ['0.0.0.0/0'], mesh: [{ namespaces: {} }] }, targets),
    ).toEqual([
      expect.stringMatching(/^PC3467 gateway edge\/public/),
      expect.stringMatching(/^PC3468 namespace shop/),
    ]);
  });

  it('do not take gateways in for pods of a namespace', () => {
    const gateway = component('gateway', 'istio-ingress');
    const { policies } = tightPolicies({
      components: [gateway],
      surroundings: all,
      targets: [{ kind: 'namespace', name: 'istio-system', modes: ['sidecar'], declares: [], unguarded: [] }],
    });
    expect(policies[1]!.selector).toEqual({
      matchExpressions: [
        { key: 'gateway.networking.k8s.io/gateway-name', operator: 'DoesNotExist' },
        { key: 'istio', operator: 'NotIn', values: ['ingress'] },
      ],
    });
  });

  it('in ambient mode have the tunnel and the address of probes, and no istiod', () => {
    const { policies } = tightPolicies({
      components: [component('ztunnel')],
      surroundings: { ...all, mesh: [{ namespaces: {} }] },
      targets: [{ kind: 'namespace', name: 'amb', modes: ['ambient'], declares: [], unguarded: [] }],
    });
    const [, namespace] = policies;
    expect(namespace!.ingress.map(ports)).toEqual([[15008], 'any']);
    expect(namespace!.egress.map(ports)).toEqual([[15008]]);
  });
});

describe('an egress gateway', () => {
  it('is known by its name, which is said', () => {
    const { policies, findings } = tightPolicies({
      components: [component('gateway', 'istio-egress')],
      surroundings: { ...all, mesh: [{ namespaces: {} }], clients: ['0.0.0.0/0'] },
    });
    expect(findings.map(({ code }) => code)).toEqual(['PC3466']);
    expect(policies[0]!.ingress.map(({ peers }) => peers)).toEqual([[{ namespaceSelector: {} }]]);
  });
});
