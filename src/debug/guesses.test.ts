import { describe, expect, it } from 'vitest';
import { clusterOf, made, namespace, service } from '../../test/support/text-cluster.ts';
import type { LogRecord } from '../logs/index.ts';
import { guessOf } from './guesses.ts';
import { openLedger } from './ledger.ts';
import { requestsToFix } from './requests-to-fix.ts';
import type { DenialGroup } from './types.ts';

/** Workloads as manifests have them: without addresses. */
function deployment(at: string): string {
  const app = at.split('/')[1]!;
  const template = {
    metadata: { labels: { app } },
    spec: {
      serviceAccountName: app,
      containers: [{ name: app, image: 'x', ports: [{ containerPort: 8080 }] }],
    },
  };
  return made('Deployment', at, { selector: { matchLabels: { app } }, template });
}

const apps = [
  namespace('front', { 'istio-injection': 'enabled' }),
  namespace('back', { 'istio-injection': 'enabled' }),
  deployment('front/admin'),
  deployment('front/web'),
  deployment('back/api'),
  service('back/api', 80, 8080, { ports: [{ name: 'http', port: 80, targetPort: 8080 }] }),
  made('AuthorizationPolicy', 'back/callers', {
    selector: { matchLabels: { app: 'api' } },
    rules: [
      {
        from: [{ source: { principals: ['cluster.local/ns/front/sa/web'] } }],
        to: [{ operation: { methods: ['GET'] } }],
      },
    ],
  }),
];
const webOnly = made('NetworkPolicy', 'back/api-in', {
  podSelector: { matchLabels: { app: 'api' } },
  policyTypes: ['Ingress'],
  ingress: [{ from: [{ namespaceSelector: {}, podSelector: { matchLabels: { app: 'web' } } }] }],
});

const post: LogRecord = {
  lines: [1, 1],
  dialect: 'envoy-access',
  decision: 'deny',
  source: { ip: '10.244.0.3', port: 40000 },
  destination: { ip: '10.244.0.5', port: 8080, service: 'api.back.svc.cluster.local' },
  protocol: 'TCP',
  method: 'POST',
  path: '/orders',
  status: 403,
  reason: 'rbac_access_denied_matched_policy[none]',
};

function groupsOf(manifests: readonly string[], records: readonly LogRecord[]): readonly DenialGroup[] {
  const ledger = openLedger(clusterOf(manifests), {});
  for (const record of records) ledger.learn(record);
  for (const record of records) ledger.add({ record });
  return ledger.groups();
}

describe('a log that names what the manifests do not have', () => {
  const elsewhere: LogRecord = {
    ...post,
    source: { ...post.source, principal: 'cluster.local/ns/shop/sa/web' },
    destination: { ip: '10.244.2.23', port: 8080, service: 'orders.shop.svc.cluster.local' },
  };

  it('is of nobody there, whoever would be refused alike', () => {
    const [group] = groupsOf([...apps, webOnly], [elsewhere]);
    expect(group!.finding.cause).toEqual({ kind: 'not placed', ends: ['destination'], count: 0 });
    expect(group!.finding.destination.conflicts).toEqual(['Service']);
  });

  it('tells by one line of whom the others are', () => {
    const bare: LogRecord = {
      ...elsewhere,
      source: { ip: '10.244.1.31', port: 40000 },
      destination: { ip: '10.244.2.23', port: 8080 },
    };
    const groups = groupsOf([...apps, webOnly], [bare, elsewhere]);
    expect(groups.map(({ finding }) => finding.cause.kind)).toEqual(['not placed', 'not placed']);
  });

  it('is of the pods of that namespace where but the Service is not given', () => {
    const other: LogRecord = {
      ...post,
      destination: { ...post.destination, service: 'api-canary.back.svc.cluster.local' },
    };
    const [group] = groupsOf([...apps, webOnly], [other]);
    expect(group!.finding.destination).toMatchObject({ name: 'back/api', by: ['namespace'] });
  });

  it('lets nobody in where nothing that it states is of the manifests', () => {
    const { service: _service, ...address } = post.destination!;
    const [group] = groupsOf([...apps, webOnly], [{ ...post, destination: address }]);
    expect(group!.finding.destination.name).toBe('back/api');
    expect(guessOf(group!.finding)).toBe('all');
    expect(requestsToFix(clusterOf([...apps, webOnly]), group!, {})).toEqual([]);
  });
});

describe('a client whose address nobody has', () => {
  it('is who could have come to the proxy that refused it', () => {
    for (const manifests of [apps, [...apps].reverse()]) {
      const [group] = groupsOf([...manifests, webOnly], [post]);
      expect(group!.finding.source).toMatchObject({ name: 'front/web', rivals: [] });
      expect(guessOf(group!.finding)).toBeUndefined();
    }
  });

  it('is who other lines say that it is', () => {
    const stated = { ...post, source: { ...post.source, principal: 'cluster.local/ns/front/sa/web' } };
    const [group] = groupsOf(apps, [post, { ...stated, path: '/other' }]);
    expect(group!.finding.source).toMatchObject({ name: 'front/web', by: ['identity'] });
    // The line itself states no identity, and is judged by none but the pod's own.
    expect(group!.finding.request).not.toHaveProperty('principal');
  });

  it('is one of several where others would be refused alike', () => {
    const [group] = groupsOf(apps, [post]);
    expect(group!.finding.source.rivals.length).toBeGreaterThan(0);
    expect(guessOf(group!.finding)).toBe('one of several');
  });
});
