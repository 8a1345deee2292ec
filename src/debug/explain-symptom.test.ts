import { describe, expect, it } from 'vitest';
import { clusterOf, made, namespace, pod, service } from '../../test/support/text-cluster.ts';
import type { Request } from '../model/index.ts';
import { decide } from '../verdict/index.ts';
import { explainSymptom } from './explain-symptom.ts';
import type { SymptomFinding, SymptomWord } from './symptom-types.ts';

const apps = [
  namespace('shop', { 'istio-injection': 'enabled' }),
  pod('shop/web', { ip: '10.0.0.5' }),
  pod('shop/api', { ip: '10.0.0.9', ports: ['http=8080'] }),
  service('shop/api', 80, 8080, { ports: [{ name: 'http', port: 80, targetPort: 8080 }] }),
];
const callers = made('AuthorizationPolicy', 'shop/callers', {
  selector: { matchLabels: { app: 'api' } },
  rules: [{ to: [{ operation: { methods: ['GET'], paths: ['/orders/*'] } }] }],
});
const closed = made('NetworkPolicy', 'shop/api-in', {
  podSelector: { matchLabels: { app: 'api' } },
  policyTypes: ['Ingress'],
});

function explain(manifests: readonly string[], word: SymptomWord, path: string): SymptomFinding {
  const cluster = clusterOf(manifests);
  const request: Request = {
    source: { kind: 'pod', namespace: 'shop', name: 'web' },
    destination: { kind: 'service', namespace: 'shop', name: 'api' },
    port: 80,
    protocol: 'TCP',
    http: { method: 'GET', path, host: 'api.shop' },
    complete: true,
  };
  return explainSymptom(cluster, request, decide(cluster, request), word);
}

describe('a 403 that the verdict does not foretell', () => {
  it('is of another request, of which an example was tried', () => {
    const { causes } = explain([...apps, callers], '403', '/orders/1');
    const other = causes.filter(({ kind }) => kind === 'another request');
    expect(other).toMatchObject([
      { field: 'path', value: '/something-else', step: { layer: 'authorization' } },
      { field: 'method', value: 'POST', step: { layer: 'authorization' } },
    ]);
    expect(causes.some(({ kind }) => kind === 'request')).toBe(false);
  });

  it('is of the policy behind the one that drops the packets', () => {
    const { causes } = explain([...apps, callers, closed], '403', '/pay');
    expect(causes[0]).toMatchObject({
      kind: 'not in force',
      policies: [{ metadata: { name: 'api-in' } }],
      step: { layer: 'authorization', outcome: 'deny' },
    });
    // Without it the request would get through, and nothing gives a 403.
    const open = explain([...apps, callers, closed], '403', '/orders/1');
    expect(open.causes.some(({ kind }) => kind === 'not in force')).toBe(false);
  });
});

describe('a 401 that the verdict does not foretell', () => {
  it('is of a policy about tokens, which the manifests may lack, and of no method', () => {
    const { causes } = explain([...apps, callers], '401', '/orders/1');
    expect(causes.map(({ kind }) => kind)).toEqual(['missing policy', 'server']);
  });
});
