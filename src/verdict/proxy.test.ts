import { describe, expect, it } from 'vitest';
import {
  authorizationPolicy,
  jwtRule,
  peerAuthentication,
  policyCluster,
  requestAuthentication,
} from '../../test/support/istio-policies.ts';
import type { MeshSettings } from '../model/index.ts';
import { judgeAtProxy } from './proxy.ts';
import type { Inbound, ProxyCluster } from './proxy-types.ts';

type Policies = Parameters<typeof policyCluster>[0];

function clusterOf(policies: Policies, mesh: MeshSettings = {}): ProxyCluster {
  return { ...policyCluster(policies, mesh), pods: new Map() };
}

const target = { namespace: 'foo', labels: {}, waypoint: false, services: [] };
const alice = 'cluster.local/ns/foo/sa/alice';
const ext = { name: 'ext', protocol: 'http', usable: true } as const;

function judge(policies: Policies, inbound: Partial<Inbound> = {}, mesh: MeshSettings = {}) {
  return judgeAtProxy(clusterOf(policies, mesh), {
    target,
    at: { kind: 'sidecar', pod: 'foo/web' },
    portProtocol: 'http',
    destinationPort: 8080,
    destinationAddress: '10.0.0.2',
    sourceAddress: '10.0.0.1',
    transport: { kind: 'mutual TLS', identity: alice },
    request: { http: { method: 'GET', path: '/a', host: 'web' }, complete: true },
    ...inbound,
  });
}

const denyA = authorizationPolicy('foo/deny', {
  action: 'DENY',
  rules: [{ from: [], to: [{ paths: ['/a'] }], when: [] }],
});
const allowB = authorizationPolicy('foo/allow', {
  rules: [
    {
      from: [{ principals: [alice] }],
      to: [{ paths: ['/b'] }, { paths: ['/c'], methods: ['PUT'] }],
      when: [],
    },
    { from: [{ namespaces: ['bar'] }], to: [{ paths: ['/b'] }], when: [] },
  ],
});

describe('judgeAtProxy', () => {
  it('allows where no policy applies', () => {
    const verdict = judge([]);
    expect(verdict).toMatchObject({ outcome: 'allow', chain: 'HTTP', symptom: undefined });
    expect(verdict.steps.map(({ layer, because }) => [layer, because.kind])).toEqual([
      ['mutual TLS', 'tls'],
      ['request authentication', 'no token rule'],
      ['authorization', 'no policy of this action'],
    ]);
  });

  it('names the rule of a DENY policy as Envoy does, and tells what would have denied too', () => {
    const verdict = judge([denyA, allowB]);
    const id = 'ns[foo]-policy[deny]-rule[0]';
    expect(verdict).toMatchObject({
      outcome: 'deny',
      symptom: {
        kind: 'http',
        status: 403,
        body: 'RBAC: access denied',
        details: `rbac_access_denied_matched_policy[${id}]`,
      },
      decidedBy: { filter: 'DENY', because: { kind: 'matched rule', rule: { id } } },
    });
    expect(verdict.steps.at(-1)).toMatchObject({ filter: 'ALLOW', outcome: 'deny', afterDecision: true });
  });

  it('gives the rules that came closest where nothing matched', () => {
    const { decidedBy } = judge([allowB]);
    expect(decidedBy.because).toMatchObject({
      kind: 'isolated, nothing matched',
      nearMisses: [
        {
          id: 'ns[foo]-policy[allow]-rule[0]',
          failed: [
            {
              path: ['spec', 'rules', 0, 'to', 0, 'operation', 'paths'],
              wanted: '/b',
              got: '/a',
            },
          ],
        },
        { id: 'ns[foo]-policy[allow]-rule[1]', failed: [{ got: alice }, { got: '/a' }] },
      ],
    });
  });

  it('tells that a rule does not exist on a TCP chain', () => {
    const verdict = judge([allowB], { portProtocol: 'tcp', request: { complete: true } });
    expect(verdict).toMatchObject({ outcome: 'deny', chain: 'TCP', symptom: { kind: 'connection reset' } });
    expect(verdict.decidedBy.because).toMatchObject({
      nearMisses: [{ failed: [{ wanted: 'an HTTP request', got: 'a TCP connection' }] }, {}],
    });
  });

  it('refuses before any filter: plaintext to STRICT, foreign trust domains', () => {
    const strict = [peerAuthentication('foo/pa', 'STRICT'), denyA];
    const plain = judge(strict, { transport: { kind: 'plaintext' } });
    expect(plain).toMatchObject({
      chain: undefined,
      symptom: { kind: 'connection reset' },
      decidedBy: { because: { why: 'plaintext to STRICT', mode: 'STRICT' } },
    });
    expect(plain.steps).toHaveLength(1);
    const foreign = { transport: { kind: 'mutual TLS', identity: 'cluster.local.evil/ns/a/sa/b' } } as const;
    expect(judge([], foreign).decidedBy.because).toMatchObject({ why: 'foreign trust domain' });
    expect(judge([], foreign, { validatePeerTrustDomain: false }).outcome).toBe('allow');
  });

  it('follows the port in a mode of its own, be it declared or not', () => {
    const target = { namespace: 'foo', labels: { app: 'x' }, waypoint: false, services: [] };
    const options = { selector: { app: 'x' }, ports: { 8080: 'DISABLE' } } as const;
    const policies = [peerAuthentication('foo/pa', 'STRICT', options)];
    const plain = { target, transport: { kind: 'plaintext' } } as const;
    expect(judge(policies, plain).outcome).toBe('allow');
    expect(judge(policies, { ...plain, portProtocol: 'undeclared' }).outcome).toBe('allow');
    expect(judge(policies, { ...plain, portProtocol: 'undeclared', destinationPort: 1 }).outcome).toBe(
      'deny',
    );
    expect(judge(policies, { target }).decidedBy.because).toMatchObject({
      why: 'client TLS to a plaintext port',
    });
    expect(
      judge(policies, { ...plain, at: { kind: 'gateway', pod: 'foo/gw' }, destinationPort: 1 }).outcome,
    ).toBe('allow');
  });

  it('answers 400 to what is no HTTP request', () => {
    const bytes = judge([allowB], { request: { complete: true } });
    expect(bytes).toMatchObject({ symptom: { status: 400, details: 'http1.codec_error' } });
    expect(bytes.decidedBy.because.kind).toBe('bad request');
  });

  it('takes a request line that does not parse for bytes, where it has to find out', () => {
    const request = { complete: true, http: { method: 'GET', path: 'no-slash', host: 'h' } };
    expect(judge([], { request }).chain).toBe('HTTP');
    expect(judge([], { request, portProtocol: 'sniffed' })).toMatchObject({ chain: 'TCP', outcome: 'allow' });
    expect(judge([allowB], { request, portProtocol: 'undeclared' }).chain).toBe('TCP');
  });

  it('asks the authorizer before it looks at tokens', () => {
    const custom = authorizationPolicy('foo/c', {
      action: 'CUSTOM',
      provider: 'ext',
      rules: [{ from: [], to: [], when: [] }],
    });
    const tokens = requestAuthentication('foo/jwt', { jwtRules: [jwtRule({ issuer: 'one' })] });
    const request: Inbound['request'] = {
      http: { method: 'GET', path: '/a', host: 'web' },
      jwt: { claims: { iss: 'one' }, invalid: 'expired' },
      complete: true,
    };
    const policies = [custom, tokens];
    const asked = (answer: 'allow' | 'deny') =>
      judge(policies, { request }, { authorizers: [{ ...ext, answer }] });
    expect(asked('deny').symptom).toMatchObject({ status: 403, details: 'ext_authz_denied', flag: 'UAEX' });
    expect(asked('allow').symptom).toEqual({
      kind: 'http',
      status: 401,
      body: 'Jwt is expired',
      details: 'jwt_authn_access_denied{Jwt_is_expired}',
    });
    expect(judge([custom], {}, { authorizers: [ext] })).toMatchObject({
      outcome: 'unknown',
      missing: [{ kind: 'authorizer answer', provider: 'ext' }],
    });
    const onTcp = { portProtocol: 'tcp', request: { complete: true } } as const;
    expect(judge([custom], onTcp, { authorizers: [{ ...ext, answer: 'deny' }] }).outcome).toBe('allow');
    const grpc = { ...ext, protocol: 'grpc', answer: 'deny' } as const;
    expect(judge([custom], onTcp, { authorizers: [grpc] }).symptom).toEqual({ kind: 'connection reset' });
  });

  it('denies where nobody can be asked', () => {
    const custom = (name: string, provider: string) =>
      authorizationPolicy(`foo/${name}`, {
        action: 'CUSTOM',
        provider,
        rules: [{ from: [], to: [{ paths: ['/a'] }], when: [] }],
      });
    const id = 'istio-ext-authz-none-ns[foo]-policy[c]-rule[0]-deny-due-to-bad-CUSTOM-action';
    expect(judge([custom('c', 'none')]).decidedBy).toMatchObject({
      filter: 'DENY',
      because: { kind: 'bad authorizer', rule: { id } },
    });
    const two = [custom('c', 'ext-2'), custom('d', 'ext')];
    expect(judge(two).decidedBy.because).toMatchObject({
      rule: { id: expect.stringMatching(/^istio-ext-authz-ext-ns.foo.-policy.d/) },
    });
    const authorizers = [
      { ...ext, answer: 'allow' },
      { ...ext, name: 'ext-2', answer: 'allow' },
    ] as const;
    expect(judge(two, {}, { authorizers }).outcome).toBe('deny');
    expect(judge(two, {}, { authorizers, multipleAuthorizers: true }).outcome).toBe('allow');
  });

  it('keeps dry-run policies in the shadow', () => {
    const dry = { 'istio.io/dry-run': 'true' };
    const rules = [{ from: [], to: [{ paths: ['/a'] }], when: [] }];
    const verdict = judge([
      authorizationPolicy('foo/d', { action: 'DENY', rules }, dry),
      authorizationPolicy('foo/a', { rules: [] }, dry),
    ]);
    expect(verdict.outcome).toBe('allow');
    expect(verdict.steps.map(({ filter, shadow }) => [filter, shadow?.result, shadow?.rule?.id])).toEqual([
      [undefined, undefined, undefined],
      [undefined, undefined, undefined],
      ['DENY', 'denied', 'ns[foo]-policy[d]-rule[0]'],
      ['ALLOW', 'denied', undefined],
    ]);
  });

  it('denies for certain behind something that is not known, without naming the rule', () => {
    const open = { http: { method: 'GET', host: 'web' }, complete: false };
    const never = authorizationPolicy('foo/never', {});
    const verdict = judge([denyA, never], { request: open });
    expect(verdict).toMatchObject({ outcome: 'deny', decidedBy: { filter: 'ALLOW' } });
    expect(verdict.symptom).toEqual({ kind: 'http', status: 403, body: 'RBAC: access denied' });
    const unsure = judge([denyA], { request: open });
    expect(unsure).toMatchObject({
      outcome: 'unknown',
      missing: [{ kind: 'request', field: 'path', patterns: [{ form: 'exact', text: '/a' }] }],
    });
  });

  it('takes what is not said on an HTTP port for an open HTTP request', () => {
    expect(judge([denyA], { request: { complete: false } }).outcome).toBe('unknown');
  });

  it('shows rules the headers in which tokens are sent', () => {
    const when = [{ key: 'request.headers[authorization]', values: ['Bearer *'] }];
    const policy = authorizationPolicy('foo/p', { rules: [{ from: [], to: [], when }] });
    const request: Inbound['request'] = {
      http: { method: 'GET', path: '/a', host: 'web' },
      jwt: { claims: { iss: 'one' } },
      complete: true,
    };
    expect(judge([policy], { request }).outcome).toBe('allow');
    const consumed = requestAuthentication('foo/jwt', { jwtRules: [jwtRule({ issuer: 'one' })] });
    expect(judge([policy, consumed], { request }).outcome).toBe('deny');
  });
});

describe('judgeAtProxy, of a token in an open request', () => {
  const tokens = requestAuthentication('foo/jwt', {
    jwtRules: [jwtRule({ issuer: 'one', audiences: ['web'] })],
  });
  const groups = authorizationPolicy('foo/groups', {
    rules: [{ from: [], to: [], when: [{ key: 'request.auth.claims[groups]', values: ['admin'] }] }],
  });
  const open = (jwt: Inbound['request']['jwt'] & object, method = 'GET') =>
    judge([tokens, groups], {
      request: { http: { method, path: '/a', host: 'web' }, jwt, complete: false },
    });
  const said = { iss: 'one', aud: 'web', sub: 'x' };

  it('does not know a claim that is not named', () => {
    const patterns = [{ form: 'exact', text: 'admin' }];
    expect(open({ claims: said })).toMatchObject({
      outcome: 'unknown',
      missing: [{ kind: 'request', field: 'claim groups', patterns }],
    });
    expect(open({ claims: { ...said, groups: ['admin'] } })).toMatchObject({ outcome: 'allow' });
    expect(open({ claims: { ...said, groups: 'guest' } })).toMatchObject({ outcome: 'deny' });
  });

  it('tells of a certain refusal for an uncertain reason what is certain', () => {
    const late = open({ invalid: 'expired' });
    expect(late.outcome).toBe('deny');
    expect(late.symptom).toEqual({ kind: 'http', status: 401 });
    expect(late.decidedBy.because).toMatchObject({
      text: 'Jwt is expired, or Jwt issuer is not configured',
    });
    const forged = open({ claims: { iss: 'one' }, invalid: 'bad-signature' });
    expect(forged.outcome).toBe('deny');
    expect(forged.symptom).toBeUndefined();
  });
});
