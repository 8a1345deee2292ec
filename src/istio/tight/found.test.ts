import { describe, expect, it } from 'vitest';
import { inputOf, release } from '../../../test/support/istio-check.ts';
import { clusterOf, made, namespace, pod, service } from '../../../test/support/text-cluster.ts';
import { checkComponents } from '../check/index.ts';
import { type Component, describeComponent, newestRelease, renderComponent } from '../components/index.ts';
import { componentsFound } from './found.ts';
import { policyObject } from './policy-object.ts';
import { tightPolicies } from './tight.ts';

/** A Deployment of a gateway as the gateway chart makes it; `more` over its labels. */
function gateway(
  at: string,
  labels: object,
  annotations: object = { 'inject.istio.io/templates': 'gateway' },
) {
  return made('Deployment', at, {
    selector: { matchLabels: labels },
    template: {
      metadata: { labels, annotations },
      spec: { containers: [{ name: 'istio-proxy', image: 'auto' }] },
    },
  });
}

const partners = [
  gateway('edge/partners', { app: 'partners', istio: 'partners', 'sidecar.istio.io/inject': 'true' }),
  service('edge/partners', 443, 8443, { type: 'LoadBalancer', externalTrafficPolicy: 'Local' }),
];
const byIstioctl = gateway(
  'istio-system/istio-ingressgateway',
  {
    app: 'istio-ingressgateway',
    istio: 'ingressgateway',
    'istio.io/rev': 'default',
    'operator.istio.io/component': 'IngressGateways',
    'sidecar.istio.io/inject': 'false',
  },
  {},
);

const istiod = componentOf(release('istiod', 'istio-system/istiod'));

function componentOf(each: ReturnType<typeof release>): Component {
  const described = describeComponent(each);
  if (described.kind === 'failed') throw new Error(described.message);
  return described.component;
}

const foundIn = (texts: readonly string[], known: readonly Component[] = [istiod]) =>
  componentsFound(clusterOf(texts), known, newestRelease);

describe('components that a cluster runs and no release is', () => {
  it('are gateways of other releases, with the ports of their Services', () => {
    expect(foundIn(partners)).toMatchObject([
      {
        component: {
          name: 'partners',
          namespace: 'edge',
          selector: { app: 'partners', istio: 'partners' },
          release: { chart: 'gateway' },
          listeners: [{ port: 443, targetPort: 8443, protocol: 'TCP' }],
        },
        place: 'Deployment edge/partners',
        services: ['Service edge/partners'],
      },
    ]);
  });

  it("are istioctl's gateways", () => {
    expect(foundIn([byIstioctl])).toMatchObject([
      { component: { name: 'istio-ingressgateway', release: { chart: 'istio-ingress' } }, services: [] },
    ]);
  });

  it('are not those of a release that is known, and none of the Gateway API', () => {
    const known = componentOf(release('gateway', 'edge/partners'));
    expect(foundIn(partners, [known])).toEqual([]);
    const managed = { 'gateway.networking.k8s.io/gateway-name': 'public' };
    expect(foundIn([gateway('edge/public-istio', managed)])).toEqual([]);
  });

  it('are gateways between networks where the label of their Service says so', () => {
    const labels = { app: 'ew', istio: 'eastwestgateway', 'topology.istio.io/network': 'n1' };
    const ports = { ports: [{ name: 'tls', port: 15443 }] };
    const ew = JSON.parse(service('istio-system/ew', 15443, 15443, ports));
    ew.metadata.labels = { 'topology.istio.io/network': 'n1' };
    const [found] = foundIn([gateway('istio-system/ew', labels), JSON.stringify(ew)]);
    expect(found?.component.networkGateway).toBe('n1');
    // The label of a pod alone says in which network it is.
    const [other] = foundIn([gateway('edge/app', { ...labels, app: 'app' }), service('edge/app', 80, 8080)]);
    expect(other?.component.networkGateway).toBeUndefined();
  });

  it('are control planes of other revisions, and agents in other namespaces', () => {
    const labels = { app: 'istiod', 'istio.io/rev': 'canary' };
    const found = foundIn([
      pod('istio-system/istiod-canary-0', { labels }),
      pod('istio-system/istiod-0', { labels: { app: 'istiod', 'istio.io/rev': 'default' } }),
      pod('kube-system/zt', { labels: { app: 'ztunnel', 'app.kubernetes.io/name': 'ztunnel' } }),
      pod('kube-system/cni', { labels: { 'k8s-app': 'istio-cni-node' }, hostNetwork: true }),
    ]);
    expect(
      found.map(({ component }) => [component.release.chart, component.namespace, component.selector]),
    ).toEqual([
      ['istiod', 'istio-system', labels],
      ['ztunnel', 'kube-system', { app: 'ztunnel' }],
      ['istio-cni', 'kube-system', { 'k8s-app': 'istio-cni-node' }],
    ]);
    expect(found.map(({ component }) => component.hostNetwork)).toEqual([undefined, undefined, true]);
  });

  it('have values with which Istio renders a policy for the same pods and ports', () => {
    const [found] = foundIn(partners);
    const own = found!.component.release;
    const values = { ...own.values, global: { networkPolicy: { enabled: true } } };
    const rendering = renderComponent({ ...own, values });
    expect(rendering).toMatchObject({
      kind: 'policy',
      policy: { spec: { podSelector: { matchLabels: found!.component.selector } } },
    });
    expect(JSON.stringify(rendering)).toContain('8443');
  });
});

describe('tight policies with what was found', () => {
  const texts = [namespace('istio-system'), namespace('edge'), ...partners, byIstioctl];
  const found = foundIn(texts);
  const components = [istiod, ...found.map(({ component }) => component)];
  const around = { mesh: [], clients: ['203.0.113.0/24'], nodes: ['10.9.0.0/24'], remoteNetworks: [] };
  const { policies, findings } = tightPolicies({ components, found, surroundings: around });

  it('let its gateways in at istiod, by their own labels', () => {
    const peers = policies[0]!.ingress.flatMap((rule) => (rule.peers === 'any' ? [] : rule.peers));
    for (const { component } of found)
      expect(peers).toContainEqual({
        namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': component.namespace } },
        podSelector: { matchLabels: component.selector },
      });
  });

  it('have one for each, that says where it was found', () => {
    expect(policies.map(({ name }) => name)).toEqual([
      'istiod-tight',
      'partners-tight',
      'istio-ingressgateway-tight',
    ]);
    expect(policies[1]!.about).toContain(
      'Found in the cluster (Deployment edge/partners), no release of this run; its ports are those of Service edge/partners.',
    );
    const doors = policies[1]!.ingress[0]!;
    expect(doors.ports).toEqual([{ protocol: 'TCP', port: 8443 }]);
    expect(doors.notes).toEqual(['externalTrafficPolicy Local keeps the address of the client']);
  });

  it('stay open on all ports of a gateway without a Service, and say so', () => {
    expect(policies[2]!.ingress[0]!.ports).toBe('any');
    expect(findings.filter(({ code }) => code === 'PC3467')).toMatchObject([
      {
        message: expect.stringContaining('gateway istio-system/istio-ingressgateway: no Service selects it'),
      },
    ]);
  });

  it('leave out whom nobody asked for, and know of them all the same', () => {
    const one = tightPolicies({ components, only: [istiod], found, surroundings: around });
    expect(one.policies.map(({ subject }) => subject)).toEqual(['istiod istio-system/istiod']);
    expect(one.policies[0]).toEqual(policies[0]);
    expect(one.findings.map(({ code }) => code)).not.toContain('PC3467');
  });

  it('let everything through that the gateways need, with the same flow table', () => {
    const set = policies.map((policy) => JSON.stringify(policyObject(policy)));
    const input = inputOf([], [...texts, ...set], around);
    const { rows } = checkComponents({ ...input, components });
    expect(rows.filter(({ flow }) => flow.id === 'istiod-xds-gateway')).toHaveLength(2);
    expect(rows.filter(({ flow }) => flow.id === 'gateway-health')).not.toEqual([]);
    const broken = rows.filter(({ outcome, flow }) => outcome !== 'allow' && flow.need === 'needed');
    expect(broken.map(({ flow, to }) => `${flow.id} ${to.label}`)).toEqual([]);
  });
});

describe('a gateway whose Service is of type ClusterIP', () => {
  it('is open to pods of the cluster, in the mesh or not', () => {
    const found = foundIn([partners[0]!, service('edge/partners', 80, 8080)]);
    const { policies } = tightPolicies({
      components: [istiod, found[0]!.component],
      found,
      surroundings: { clients: ['203.0.113.0/24'], nodes: [] },
    });
    expect(policies[1]!.ingress[0]!.peers).toEqual([
      { ipBlock: { cidr: '203.0.113.0/24' } },
      { namespaceSelector: {} },
    ]);
  });
});

describe('a component on the host network', () => {
  it('gets no policy, as none would have an effect', () => {
    const cni = foundIn([
      pod('kube-system/cni', { labels: { 'k8s-app': 'istio-cni-node' }, hostNetwork: true }),
    ]);
    const { policies, findings } = tightPolicies({
      components: [cni[0]!.component],
      found: cni,
      surroundings: {},
    });
    expect(policies).toEqual([]);
    expect(findings.map(({ code }) => code)).toEqual(['PC3465']);
  });
});
