import { describe, expect, it } from 'vitest';
import { checkMap } from '../../test/support/map-checker.ts';
import { type Document, randomFrom } from '../../test/support/random-cluster.ts';

const injected = { 'istio-injection': 'enabled' };
const outbound = 'traffic.sidecar.istio.io/includeOutbound';

function namespaced(name: string, labels: Document = {}): Document {
  return { apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels } };
}

function pod(key: string, ips: readonly string[], more: Document = {}, spec: Document = {}): Document {
  const [namespace, name] = key.split('/');
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace, ...more },
    spec: { containers: [{ name: 'main', image: 'i' }], ...spec },
    status: { phase: 'Running', podIP: ips[0], podIPs: ips.map((ip) => ({ ip })) },
  };
}

function object(apiVersion: string, kind: string, key: string, spec: Document): Document {
  const [namespace, name] = key.split('/');
  return { apiVersion, kind, metadata: { name, namespace }, spec };
}

const service = (key: string, app: string, more: Document = {}): Document =>
  object('v1', 'Service', key, { selector: { app }, ports: [{ name: 'http', port: 80 }], ...more });
const networkPolicy = (key: string, spec: Document): Document =>
  object('networking.k8s.io/v1', 'NetworkPolicy', key, spec);
const authorization = (key: string, spec: Document): Document =>
  object('security.istio.io/v1', 'AuthorizationPolicy', key, spec);
const strict = object('security.istio.io/v1', 'PeerAuthentication', 'a/strict', { mtls: { mode: 'STRICT' } });
const waypoint = object('gateway.networking.k8s.io/v1', 'Gateway', 'a/wp', {
  gatewayClassName: 'istio-waypoint',
  listeners: [{ name: 'mesh', port: 15008, protocol: 'HBONE' }],
});
const ambient = { 'istio.io/dataplane-mode': 'ambient', 'istio.io/use-waypoint': 'wp' };
const host = { hostNetwork: true };

const noEastNodes: Document = {
  apiVersion: 'policy.networking.k8s.io/v1alpha2',
  kind: 'ClusterNetworkPolicy',
  metadata: { name: 'no-east-nodes' },
  spec: {
    tier: 'Admin',
    priority: 1,
    subject: { namespaces: {} },
    egress: [{ action: 'Deny', to: [{ nodes: { matchLabels: { zone: 'east' } } }] }],
  },
};

const node = (name: string, zone: string, address: string): Document => ({
  apiVersion: 'v1',
  kind: 'Node',
  metadata: { name, labels: { zone } },
  status: { addresses: [{ type: 'InternalIP', address }] },
});

const clusters: Readonly<Record<string, readonly Document[]>> = {
  'hosts that only a rule about nodes tells apart': [
    namespaced('a'),
    node('n1', 'east', '172.16.0.1'),
    node('n2', 'west', '172.16.0.2'),
    pod('a/h1', ['172.16.0.1'], {}, host),
    pod('a/h2', ['172.16.0.2'], {}, host),
    pod('a/client', ['10.0.0.1'], { labels: { app: 'client' } }),
    noEastNodes,
  ],
  'a host whose second address is a node’s': [
    namespaced('a'),
    node('n1', 'east', '172.16.0.1'),
    pod('a/h1', ['fd99::5', '172.16.0.1'], {}, host),
    pod('a/client', ['10.0.0.1']),
    noEastNodes,
  ],
  'pods that only the range of a client’s sidecar tells apart': [
    namespaced('a', injected),
    pod('a/s1', ['10.0.0.1'], { labels: { app: 's' } }),
    pod('a/s2', ['10.0.1.1'], { labels: { app: 's' } }),
    pod('a/client', ['10.0.5.1'], { annotations: { [`${outbound}IPRanges`]: '10.0.0.0/24' } }),
    service('a/s', 's', { clusterIP: 'None', clusterIPs: ['None'] }),
    strict,
  ],
  'a port that a client’s sidecar takes, under a filter that nobody reads': [
    namespaced('a', injected),
    namespaced('b'),
    pod('b/s', ['10.0.0.1']),
    pod('a/client', ['10.0.5.1'], {
      annotations: { [`${outbound}Ports`]: '7777', [`${outbound}IPRanges`]: '' },
    }),
    object('networking.istio.io/v1alpha3', 'EnvoyFilter', 'a/filter', {}),
  ],
  'a client that may be in the mesh, and rules that shadow one another': [
    namespaced('a', injected),
    pod('a/s', ['10.0.0.1'], { labels: { app: 's' } }),
    pod('unsaid/client', ['10.0.5.1']),
    service('a/s', 's'),
    authorization('a/no-get', { action: 'DENY', rules: [{ to: [{ operation: { methods: ['GET'] } }] }] }),
    authorization('a/paths', { action: 'ALLOW', rules: [{ to: [{ operation: { paths: ['/*'] } }] }] }),
    strict,
  ],
  'datagrams that come in by a load balancer': [
    namespaced('a'),
    pod('a/s', ['10.0.0.1'], { labels: { app: 's' } }),
    service('a/s', 's', { type: 'LoadBalancer', ports: [{ name: 'dns', port: 53, protocol: 'UDP' }] }),
    networkPolicy('a/inside', {
      podSelector: {},
      ingress: [{ from: [{ ipBlock: { cidr: '10.0.0.0/8' } }] }],
    }),
  ],
  'a waypoint of another family than client and server share': [
    namespaced('a', ambient),
    pod('a/s', ['10.0.0.1', 'fd00::1'], { labels: { app: 's' } }),
    pod('a/client', ['fd00::2']),
    pod('a/wp-pod', ['10.0.0.77'], { labels: { 'gateway.networking.k8s.io/gateway-name': 'wp' } }),
    waypoint,
    service('a/s', 's'),
    networkPolicy('a/inside', {
      podSelector: { matchLabels: { app: 's' } },
      ingress: [{ from: [{ ipBlock: { cidr: '10.0.0.0/8' } }] }],
    }),
  ],
  'a waypoint by way of itself': [
    namespaced('a', ambient),
    pod('a/client', ['10.0.0.1'], { labels: { app: 'client' } }),
    { ...waypoint, metadata: { name: 'wp', namespace: 'a', labels: { 'istio.io/waypoint-for': 'all' } } },
    networkPolicy('a/clients', {
      podSelector: {},
      ingress: [{ from: [{ podSelector: { matchLabels: { app: 'client' } } }] }],
    }),
  ],
};

describe('the map says what decide says of', () => {
  it.each(Object.entries(clusters))('%s', (_, documents) => {
    const { cells, difference } = checkMap(documents, randomFrom(3));
    expect(difference).toBeUndefined();
    expect(cells).toBeGreaterThan(20);
  });
});
