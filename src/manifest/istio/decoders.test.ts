import { describe, expect, it } from 'vitest';
import type { KindedObject } from '../../model/index.ts';
import { readDocuments } from '../../yaml/index.ts';
import type { Problem } from '../kit/index.ts';
import { istioDecoders } from './index.ts';

const metadata = { name: 'p', namespace: 'foo', labels: {}, annotations: {} };

function read(kind: string, spec: string): { spec: unknown; problems: readonly Problem[] } {
  const decoder = istioDecoders.find((candidate) => candidate.kind === kind)!;
  const [document] = readDocuments(`kind: ${kind}\nspec: ${spec}\n`);
  const head = { apiVersion: `${decoder.group}/v1`, kind, metadata } as unknown as KindedObject;
  const problems: Problem[] = [];
  const object = decoder.decode(document!.root!, head, problems);
  return { spec: (object as KindedObject & { spec: unknown }).spec, problems };
}

describe('AuthorizationPolicy', () => {
  it('is read as istiod reads it: empty lists absent, an absent source kept', () => {
    const spec =
      '{action: DENY, selector: {}, rules: [{from: [{source: {namespaces: [a], principals: []}}], when: []}, {to: []}]}';
    const read1 = read('AuthorizationPolicy', spec);
    expect(read1.spec).toEqual({
      selector: { matchLabels: {} },
      targetRefs: [],
      action: 'DENY',
      rules: [
        { from: [{ namespaces: ['a'] }], to: [], when: [] },
        { from: [], to: [], when: [] },
      ],
    });
    expect(read1.problems).toMatchObject([
      { code: 'PC2207', severity: 'warning', path: ['spec', 'selector'] },
    ]);
  });

  it('takes the old targetRef where there are no targetRefs', () => {
    const { spec } = read('AuthorizationPolicy', '{targetRef: {kind: Service, name: s}, targetRefs: []}');
    expect(spec).toMatchObject({ targetRefs: [{ group: '', kind: 'Service', name: 's' }] });
  });

  it('keeps labels called like parts of Object', () => {
    const { spec } = read('AuthorizationPolicy', '{selector: {matchLabels: {constructor: a, __proto__: b}}}');
    const { selector } = spec as { selector: { matchLabels: object } };
    expect(Object.entries(selector.matchLabels)).toEqual([
      ['constructor', 'a'],
      ['__proto__', 'b'],
    ]);
  });

  it('refuses an unknown field and says which one was meant', () => {
    const { problems } = read('AuthorizationPolicy', '{rules: [{form: []}]}');
    expect(problems).toEqual([
      {
        code: 'PC2203',
        severity: 'error',
        path: ['spec', 'rules', 0, 'form'],
        message: 'unknown field spec.rules[0].form',
        help: 'Did you mean from?',
      },
    ]);
  });

  it('points at the field as it is written', () => {
    const { problems } = read('AuthorizationPolicy', '{rules: [{from: [{source: {ip_blocks: [1.2.3]}}]}]}');
    expect(problems).toContainEqual({
      code: 'PC2209',
      severity: 'error',
      path: ['spec', 'rules', 0, 'from', 0, 'source', 'ip_blocks', 0],
      message: 'bad IP address (1.2.3)',
    });
  });

  it('warns of a template that only Envoy refuses', () => {
    const { problems } = read('AuthorizationPolicy', "{rules: [{to: [{operation: {paths: ['a/{*}']}}]}]}");
    expect(problems).toMatchObject([{ code: 'PC2218', severity: 'warning' }]);
  });
});

it('reads ports of PeerAuthentication as numbers, absent modes as UNSET', () => {
  const { spec } = read(
    'PeerAuthentication',
    '{selector: {matchLabels: {a: b}}, portLevelMtls: {80: {mode: DISABLE}, "81": {}}}',
  );
  expect(spec).toEqual({
    selector: { matchLabels: { a: 'b' } },
    mode: 'UNSET',
    portLevel: new Map([
      [80, 'DISABLE'],
      [81, 'UNSET'],
    ]),
  });
});

it('reads the rules of RequestAuthentication', () => {
  const { spec, problems } = read(
    'RequestAuthentication',
    '{jwtRules: [{issuer: i, fromHeaders: [{name: h}]}]}',
  );
  expect(problems).toEqual([]);
  expect(spec).toEqual({
    targetRefs: [],
    jwtRules: [
      {
        issuer: 'i',
        audiences: [],
        fromHeaders: [{ name: 'h', prefix: '' }],
        fromParams: [],
        fromCookies: [],
        spaceDelimitedClaims: [],
        forwardOriginalToken: false,
        outputClaimToHeaders: [],
      },
    ],
  });
});

describe('DestinationRule', () => {
  it('tells a tls without mode from no tls, at every level', () => {
    const { spec } = read(
      'DestinationRule',
      '{host: h, trafficPolicy: {tls: {}, portLevelSettings: [{port: {number: 80}}, {port: {number: 81}, tls: {mode: SIMPLE}}]}, subsets: [{name: v1, labels: {v: a}, trafficPolicy: {loadBalancer: {}}}]}',
    );
    expect(spec).toEqual({
      host: 'h',
      exportTo: [],
      trafficPolicy: {
        mode: 'DISABLE',
        portLevel: new Map([
          [80, undefined],
          [81, 'SIMPLE'],
        ]),
      },
      subsets: [{ name: 'v1', labels: { v: 'a' }, trafficPolicy: { portLevel: new Map() } }],
    });
  });

  it('refuses what istiod cannot decode', () => {
    const { problems } = read('DestinationRule', '{host: h, trafficPolicy: {tls: {mode: Simple}}}');
    expect(problems).toMatchObject([
      { code: 'PC2201', severity: 'error', path: ['spec', 'trafficPolicy', 'tls', 'mode'] },
    ]);
  });
});

it('reads ServiceEntry', () => {
  const { spec } = read(
    'ServiceEntry',
    '{hosts: [a.example], ports: [{number: 443, protocol: TLS, name: tls}], resolution: DNS}',
  );
  expect(spec).toEqual({
    hosts: ['a.example'],
    addresses: [],
    location: 'MESH_EXTERNAL',
    resolution: 'DNS',
    ports: [{ number: 443, protocol: 'TLS', name: 'tls' }],
    endpoints: [],
  });
});
