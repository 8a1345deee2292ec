import { describe, expect, it } from 'vitest';
import { ask, clusterOf, made, namespace, pod, service } from '../../test/support/text-cluster.ts';

const http = { http: { method: 'GET', path: '/', host: 's' } };
const world = [
  namespace('plain'),
  namespace('side', { 'istio-injection': 'enabled' }),
  namespace('amb', { 'istio.io/dataplane-mode': 'ambient' }),
  ...['plain', 'side', 'amb'].flatMap((name, i) => [
    pod(`${name}/c`, { ip: `10.0.${i}.1` }),
    pod(`${name}/s`, { ip: `10.0.${i}.2` }),
    service(`${name}/s`, 80, 8080),
  ]),
];
const drop = (ns: string): string =>
  made('NetworkPolicy', `${ns}/drop`, { podSelector: { matchLabels: { app: 's' } } });
const deny = (ns: string): string => made('AuthorizationPolicy', `${ns}/nothing`, {});
const strict = (ns: string): string =>
  made('PeerAuthentication', `${ns}/default`, { mtls: { mode: 'STRICT' } });

describe('what the caller sees', () => {
  it.each<[string, string, string, readonly string[], object, object]>([
    ['an allowed request', 'plain/c', 'plain/s', [], http, { kind: 'response' }],
    ['a dropped packet', 'plain/c', 'plain/s', [drop('plain')], http, { kind: 'connect timeout' }],
    [
      'a packet dropped behind its sidecar, HTTP',
      'side/c',
      'side/s',
      [drop('side')],
      http,
      { kind: 'http', status: 503, flag: 'UF', after: 30 },
    ],
    [
      'a packet dropped behind its sidecar, bytes',
      'side/c',
      'side/s',
      [drop('side')],
      {},
      { kind: 'connection reset' },
    ],
    [
      'a packet dropped behind its ztunnel',
      'amb/c',
      'amb/s',
      [drop('amb')],
      http,
      { kind: 'connection reset' },
    ],
    [
      'a rule of a sidecar, HTTP',
      'plain/c',
      'side/s',
      [deny('side')],
      http,
      { kind: 'http', status: 403, body: 'RBAC: access denied' },
    ],
    ['a rule of a sidecar, bytes', 'plain/c', 'side/s', [deny('side')], {}, { kind: 'connection reset' }],
    ['a rule of ztunnel', 'amb/c', 'amb/s', [deny('amb')], http, { kind: 'connection reset' }],
    ['plaintext to STRICT', 'plain/c', 'side/s', [strict('side')], http, { kind: 'connection reset' }],
    [
      'plaintext to STRICT from behind a sidecar',
      'side/c',
      'side/s',
      [
        strict('side'),
        made('DestinationRule', 'side/d', { host: 's', trafficPolicy: { tls: { mode: 'DISABLE' } } }),
      ],
      http,
      { kind: 'http', status: 503, flag: 'UC' },
    ],
    [
      'mutual TLS that only its sender wants',
      'side/c',
      'side/s',
      [
        made('PeerAuthentication', 'side/default', { mtls: { mode: 'DISABLE' } }),
        made('DestinationRule', 'side/d', { host: 's', trafficPolicy: { tls: { mode: 'ISTIO_MUTUAL' } } }),
      ],
      http,
      { kind: 'http', status: 503, flag: 'UF' },
    ],
    [
      'TLS of the sender that is not the mesh’s',
      'side/c',
      'side/h',
      [
        service('side/h', 80, 8080, {
          selector: { app: 's' },
          ports: [{ name: 'http', port: 80, targetPort: 8080 }],
        }),
        made('DestinationRule', 'side/d', { host: 'h', trafficPolicy: { tls: { mode: 'SIMPLE' } } }),
      ],
      http,
      { kind: 'http', status: 503, flag: 'UF' },
    ],
    [
      'TLS of the sender to the host network, where no proxy is',
      'side/c',
      'side/agent',
      [
        pod('side/node-agent', {
          labels: { app: 'agent' },
          hostNetwork: true,
          node: 'n1',
          ip: '192.168.0.1',
        }),
        service('side/agent', 80, 8080, { selector: { app: 'agent' } }),
        made('DestinationRule', 'side/d', { host: 'agent', trafficPolicy: { tls: { mode: 'SIMPLE' } } }),
      ],
      http,
      { kind: 'http', status: 503, flag: 'UF' },
    ],
  ])('of %s', (_, from, to, policies, words, symptom) => {
    expect(ask(clusterOf([...world, ...policies]), from, `svc:${to}`, 80, words).symptom).toMatchObject(
      symptom,
    );
  });

  it.each<[string, object, object]>([
    ['plain/c', http, { kind: 'connection refused' }],
    ['side/c', http, { kind: 'http', status: 503, flag: 'UH', body: 'no healthy upstream' }],
    ['side/c', {}, { kind: 'connection reset' }],
    ['amb/c', http, { kind: 'connection reset' }],
  ])('of a Service without endpoints: %s', (from, words, symptom) => {
    const cluster = clusterOf([...world, service('plain/empty', 80, 8080)]);
    expect(ask(cluster, from, 'svc:plain/empty', 80, words).symptom).toMatchObject(symptom);
  });

  it('of an unknown verdict is not told', () => {
    const cluster = clusterOf([...world, made('CiliumNetworkPolicy', 'plain/cnp', {})]);
    expect(ask(cluster, 'plain/c', 'svc:plain/s', 80)).toMatchObject({
      outcome: 'unknown',
      symptom: undefined,
    });
  });
});
