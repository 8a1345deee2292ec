import { describe, expect, it } from 'vitest';
import { buildCluster } from '../cluster/index.ts';
import { findFixes } from '../debug/fix/index.ts';
import { readManifests } from '../manifest/index.ts';
import type { Request } from '../model/index.ts';
import { formatFixText } from './fix-text.ts';

const cluster = `apiVersion: v1
kind: Namespace
metadata: {name: shop, labels: {istio-injection: enabled}}
${['web', 'cron', 'api']
  .map(
    (name) => `---
apiVersion: v1
kind: Pod
metadata: {name: ${name}, namespace: shop, labels: {app: ${name}}}
spec: {serviceAccountName: ${name}, containers: [{name: c, image: i, ports: [{containerPort: 8080}]}]}
`,
  )
  .join('')}---
apiVersion: v1
kind: Service
metadata: {name: api, namespace: shop}
spec: {selector: {app: api}, ports: [{name: http, port: 80, targetPort: 8080}]}
`;
const policy = (name: string, rest: string): string => `---
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: {name: ${name}, namespace: shop}
spec:
  selector: {matchLabels: {app: api}}
  ${rest}
`;
const allow = policy(
  'callers',
  `rules:
  - from: [{source: {principals: [cluster.local/ns/shop/sa/web]}}]
    to: [{operation: {methods: [GET], paths: [/orders/*, /hostname]}}]`,
);
const deny = policy(
  'secrets',
  'action: DENY\n  rules: [{to: [{operation: {paths: [/admin*, /orders/secret]}}]}]',
);

/** What each fix opens between the two ends, the best first. */
function gains(
  text: string,
  method: string,
  path: string,
  further: Partial<Request> = {},
): readonly string[] {
  const search = findFixes({
    sources: [
      { name: 'cluster.yaml', text: cluster },
      { name: 'policies.yaml', text },
    ],
    read: (sources) => {
      const manifests = readManifests(sources);
      return { manifests, cluster: buildCluster(manifests) };
    },
    request: {
      source: { kind: 'pod', namespace: 'shop', name: 'web' },
      destination: { kind: 'pod', namespace: 'shop', name: 'api' },
      port: 8080,
      protocol: 'TCP',
      complete: true,
      http: { method, path, host: 'api.shop' },
      ...further,
    },
  });
  const lines = formatFixText(search, { patches: 9 }).split('\n');
  return lines.flatMap((line, i) => {
    if (!line.startsWith('    + between the two: ')) return [];
    const [more = ''] = /^ {6}\S.*/.exec(lines[i + 1]!) ?? [];
    return [`${line.slice(23)} ${more.trim()}`.trim()];
  });
}

describe('what a fix opens between the two', () => {
  it('is what is new, without what came through before and without exceptions that except nothing', () => {
    const found = gains(allow + deny, 'POST', '/orders/17');
    expect(found[0]).toBe('TCP 8080, POST on /orders/17');
    expect(found).toContain('TCP 8080, POST on /hostname, or POST on /orders/* (not /orders/secret)');
    expect(found.at(-1)).toMatch(/^TCP 8080, HTTP \(not /);
  });

  it('is one request where a rule beside goes on denying all others', () => {
    expect(gains(policy('all', 'action: DENY\n  rules: [{}]'), 'GET', '/')).toContain('TCP 8080, GET on /');
  });

  it('is the value that two lists have in common', () => {
    expect(gains(allow + deny, 'GET', '/orders/secret')[0]).toBe('TCP 8080, GET on /orders/secret');
  });

  it('is the request, where its client has an address and an identity that is of no pod there', () => {
    const found = gains(allow, 'POST', '/orders/17', {
      source: { kind: 'address', address: '203.0.113.9' },
      principal: 'cluster.local/ns/shop/sa/cron',
    });
    expect(found[0]).toBe('the request');
  });
});
