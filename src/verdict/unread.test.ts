import { describe, expect, it } from 'vitest';
import {
  ask,
  clusterOf,
  made,
  missing,
  namespace,
  pod,
  service,
  told,
} from '../../test/support/text-cluster.ts';

const ends = [pod('a/c', { ip: '10.0.0.1' }), pod('b/s', { ip: '10.0.0.2' })];

describe('policies that nobody here can read', () => {
  const world = [
    namespace('a'),
    namespace('b', { 'istio-injection': 'enabled' }),
    ...ends,
    service('b/s', 80, 8080),
  ];
  const http = { http: { method: 'GET', path: '/', host: 's' } };
  const bad = (kind: string, at: string, apiVersion: string): string =>
    `apiVersion: ${apiVersion}\nkind: ${kind}\nmetadata:\n  namespace: ${at.split('/')[0]}\n  name: ${at.split('/')[1]}\nspec: nonsense\n`;
  const badNetwork = bad('NetworkPolicy', 'b/bad', 'networking.k8s.io/v1');
  const badAuthorization = bad('AuthorizationPolicy', 'b/bad', 'security.istio.io/v1');
  const badPeer = bad('PeerAuthentication', 'b/bad', 'security.istio.io/v1');
  const badRule = bad('DestinationRule', 'a/bad', 'networking.istio.io/v1');
  const isolate = made('NetworkPolicy', 'b/in', { podSelector: {} });
  const openAll = made('NetworkPolicy', 'b/in', { podSelector: {}, ingress: [{}] });
  const nothing = made('AuthorizationPolicy', 'b/nothing', {});
  const denyAll = made('AuthorizationPolicy', 'b/all', { action: 'DENY', rules: [{}] });
  const strict = made('PeerAuthentication', 'b/default', { mtls: { mode: 'STRICT' } });
  const adminDeny = made('ClusterNetworkPolicy', 'x', {
    tier: 'Admin',
    priority: 1,
    subject: { namespaces: {} },
    ingress: [{ action: 'Deny', from: [{ namespaces: {} }] }],
  });
  const envoyFilter = (ns: string) => made('EnvoyFilter', `${ns}/ef`, {});
  const cilium = (ns: string) => made('CiliumNetworkPolicy', `${ns}/cnp`, {});

  it.each<[string, readonly string[], string, readonly string[]]>([
    ['a bad NetworkPolicy, where none selects', [badNetwork], 'unknown', ['NetworkPolicy b/bad']],
    [
      'a bad NetworkPolicy, where another isolates',
      [badNetwork, isolate],
      'unknown',
      ['NetworkPolicy b/bad'],
    ],
    ['a bad NetworkPolicy, where another allows: they only add up', [badNetwork, openAll], 'allow', []],
    ['a bad NetworkPolicy behind an Admin rule', [badNetwork, adminDeny], 'deny', []],
    ['a bad NetworkPolicy before a denial of the proxy', [badNetwork, denyAll], 'deny', []],
    [
      'a bad NetworkPolicy in another namespace',
      [bad('NetworkPolicy', 'z/bad', 'networking.k8s.io/v1')],
      'allow',
      [],
    ],
    ['a bad AuthorizationPolicy', [badAuthorization], 'unknown', ['AuthorizationPolicy b/bad']],
    [
      'a bad AuthorizationPolicy that might allow',
      [badAuthorization, nothing],
      'unknown',
      ['AuthorizationPolicy b/bad'],
    ],
    ['a bad AuthorizationPolicy beside a DENY', [badAuthorization, denyAll], 'deny', []],
    ['a bad AuthorizationPolicy behind STRICT', [badAuthorization, strict], 'deny', []],
    ['a bad PeerAuthentication beside STRICT', [badPeer, strict], 'unknown', ['PeerAuthentication b/bad']],
    ['a bad DestinationRule of a client without a proxy', [badRule], 'allow', []],
    ['an EnvoyFilter', [envoyFilter('b')], 'unknown', ['EnvoyFilter b/ef']],
    [
      'an EnvoyFilter of the root namespace',
      [envoyFilter('istio-system')],
      'unknown',
      ['EnvoyFilter istio-system/ef'],
    ],
    ['an EnvoyFilter of another namespace', [envoyFilter('z')], 'allow', []],
    ['an EnvoyFilter could lift a denial', [envoyFilter('b'), denyAll], 'unknown', ['EnvoyFilter b/ef']],
    ['an EnvoyFilter behind a denial of the network', [envoyFilter('b'), isolate], 'deny', []],
    ['a CiliumNetworkPolicy', [cilium('b')], 'unknown', ['CiliumNetworkPolicy b/cnp']],
    [
      'a CiliumNetworkPolicy could lift a denial',
      [cilium('b'), isolate],
      'unknown',
      ['CiliumNetworkPolicy b/cnp'],
    ],
    ['a CiliumNetworkPolicy of the sender', [cilium('a')], 'unknown', ['CiliumNetworkPolicy a/cnp']],
    ['a CiliumNetworkPolicy of another namespace', [cilium('z')], 'allow', []],
    ['a text without an end', ['metadata: {name: x\nspec: ['], 'unknown', [' ']],
    [
      'a NetworkPolicy in braces, one of them missing',
      ['{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: x, namespace: b}, spec: {}'],
      'unknown',
      ['NetworkPolicy b/x'],
    ],
    [
      'the same in another namespace',
      ['{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: x, namespace: z}, spec: {}'],
      'allow',
      [],
    ],
    ['a kind that is no word', ['kind: [NetworkPolicy\nmetadata: {name: x, namespace: b}'], 'unknown', [' ']],
    ['a bad document of no concern', [bad('Deployment', 'b/bad', 'apps/v1')], 'allow', []],
  ])('%s: %s', (_, texts, outcome, names) => {
    const verdict = ask(clusterOf([...world, ...texts]), 'a/c', 'svc:b/s', 80, http);
    expect(verdict.outcome).toBe(outcome);
    if (names[0] !== ' ') expect(missing(verdict)).toEqual(names);
  });

  it('are disregarded where the caller says so', () => {
    const cluster = clusterOf([...world, cilium('b')], { ignoreKinds: ['CiliumNetworkPolicy'] });
    expect(ask(cluster, 'a/c', 'svc:b/s', 80, http).outcome).toBe('allow');
  });

  it.each([
    ['values of a chart', 'replicas: 2\nimage: nginx\n'],
    ['a list of names', '- a\n- b\n'],
    ['words', 'hello\n'],
    ['a broken text of something else', 'replicas: [1\n'],
  ])('%s are no objects and change nothing', (_, text) => {
    expect(ask(clusterOf([...world, text]), 'a/c', 'svc:b/s', 80, http).outcome).toBe('allow');
  });

  it('count at ztunnel only where ztunnel has their kind', () => {
    const amb = [
      namespace('b', { 'istio.io/dataplane-mode': 'ambient' }),
      ...ends,
      namespace('a'),
      service('b/s', 80, 8080),
    ];
    expect(ask(clusterOf([...amb, envoyFilter('b')]), 'a/c', 'svc:b/s', 80, http).outcome).toBe('allow');
    expect(ask(clusterOf([...amb, badAuthorization]), 'a/c', 'svc:b/s', 80, http).outcome).toBe('unknown');
    expect(ask(clusterOf([...amb, badPeer, strict]), 'a/c', 'svc:b/s', 80, http).outcome).toBe('unknown');
  });

  it('count for the proxy of the client, too', () => {
    const meshed = [...world, namespace('a', { 'istio-injection': 'enabled' })];
    expect(ask(clusterOf([...meshed, envoyFilter('a')]), 'a/c', 'svc:b/s', 80, http).outcome).toBe('unknown');
    expect(missing(ask(clusterOf([...meshed, badRule]), 'a/c', 'svc:b/s', 80, http))).toEqual([
      'DestinationRule a/bad',
    ]);
    expect(missing(ask(clusterOf([...meshed, envoyFilter('a')]), 'a/c', '203.0.113.9', 80, http))).toEqual([
      'EnvoyFilter a/ef',
    ]);
  });

  it('count at a waypoint of another namespace', () => {
    const ambient = { 'istio.io/dataplane-mode': 'ambient' };
    const far = { 'istio.io/use-waypoint': 'wp', 'istio.io/use-waypoint-namespace': 'w' };
    const amb = [
      namespace('a', ambient),
      namespace('b', { ...ambient, ...far }),
      made('Gateway', 'w/wp', { gatewayClassName: 'istio-waypoint', listeners: [] }),
      ...ends,
      service('b/s', 80, 8080),
    ];
    expect(ask(clusterOf(amb), 'a/c', 'svc:b/s', 80, http).outcome).toBe('allow');
    const steps = ask(clusterOf([...amb, badAuthorization]), 'a/c', 'svc:b/s', 80, http).steps;
    const unsure = steps.filter((step) => step.outcome === 'unknown').map((step) => step.at.kind);
    expect(unsure).toEqual(['waypoint', 'ztunnel']);
  });

  it('may be the endpoints that a Service lacks', () => {
    const lacking = [namespace('a'), namespace('b'), pod('a/c'), service('b/s', 80, 8080)];
    expect(ask(clusterOf(lacking), 'a/c', 'svc:b/s', 80).outcome).toBe('deny');
    const verdict = ask(clusterOf([...lacking, bad('Deployment', 'b/s', 'apps/v1')]), 'a/c', 'svc:b/s', 80);
    expect(told(verdict)).toBe('unknown: service at client of a/c');
    expect(missing(verdict)).toEqual(['Deployment b/s']);
  });
});
