import { describe, expect, test } from 'vitest';
import { market } from '../../test/support/market.ts';
import { buildCluster } from '../cluster/index.ts';
import { readManifests } from '../manifest/index.ts';
import { describePeer } from '../report/exposure-words.ts';
import { formatPassages } from '../report/passage-words.ts';
import { mapExposure } from './exposure.ts';

/** Who gets through to a workload, or (`may reach`) where it gets, in words. */
function exposureOf(
  text: string,
  name: string,
  direction: 'accepts' | 'reaches' = 'accepts',
): readonly string[] {
  const exposure = mapExposure(buildCluster(readManifests([{ name: 'a.yaml', text }])));
  const workload = exposure.workloads.find(({ label }) => label === name)!;
  return exposure[direction](workload).map(
    ({ peer, passages }) =>
      `${describePeer(peer)}: ${formatPassages(passages, direction === 'accepts' ? workload : peer.end)}`,
  );
}

function pod(namespace: string, name: string): string {
  return `apiVersion: v1
kind: Pod
metadata: {name: ${name}, namespace: ${namespace}, labels: {app: ${name}}}
spec: {containers: [{name: c, image: x, ports: [{containerPort: 80}]}]}
`;
}

function policy(spec: string): string {
  return `---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: p, namespace: shop}
spec: ${spec}
`;
}

const namespace = `---
apiVersion: v1
kind: Namespace
metadata: {name: shop, labels: {env: test}}
`;

describe('without a mesh', () => {
  test('without policies everybody gets through, and is named once', () => {
    expect(exposureOf(pod('shop', 'web') + namespace, 'shop/Pod/web')).toEqual([
      'any pod: all ports',
      'outside: all ports',
    ]);
  });

  test('peers that a policy would let in, deployed or not', () => {
    const text = `${pod('shop', 'web')}${namespace}${policy(`
  podSelector: {}
  ingress:
  - from: [{namespaceSelector: {matchLabels: {env: prod}}, podSelector: {matchLabels: {app: front}}}]
    ports: [{port: 80}]
  - from: [{podSelector: {}}]
    ports: [{port: 81}]
  - from: [{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: ops}}}]
`)}`;
    expect(exposureOf(text, 'shop/Pod/web')).toEqual([
      'any pod in namespace shop: TCP 81',
      'pods in namespaces with env=prod with app=front: TCP 80',
      'any pod in namespace ops (not in the manifests): all ports',
    ]);
  });

  test('an exception from a wider peer', () => {
    const text = `${pod('shop', 'web')}${namespace}---
apiVersion: policy.networking.k8s.io/v1alpha1
kind: AdminNetworkPolicy
metadata: {name: a}
spec:
  priority: 1
  subject: {namespaces: {}}
  ingress:
  - {action: Deny, from: [{namespaces: {matchLabels: {env: dev}}}]}
`;
    expect(exposureOf(text, 'shop/Pod/web')).toEqual([
      'any pod: all ports',
      'any pod in namespaces with env=dev: nothing',
      'outside: all ports',
    ]);
  });

  test('what a workload may reach', () => {
    const text = `${pod('shop', 'web')}${namespace}${policy(`
  podSelector: {matchLabels: {app: web}}
  policyTypes: [Egress]
  egress:
  - to: [{namespaceSelector: {}, podSelector: {matchLabels: {k8s-app: kube-dns}}}]
    ports: [{port: 53, protocol: UDP}]
  - to: [{ipBlock: {cidr: 203.0.113.0/24}}]
`)}`;
    expect(exposureOf(text, 'shop/Pod/web', 'reaches')).toEqual([
      'pods in any namespace with k8s-app=kube-dns: UDP 53',
      'outside 203.0.113.0/24: all ports',
    ]);
  });
});

describe('with a mesh', () => {
  test('a peer with a sidecar fares differently from one without', () => {
    expect(exposureOf(market, 'shop/Deployment/orders')).toEqual([
      'any pod: TCP 15020-15021 and 15090, all UDP and SCTP ports',
      'any pod with a sidecar in namespace shop: TCP 8081: GET on /api/* but not /api/admin*; TCP 15020-15021 and 15090, all UDP and SCTP ports',
      'outside: TCP 15020-15021 and 15090, all UDP and SCTP ports',
    ]);
  });

  test('service accounts and namespaces that are not there', () => {
    const text = market.replace(
      'namespaces: [shop]',
      'principals: [cluster.local/ns/ops/sa/robot, cluster.local/ns/prod-*]',
    );
    expect(exposureOf(text, 'shop/Deployment/orders').map((line) => line.split(': TCP')[0])).toEqual([
      'any pod',
      'pods with a sidecar in namespace ops (not in the manifests) as service account robot',
      'any pod with a sidecar in namespaces named prod-*',
      'outside',
    ]);
  });
});

test('nothing that is made up is among the workloads', () => {
  const { workloads } = mapExposure(buildCluster(readManifests([{ name: 'a.yaml', text: market }])));
  expect(workloads.map(({ label }) => label)).toEqual([
    'back/Deployment/stock',
    'shop/Deployment/orders',
    'shop/Deployment/web',
  ]);
});
