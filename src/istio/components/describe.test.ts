import { expect, it } from 'vitest';
import { describeComponent } from './describe.ts';
import type { Chart, Component, Values } from './types.ts';

function described(chart: Chart, values: Values = {}, minor = 30): Component {
  const result = describeComponent({
    chart,
    version: { text: `1.${minor}.0`, minor },
    name: 'istio-x',
    namespace: 'ns',
    values,
    chartVersion: '1.0.0',
    appVersion: '1.0.0',
  });
  if (result.kind === 'failed') throw new Error(result.message);
  return result.component;
}

it('names workloads and the labels that select them', () => {
  expect(described('istiod', { revision: 'canary' })).toMatchObject({
    name: 'istiod-canary',
    revision: 'canary',
    runs: true,
    selector: { app: 'istiod', 'istio.io/rev': 'canary' },
  });
  expect(described('istio-cni')).toMatchObject({
    name: 'istio-cni-node',
    selector: { 'k8s-app': 'istio-cni-node' },
  });
  expect(described('ztunnel', { resourceName: 'zt' })).toMatchObject({
    name: 'zt',
    selector: { app: 'ztunnel' },
  });
  expect(described('gateway', { labels: { app: 'a' } })).toMatchObject({
    name: 'istio-x',
    selector: { app: 'a', istio: 'x' },
  });
  expect(described('istio-ingress')).toMatchObject({
    name: 'istio-ingressgateway',
    selector: { app: 'istio-ingressgateway', istio: 'ingressgateway' },
  });
});

it('tells what does not run, and what shares the network of its node', () => {
  expect(described('istiod', { profile: 'remote' }).runs).toBe(false);
  expect(described('ztunnel', { resourceScope: 'cluster' }).runs).toBe(false);
  expect(described('istio-cni', { profile: 'ambient' }).hostNetwork).toBeUndefined();
  expect(described('istio-cni', { profile: 'ambient', compatibilityVersion: '1.25' }).hostNetwork).toBe(true);
});

it('lists the ports of gateways with their targets', () => {
  expect(
    described('istio-ingress', { profile: 'demo' }).listeners.map(({ port, targetPort }) => [
      port,
      targetPort,
    ]),
  ).toEqual([
    [15021, 15021],
    [80, 8080],
    [443, 8443],
    [31400, 31400],
    [15443, 15443],
  ]);
  expect(
    described('gateway', {
      service: {
        ports: [{ port: 443, targetPort: '8443' }, { port: 53, protocol: 'UDP' }, { name: 'none' }],
      },
    }).listeners,
  ).toEqual([
    { port: 443, targetPort: 8443, protocol: 'TCP' },
    { port: 53, targetPort: 53, protocol: 'UDP' },
  ]);
});

it('takes the ports between networks where a gateway has them', () => {
  const values: Values = {
    networkGateway: 'n1',
    networkGatewayPorts: { tls: { port: 443, targetPort: 8443 } },
  };
  const ports = (minor: number): unknown =>
    described('gateway', values, minor).listeners.map(({ port, targetPort }) => [port, targetPort]);
  expect(ports(30)).toEqual([
    [15021, 15021],
    [443, 8443],
    [15012, 15012],
    [15017, 15017],
  ]);
  expect(ports(29)).toEqual([
    [15021, 15021],
    [15443, 15443],
    [15012, 15012],
    [15017, 15017],
  ]);
  expect(described('gateway', values).networkGateway).toBe('n1');
});

it('gives failures of merging back', () => {
  expect(
    describeComponent({
      chart: 'istiod',
      version: { text: '1.30.0', minor: 30 },
      name: 'a',
      namespace: 'b',
      values: { profile: 'nope' },
      chartVersion: '',
      appVersion: '',
    }),
  ).toMatchObject({ kind: 'failed', path: ['profile'] });
});
