import { describe, expect, it } from 'vitest';
import { buildCluster } from '../../cluster/index.ts';
import { type Manifests, readManifests } from '../../manifest/index.ts';
import type { NetworkPolicy } from '../../model/index.ts';
import { checkComponents } from '../check/index.ts';
import {
  type Chart,
  type Component,
  describeComponent,
  type Release,
  renderComponent,
  type Surroundings,
  type Values,
} from '../components/index.ts';
import { compareWithOwn } from './compare.ts';
import { policyObject } from './policy-object.ts';
import { overrideSeen, surroundingsFrom } from './surroundings-from.ts';
import { targetsFrom } from './targets-from.ts';
import { tightPolicies } from './tight.ts';

/** A cluster with everything that Istio has no policy for, as `kubectl get -o yaml` shows it. */
const text = `
apiVersion: v1
kind: Namespace
metadata: { name: shop, labels: { istio-injection: enabled } }
---
apiVersion: v1
kind: Namespace
metadata: { name: amb, labels: { istio.io/dataplane-mode: ambient } }
---
apiVersion: v1
kind: Namespace
metadata: { name: monitoring }
---
apiVersion: v1
kind: Namespace
metadata: { name: kube-system }
---
apiVersion: v1
kind: Namespace
metadata: { name: edge }
---
apiVersion: v1
kind: Namespace
metadata: { name: guest }
---
apiVersion: v1
kind: Node
metadata: { name: n1 }
status: { addresses: [{ type: InternalIP, address: 10.9.0.1 }] }
---
apiVersion: v1
kind: Service
metadata: { name: kubernetes, namespace: default }
spec: { clusterIP: 10.96.0.1, clusterIPs: [10.96.0.1], ports: [{ name: https, port: 443, targetPort: 6443 }] }
---
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: { name: kubernetes, namespace: default, labels: { kubernetes.io/service-name: kubernetes } }
addressType: IPv4
endpoints: [{ addresses: [10.9.0.7] }]
ports: [{ name: https, port: 16443, protocol: TCP }]
---
apiVersion: v1
kind: Service
metadata: { name: kube-dns, namespace: kube-system }
spec:
  selector: { k8s-app: kube-dns }
  ports: [{ name: dns, port: 53, protocol: UDP, targetPort: dns }, { name: dns-tcp, port: 53, protocol: TCP, targetPort: dns-tcp }]
---
apiVersion: v1
kind: Pod
metadata: { name: coredns, namespace: kube-system, labels: { k8s-app: kube-dns } }
spec:
  nodeName: n1
  containers:
    - name: coredns
      image: coredns
      ports: [{ name: dns, containerPort: 5353, protocol: UDP }, { name: dns-tcp, containerPort: 5353 }]
status: { podIP: 10.244.0.1, podIPs: [{ ip: 10.244.0.1 }] }
---
apiVersion: v1
kind: Pod
metadata: { name: prometheus-0, namespace: monitoring, labels: { app.kubernetes.io/name: prometheus } }
spec: { nodeName: n1, containers: [{ name: prometheus, image: prometheus }] }
status: { podIP: 10.244.0.2, podIPs: [{ ip: 10.244.0.2 }] }
---
apiVersion: v1
kind: Pod
metadata: { name: visitor, namespace: guest }
spec: { nodeName: n1, containers: [{ name: main, image: a }] }
status: { podIP: 10.244.0.3, podIPs: [{ ip: 10.244.0.3 }] }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: web, namespace: shop }
spec:
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec: { containers: [{ name: web, image: a, ports: [{ containerPort: 8080 }] }] }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: api, namespace: amb }
spec:
  selector: { matchLabels: { app: api } }
  template:
    metadata: { labels: { app: api } }
    spec: { containers: [{ name: api, image: a, ports: [{ containerPort: 9000 }] }] }
---
apiVersion: v1
kind: Service
metadata: { name: keys, namespace: guest }
spec: { selector: { app: keys }, ports: [{ port: 80, targetPort: 8080 }] }
---
apiVersion: security.istio.io/v1
kind: RequestAuthentication
metadata: { name: tokens, namespace: shop }
spec:
  jwtRules:
    - { issuer: "https://login.example.com", jwksUri: "https://login.example.com/keys" }
    - { issuer: inside, jwksUri: "http://keys.guest.svc.cluster.local/keys" }
    - { issuer: own, jwks: '{"keys":[]}' }
---
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: { name: public, namespace: edge }
spec: { gatewayClassName: istio, listeners: [{ name: http, port: 8081, protocol: HTTP }, { name: tls, port: 8444, protocol: TLS }] }
---
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: { name: waypoint, namespace: amb }
spec: { gatewayClassName: istio-waypoint, listeners: [{ name: mesh, port: 15008, protocol: HBONE }] }
`;
const manifests = readManifests([{ name: 'cluster.yaml', text }]);
const cluster = buildCluster(manifests);

function release(chart: Chart, name: string, namespace: string, values: Values = {}): Release {
  return {
    chart,
    version: { text: '1.30.3', minor: 30 },
    name,
    namespace,
    values: { global: { networkPolicy: { enabled: true } }, ...values },
    chartVersion: '1.30.3',
    appVersion: '1.30.3',
  };
}

const releases = [
  release('istiod', 'istiod', 'istio-system'),
  release('istio-cni', 'istio-cni', 'istio-system'),
  release('ztunnel', 'ztunnel', 'istio-system'),
  release('gateway', 'istio-ingress', 'istio-ingress'),
];
const components = releases.map((each): Component => {
  const described = describeComponent(each);
  if (described.kind === 'failed') throw new Error(described.message);
  return described.component;
});

const said: Surroundings = {
  apiServerSources: ['10.9.0.0/24'],
  nodes: ['10.9.0.0/24'],
  clients: ['203.0.113.0/24'],
  remoteNetworks: [],
};

function read(objects: readonly object[]): Manifests {
  return readManifests([
    { name: 'policies', text: JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects }) },
  ]);
}

const policiesOf = ({ objects }: Manifests): readonly NetworkPolicy[] =>
  objects.flatMap((object) => (object.kind === 'NetworkPolicy' ? [object] : []));

describe('what a cluster shows of its surroundings', () => {
  const { surroundings, seen } = surroundingsFrom(cluster);

  it('is read from what the API server keeps, with the place', () => {
    expect(surroundings.apiServer).toEqual(['10.96.0.1/32', '10.9.0.7/32']);
    expect(surroundings.apiServerPorts).toEqual([443, 16_443]);
    expect(seen.apiServer).toBe('Service default/kubernetes, EndpointSlice default/kubernetes');
    expect(surroundings.nodes).toEqual(['10.9.0.1/32']);
    expect(seen.nodes).toBe('Node n1');
  });

  it('does not pretend to see where webhooks are called from', () => {
    expect(surroundings).not.toHaveProperty('apiServerSources');
    expect(surroundings).not.toHaveProperty('clients');
  });

  it('has the ports of the pods behind DNS, not those of the Service', () => {
    expect(surroundings.dns).toMatchObject([
      { pods: { pods: { matchLabels: { 'k8s-app': 'kube-dns' } } }, ports: [5353] },
    ]);
  });

  it('finds the mesh by labels, and Prometheus by its own', () => {
    expect(surroundings.mesh).toEqual([
      { namespaces: { matchLabels: { 'istio.io/dataplane-mode': 'ambient' } } },
      { namespaces: { matchLabels: { 'istio-injection': 'enabled' } } },
    ]);
    expect(seen.mesh).toBe('labels of namespaces amb, shop');
    expect(seen.monitoring).toBe('Pod monitoring/prometheus-0');
  });

  it('resolves servers of keys: a Service to its pods, a host to nothing, keys that stand there to no connection', () => {
    expect(surroundings.jwks).toEqual([
      { host: 'login.example.com', port: 443 },
      {
        host: 'keys.guest.svc.cluster.local',
        port: 80,
        pods: {
          namespaces: { matchLabels: { 'kubernetes.io/metadata.name': 'guest' } },
          pods: { matchLabels: { app: 'keys' } },
        },
        targetPorts: [8080],
      },
    ]);
  });

  it('gives way to what is said', () => {
    const merged = overrideSeen({ surroundings, seen }, { ...said, apiServer: [] });
    expect(merged.surroundings.apiServer).toEqual([]);
    expect(merged.surroundings).not.toHaveProperty('apiServerPorts');
    expect(merged.seen).not.toHaveProperty('nodes');
    expect(merged.surroundings.dns).toEqual(surroundings.dns);
  });
});

describe('targets of a cluster', () => {
  it('are gateways, waypoints and namespaces of the mesh', () => {
    expect(targetsFrom(cluster)).toEqual([
      {
        kind: 'gateway',
        namespace: 'edge',
        name: 'public',
        listeners: [
          { port: 8081, protocol: 'TCP' },
          { port: 8444, protocol: 'TCP' },
        ],
        eastWest: false,
      },
      { kind: 'waypoint', namespace: 'amb', name: 'waypoint' },
      {
        kind: 'namespace',
        name: 'amb',
        modes: ['ambient'],
        declares: ['TCP 9000 of Deployment api'],
        unguarded: ['ingress', 'egress'],
      },
      {
        kind: 'namespace',
        name: 'shop',
        modes: ['sidecar'],
        declares: ['TCP 8080 of Deployment web'],
        unguarded: ['ingress', 'egress'],
      },
    ]);
  });
});

describe('tight policies in a cluster', () => {
  const { surroundings, seen } = overrideSeen(surroundingsFrom(cluster), said);
  const { policies, findings } = tightPolicies({
    components,
    surroundings,
    seen,
    targets: targetsFrom(cluster),
  });
  const tight = read(policies.map(policyObject));

  it('are taken by the API server', () => {
    expect(tight.diagnostics).toEqual([]);
    expect(tight.objects).toHaveLength(8);
  });

  it('leave every flow of the table that is needed', () => {
    const check = checkComponents({
      manifests,
      options: {},
      components,
      policies: policiesOf(tight),
      surroundings,
    });
    const broken = check.rows
      .filter(({ flow, outcome }) => flow.need === 'needed' && outcome !== 'allow')
      .map(
        ({ flow, from, to, port, outcome }) => `${outcome}: ${flow.id} ${from.label} -> ${to.label} ${port}`,
      );
    expect(broken).toEqual([]);
    expect(check.rows.length).toBeGreaterThan(30);
  });

  it.each(['everything', ...Object.keys(surroundings)])('leave it, too, where %s is not known', (dropped) => {
    const known = Object.entries(surroundings).filter(([key]) => dropped !== 'everything' && key !== dropped);
    const said: Surroundings = Object.fromEntries(known);
    const open = tightPolicies({ components, surroundings: said, targets: targetsFrom(cluster) });
    const check = checkComponents({
      manifests,
      options: {},
      components,
      policies: policiesOf(read(open.policies.map(policyObject))),
      surroundings,
    });
    const broken = check.rows
      .filter(({ flow, outcome }) => flow.need === 'needed' && outcome !== 'allow')
      .map(
        ({ flow, from, to, port, outcome }) => `${outcome}: ${flow.id} ${from.label} -> ${to.label} ${port}`,
      );
    expect(broken).toEqual([]);
  });

  it('say what keeps them from being least privilege', () => {
    expect(findings.map(({ code }) => code)).toEqual(['PC3471', 'PC3461', 'PC3469', 'PC3469']);
  });

  it('say where peers were seen', () => {
    const istiod = policies[0]!;
    const toApiServer = istiod.egress.find(({ why }) => why.includes('watches'));
    expect(toApiServer?.notes).toEqual([
      'Seen in Service default/kubernetes, EndpointSlice default/kubernetes',
    ]);
  });

  it("close what Istio's own let in, each with a request that both were asked", () => {
    const own = policiesOf(
      read(
        releases.flatMap((each) => {
          const rendering = renderComponent(each);
          return rendering.kind === 'policy' ? [rendering.policy] : [];
        }),
      ),
    );
    expect(own).toHaveLength(4);
    const compared = compareWithOwn({
      manifests,
      options: {},
      components,
      surroundings,
      own,
      policies,
      tight: policiesOf(tight),
    });
    expect(compared.madeUp).toBe(false);
    expect(compared.further).toBe(0);
    for (const { witness } of compared.less) {
      expect(witness.before.verdict.outcome).toBe('allow');
      expect(witness.after.verdict.outcome).toBe('deny');
    }
    const visitors = compared.less.filter(
      ({ direction, others }) => direction === 'in' && others.includes('guest/Pod/visitor'),
    );
    expect(
      visitors.map(({ subject, ports }) => `${subject} ${JSON.stringify(ports)}`),
    ).toMatchInlineSnapshot(`
      [
        "istiod istio-system/istiod [{"protocol":"TCP","ranges":[{"first":8080,"last":8080},{"first":15010,"last":15012},{"first":15014,"last":15014},{"first":15017,"last":15017}]}]",
        "istio-cni istio-system/istio-cni-node [{"protocol":"TCP","ranges":[{"first":8000,"last":8000},{"first":15014,"last":15014}]}]",
        "ztunnel istio-system/ztunnel [{"protocol":"TCP","ranges":[{"first":15000,"last":15001},{"first":15006,"last":15006},{"first":15008,"last":15008},{"first":15020,"last":15021},{"first":15053,"last":15053}]},{"protocol":"UDP","ranges":[{"first":15053,"last":15053}]}]",
        "gateway istio-ingress/istio-ingress [{"protocol":"TCP","ranges":[{"first":80,"last":80},{"first":443,"last":443},{"first":15020,"last":15021},{"first":15090,"last":15090}]}]",
        "waypoint amb/waypoint [{"protocol":"TCP","ranges":[{"first":1,"last":65535}]},{"protocol":"UDP","ranges":[{"first":1,"last":65535}]},{"protocol":"SCTP","ranges":[{"first":1,"last":65535}]}]",
        "namespace amb [{"protocol":"TCP","ranges":[{"first":1,"last":65535}]},{"protocol":"UDP","ranges":[{"first":1,"last":65535}]},{"protocol":"SCTP","ranges":[{"first":1,"last":65535}]}]",
        "namespace shop [{"protocol":"TCP","ranges":[{"first":1,"last":65535}]},{"protocol":"UDP","ranges":[{"first":1,"last":65535}]},{"protocol":"SCTP","ranges":[{"first":1,"last":65535}]}]",
      ]
    `);
  });
});
