import { describe, expect, it } from 'vitest';
import { buildCluster } from '../../cluster/index.ts';
import { readManifests } from '../../manifest/index.ts';
import type { Request } from '../../model/index.ts';
import { breadthOf } from './breadth.ts';
import { findFixes } from './find-fixes.ts';
import type { FixAction, FixInput, FixSource, PlainValue } from './types.ts';

const read: FixInput['read'] = (sources) => {
  const manifests = readManifests(sources);
  return { manifests, cluster: buildCluster(manifests) };
};

const pod = (namespace: string, name: string, address: string): string => `---
apiVersion: v1
kind: Pod
metadata: {name: ${name}, namespace: ${namespace}, labels: {app: ${name}}}
spec: {serviceAccountName: ${name}, containers: [{name: c, image: i, ports: [{containerPort: 8080}]}]}
status: {podIP: ${address}, podIPs: [{ip: ${address}}]}
`;
const cluster = `apiVersion: v1
kind: Namespace
metadata: {name: shop, labels: {istio-injection: enabled}}
---
apiVersion: v1
kind: Namespace
metadata: {name: front, labels: {istio-injection: enabled}}
${pod('shop', 'api', '10.244.0.5')}${pod('front', 'web', '10.244.0.3')}---
apiVersion: v1
kind: Service
metadata: {name: api, namespace: shop}
spec: {selector: {app: api}, ports: [{name: http, port: 80, targetPort: 8080}]}
`;
const rules = `---
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: {name: callers, namespace: shop}
spec:
  selector: {matchLabels: {app: api}}
  rules:
  - from: [{source: {principals: [cluster.local/ns/front/sa/web]}}]
    to: [{operation: {methods: [GET], paths: [/orders/*]}}]
---
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: {name: secrets, namespace: shop}
spec:
  selector: {matchLabels: {app: api}}
  action: DENY
  rules: [{to: [{operation: {paths: [/admin*, /orders/secret]}}]}]
`;
const strict = `apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: {name: default, namespace: shop}
spec: {mtls: {mode: STRICT}}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: api, namespace: shop}
spec:
  podSelector: {matchLabels: {app: api}}
  ingress: [{from: [{ipBlock: {cidr: 203.0.113.9/32}}], ports: [{port: 8080}]}]
`;
const request: Request = {
  source: { kind: 'pod', namespace: 'front', name: 'web' },
  destination: { kind: 'pod', namespace: 'shop', name: 'api' },
  port: 8080,
  protocol: 'TCP',
  complete: true,
  http: { method: 'GET', path: '/orders/secret', host: 'api.shop' },
};

/** What the fixes do, the best first. */
function kinds(policies: string, asked: Request): readonly string[] {
  const sources: readonly FixSource[] = [
    { name: 'cluster.yaml', text: cluster },
    { name: 'policies.yaml', text: policies },
  ];
  const search = findFixes({ sources, read, request: asked });
  const fixes = search.kind === 'fixes' ? search.fixes : [];
  // Nothing else tells them apart.
  const [best, second] = fixes.map(({ widening: { text, breadth, ...rest } }) => rest);
  expect(second).toEqual(best);
  return fixes.map(({ actions }) => actions.map(({ kind }) => kind).join(', '));
}

describe('of fixes that open the same today', () => {
  it('the one that names the caller comes before the one for everybody', () => {
    expect(kinds(rules, request).slice(0, 2)).toEqual(['exempt', 'remove value']);
  });

  it('the one for one workload and port comes before the one for a namespace', () => {
    const asked: Request = { ...request, source: { kind: 'address', address: '203.0.113.9' } };
    expect(kinds(strict, asked)).toEqual(['add policy', 'set field']);
  });
});

it('identities and labels come before addresses, and these before a namespace, the address of a pod and anybody', () => {
  const { manifests, cluster: built } = read([{ name: 'all.yaml', text: `${cluster}${rules}` }]);
  const object = manifests.objects.find(({ metadata }) => metadata.name === 'callers')!;
  const rule = (from?: PlainValue): FixAction => ({
    kind: 'add rule',
    object,
    path: ['spec', 'rules'],
    value: {
      ...(from === undefined ? {} : { from: [{ source: from }] }),
      to: [{ operation: { ports: ['8080'] } }],
    },
  });
  const sources = [
    { principals: ['cluster.local/ns/front/sa/web'] },
    { ipBlocks: ['203.0.113.9'] },
    { namespaces: ['front'] },
    { ipBlocks: ['10.244.0.3'] },
    undefined,
  ];
  const breadths = sources.map((source) => breadthOf([rule(source)], built));
  expect(breadths).toEqual([...new Set(breadths)].sort((a, b) => a - b));
  expect(breadths[0]).toBe(0);
});
