import { describe, expect, it } from 'vitest';
import { lintText } from '../../../test/support/lint-text.ts';
import { made, namespace, pod, service } from '../../../test/support/text-cluster.ts';
import type { Finding } from '../types.ts';

const policy = made('NetworkPolicy', 'shop/p', {
  podSelector: { matchLabels: { app: 'frontned' } },
  ingress: [{ from: [{ podSelector: { matchLabels: { app: 'prometheus' } } }] }],
});
const find = (...texts: readonly string[]): readonly Finding[] =>
  lintText(`---\n${texts.join('\n---\n')}`, ['PC3001', 'PC3003', 'PC3031']);
const told = (findings: readonly Finding[]): readonly string[] =>
  findings.map(({ code, severity }) => `${code} ${severity}`);

describe('what is not there', () => {
  it('is not judged without any pods', () => {
    expect(find(namespace('shop'), policy, service('shop/x', 80, 80))).toEqual([]);
  });

  it('is a warning in a namespace with pods, and the slip of the pen is named', () => {
    const findings = find(namespace('shop'), pod('shop/frontend'), policy);
    expect(told(findings)).toEqual(['PC3001 warning', 'PC3003 warning']);
    expect(findings[0]?.help).toBe(
      'Closest: shop/frontend: it has app=frontend, and app=frontned is asked for.',
    );
  });

  it('is a remark where objects that are not read may make pods, and ConfigMaps make none', () => {
    const web = pod('shop/web');
    const operator =
      '{"apiVersion": "monitoring.coreos.com/v1", "kind": "Prometheus", "metadata": {"name": "x", "namespace": "shop"}}';
    const findings = find(namespace('shop'), web, policy, operator);
    expect(told(findings)).toEqual(['PC3001 info', 'PC3003 info']);
    expect(findings[1]?.proof).toMatchObject({
      kind: 'never matches',
      reason:
        'no pod in namespace shop has app=prometheus; objects of kinds that are not read may make some (Prometheus)',
    });
    const config =
      '{"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "x", "namespace": "shop"}}';
    expect(told(find(namespace('shop'), web, policy, config))).toEqual(['PC3001 warning', 'PC3003 warning']);
  });

  it('is there all the same in a workload that is scaled to nothing', () => {
    const none = made('Deployment', 'shop/frontned', {
      replicas: 0,
      selector: { matchLabels: { app: 'frontned' } },
      template: {
        metadata: { labels: { app: 'frontned' } },
        spec: { containers: [{ name: 'c', image: 'x' }] },
      },
    });
    expect(told(find(namespace('shop'), pod('shop/prometheus'), policy, none))).toEqual([]);
  });

  it('is made for a Gateway that is given', () => {
    const gateway = made('Gateway', 'shop/g', { gatewayClassName: 'istio', listeners: [] });
    const forGateway = made('NetworkPolicy', 'shop/p', {
      podSelector: { matchLabels: { 'gateway.networking.k8s.io/gateway-name': 'g' } },
    });
    expect(told(find(namespace('shop'), pod('shop/web'), forGateway, gateway))).toEqual([]);
    expect(told(find(namespace('shop'), pod('shop/web'), forGateway))).toEqual(['PC3001 warning']);
  });
});
