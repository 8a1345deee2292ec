import { expect, test } from 'vitest';
import { buildCluster, type Cluster } from '../cluster/index.ts';
import { readManifests } from '../manifest/index.ts';
import { addMadeUpPods, minimalLabels } from './made-up-pods.ts';
import type { PeerShape } from './peer-shape.ts';
import { collectPeerShapes, distinctShapes } from './peer-shapes.ts';

function shapesOf(text: string): readonly PeerShape[] {
  return allShapes(buildCluster(readManifests([{ name: 'a.yaml', text }])));
}

function allShapes(cluster: Cluster): readonly PeerShape[] {
  const { general, mentions } = collectPeerShapes(cluster);
  return distinctShapes([...general, ...mentions.flatMap(({ shapes }) => shapes)]);
}

/** A shape in a few words; what is not said is any. */
function tell({ where, pods, account }: PeerShape): string {
  const place = {
    any: () => '',
    named: () =>
      `ns ${'name' in where ? where.name : ''}${'exists' in where && !where.exists ? ' (not there)' : ''}`,
    labelled: () => `ns with ${JSON.stringify('selector' in where ? where.selector : '')}`,
    pattern: () => `ns ${'pattern' in where ? where.pattern : ''}`,
  }[where.kind]();
  return (
    [place, pods && JSON.stringify(pods), account && `as ${account}`].filter(Boolean).join(' ') || 'anyone'
  );
}

const networkPolicy = `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: a, namespace: shop}
spec:
  podSelector: {}
  ingress:
  - from:
    - podSelector: {matchLabels: {app: web}}
    - namespaceSelector: {matchLabels: {env: prod}}
      podSelector: {matchLabels: {app: web}}
    - namespaceSelector: {}
    - namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: elsewhere}}
    - ipBlock: {cidr: 10.0.0.0/8}
`;

test('a kind of peer for each selector, wider ones first', () => {
  expect(shapesOf(networkPolicy).map(tell)).toEqual([
    'anyone',
    'ns shop',
    'ns shop {"matchLabels":{"app":"web"}}',
    'ns with {"matchLabels":{"env":"prod"}}',
    'ns with {"matchLabels":{"env":"prod"}} {"matchLabels":{"app":"web"}}',
    'ns elsewhere (not there)',
  ]);
});

function sourcesOf(source: string): readonly string[] {
  return shapesOf(`apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: {name: a, namespace: shop}
spec: {rules: [{from: [{source: ${source}}]}]}
`)
    .map(tell)
    .filter((text) => text !== 'anyone' && text !== 'ns shop');
}

test.each([
  ['{principals: [cluster.local/ns/a/sa/b]}', ['ns a (not there)', 'ns a (not there) as b']],
  ['{principals: [cluster.local/ns/shop/sa/b]}', ['ns shop as b']],
  ['{notPrincipals: ["cluster.local/ns/a/*"]}', ['ns a (not there)']],
  ['{principals: ["*/ns/a/sa/b"]}', ['ns a (not there)', 'ns a (not there) as b']],
  ['{principals: ["*/sa/b"]}', ['as b']],
  ['{principals: ["*"]}', []],
  ['{namespaces: ["prod-*"]}', ['ns prod-*']],
  ['{namespaces: [a]}', ['ns a (not there)']],
  ['{serviceAccounts: [b, c/d]}', ['ns shop as b', 'ns c (not there)', 'ns c (not there) as d']],
])('sources %s', (source, expected) => {
  expect(sourcesOf(source)).toEqual(expected);
});

test.each([
  [{ matchLabels: { a: 'b' } }, { a: 'b' }],
  [
    {
      matchExpressions: [
        { key: 'a', operator: 'In', values: ['x', 'y'] },
        { key: 'a', operator: 'NotIn', values: ['x'] },
      ],
    },
    { a: 'y' },
  ],
  [
    {
      matchExpressions: [
        { key: 'a', operator: 'Exists' },
        { key: 'b', operator: 'DoesNotExist' },
      ],
    },
    { a: '*' },
  ],
  [{ matchLabels: { a: 'b' }, matchExpressions: [{ key: 'a', operator: 'DoesNotExist' }] }, undefined],
] as const)('the fewest labels for %j', (selector, labels) => {
  expect(minimalLabels(selector)).toEqual(labels);
});

test('what is made up has no name that Kubernetes allows', () => {
  const cluster = buildCluster(readManifests([{ name: 'a.yaml', text: networkPolicy }]));
  const { cluster: extended, madeUp } = addMadeUpPods(cluster, allShapes(cluster), ['none', 'sidecar']);
  expect(madeUp).toHaveLength(12);
  for (const { pod } of madeUp) {
    expect(pod.name).toContain('*');
    expect(extended.pods.get(pod.key)).toBe(pod);
    expect(cluster.pods.has(pod.key)).toBe(false);
  }
  expect([...extended.namespaces.keys()].filter((name) => name.includes('*'))).toHaveLength(2);
});
