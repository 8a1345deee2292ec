import { describe, expect, it } from 'vitest';
import { chartNamed } from './chart-names.ts';

describe('chartNamed', () => {
  it.each([
    ['istiod', 'istiod'],
    ['istio/istiod', 'istiod'],
    ['istio-control/istio-discovery', 'istiod'],
    ['istio-discovery', 'istiod'],
    ['cni', 'istio-cni'],
    ['istio/cni', 'istio-cni'],
    ['istio-cni', 'istio-cni'],
    ['ztunnel', 'ztunnel'],
    ['Gateway', 'gateway'],
    ['./manifests/charts/gateway/', 'gateway'],
    ['gateway-1.30.3.tgz', 'gateway'],
    ['oci://charts.example/istio/gateway', 'gateway'],
    ['gateways/istio-ingress', 'istio-ingress'],
    ['istio-egress', 'istio-egress'],
  ])('%s is %s', (text, chart) => expect(chartNamed(text)).toEqual({ kind: 'chart', chart }));

  it('suggests the nearest name', () => {
    expect(chartNamed('istoid')).toEqual({
      kind: 'fault',
      message: '"istoid" is no chart of Istio that can hold a NetworkPolicy.',
      help: 'Did you mean istiod? The charts are istiod, istio-cni, ztunnel, gateway, istio-ingress, istio-egress.',
    });
  });

  it('tells charts without a policy from unknown ones', () => {
    expect(chartNamed('istio/base')).toMatchObject({
      message: 'Istio\'s chart "istio/base" holds no NetworkPolicy.',
    });
    expect(chartNamed('prometheus')).toMatchObject({
      help: expect.stringContaining('The charts are istiod'),
    });
    expect(chartNamed('__proto__').kind).toBe('fault');
  });
});
