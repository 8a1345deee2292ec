import { describe, expect, test } from 'vitest';
import { Refusal } from '../exit.ts';
import { readSurroundings } from './read-surroundings.ts';

function refusal(flags: Parameters<typeof readSurroundings>[0]): string {
  try {
    readSurroundings(flags);
  } catch (error) {
    if (error instanceof Refusal) return [error.exitCode, error.message, ...error.details].join('\n');
    throw error;
  }
  return 'nothing is refused';
}

const name = (namespace: string): object => ({ matchLabels: { 'kubernetes.io/metadata.name': namespace } });

test('what no flag says is not known, none is an empty list', () => {
  expect(readSurroundings({})).toEqual({});
  expect(readSurroundings({ nodeCidr: ['none'], jwks: ['none'] })).toEqual({ nodes: [], jwks: [] });
  expect(refusal({ nodeCidr: ['none', '10.0.0.0/8'] })).toContain('--node-cidr none says that there is none');
});

test('addresses: ranges, single ones, several', () => {
  expect(readSurroundings({ nodeCidr: ['10.0.0.0/16,10.1.0.1', '2001:db8::1'] })).toEqual({
    nodes: ['10.0.0.0/16', '10.1.0.1/32', '2001:db8::1/128'],
  });
  expect(refusal({ clientCidr: ['10.0.0.0/33'] })).toMatch(/^64\n--client-cidr 10.0.0.0\/33 is not a range/);
});

test('the API server calls webhooks from where it answers, unless another flag says otherwise', () => {
  const same = readSurroundings({ apiServerCidr: ['10.0.0.1'] });
  expect(same).toEqual({ apiServer: ['10.0.0.1/32'], apiServerSources: ['10.0.0.1/32'] });
  expect(readSurroundings({ apiServerCidr: ['10.0.0.1'], apiServerSourceCidr: ['10.9.0.0/16'] })).toEqual({
    apiServer: ['10.0.0.1/32'],
    apiServerSources: ['10.9.0.0/16'],
  });
  expect(readSurroundings({ apiServerPort: ['443,6443'] })).toEqual({ apiServerPorts: [443, 6443] });
  expect(refusal({ apiServerPort: ['https'] })).toContain('--api-server-port https is not a port');
});

describe('pods', () => {
  test.each<[string, object]>([
    ['monitoring', { namespaces: name('monitoring') }],
    ['*', { namespaces: {} }],
    ['*:app=prometheus', { namespaces: {}, pods: { matchLabels: { app: 'prometheus' } } }],
    ['istio-injection=enabled', { namespaces: { matchLabels: { 'istio-injection': 'enabled' } } }],
    [
      'kubernetes.io/metadata.name=kube-system:k8s-app=kube-dns',
      { namespaces: name('kube-system'), pods: { matchLabels: { 'k8s-app': 'kube-dns' } } },
    ],
    [
      'team in (a, b),!legacy:app==x,tier!=y,istio.io/rev',
      {
        namespaces: {
          matchExpressions: [
            { key: 'team', operator: 'In', values: ['a', 'b'] },
            { key: 'legacy', operator: 'DoesNotExist' },
          ],
        },
        pods: {
          matchLabels: { app: 'x' },
          matchExpressions: [
            { key: 'tier', operator: 'NotIn', values: ['y'] },
            { key: 'istio.io/rev', operator: 'Exists' },
          ],
        },
      },
    ],
    ['team/name=x:', { namespaces: { matchLabels: { 'team/name': 'x' } } }],
  ])('%s', (text, peer) => {
    expect(readSurroundings({ mesh: [text] })).toEqual({ mesh: [peer] });
  });

  test.each<[string, string]>([
    ['monitoring/app=prometheus', 'write monitoring:app=prometheus for pods in the namespace monitoring'],
    ['shop,payments', 'repeat the flag, or write kubernetes.io/metadata.name in (shop, payments)'],
    [':app=x', '--mesh ":app=x" names no namespaces'],
    ['a=b=c', '"b=c" in --mesh "a=b=c" is not a label\'s value'],
    ['shop:app=web,,x', 'cannot read "" of --mesh'],
    ['-x=1', '"-x" in --mesh "-x=1" is not a label\'s key'],
  ])('%s is refused', (text, words) => {
    expect(refusal({ mesh: [text] })).toContain(words);
  });
});

test('DNS: pods and their port, or addresses', () => {
  const pods = { namespaces: name('kube-system'), pods: { matchLabels: { 'k8s-app': 'kube-dns' } } };
  expect(readSurroundings({ dns: ['kube-system:k8s-app=kube-dns', '169.254.20.10'] })).toEqual({
    dns: [
      { pods, ports: [53], portsAssumed: true },
      { cidrs: ['169.254.20.10/32'], ports: [53] },
    ],
  });
  expect(readSurroundings({ dns: ['openshift-dns:5353'] })).toEqual({
    dns: [{ pods: { namespaces: name('openshift-dns') }, ports: [5353] }],
  });
});

test('hosts, their addresses or the pods behind them', () => {
  const flags = {
    jwks: [
      'https://idp.example.com/keys?x=1',
      'idp.example.com:8443=203.0.113.7,203.0.113.8',
      'keycloak.auth:80=auth:app=keycloak:8080',
    ],
  };
  expect(readSurroundings(flags)).toEqual({
    jwks: [
      { host: 'idp.example.com', port: 443 },
      { host: 'idp.example.com', port: 8443, cidrs: ['203.0.113.7/32', '203.0.113.8/32'] },
      {
        host: 'keycloak.auth',
        port: 80,
        pods: { namespaces: name('auth'), pods: { matchLabels: { app: 'keycloak' } } },
        targetPorts: [8080],
      },
    ],
  });
  expect(refusal({ jwks: ['not a host'] })).toContain('--jwks "not a host" is not a host');
});
