import { describe, expect, it } from 'vitest';
import {
  arrival,
  ask,
  clusterOf,
  made,
  missing,
  namespace,
  pod,
  service,
  told,
} from '../../test/support/text-cluster.ts';

const meshed = { 'istio-injection': 'enabled' };
const world = [
  namespace('side', meshed),
  namespace('plain'),
  pod('side/c', { ip: '10.0.1.1' }),
  pod('side/s', { ip: '10.0.1.2' }),
  service('side/s', 80, 8080, { clusterIP: '10.96.0.1' }),
  pod('plain/c', { ip: '10.0.2.1' }),
  pod('plain/s', { ip: '10.0.2.2' }),
  service('plain/s', 80, 8080),
];
const server = 'sidecar of side/s';
const identity = 'cluster.local/ns/side/sa/default';
const http = { http: { method: 'GET', path: '/', host: 's' } };

const mode = (at: string, word: string, spec: object = {}): string =>
  made('PeerAuthentication', at, { mtls: { mode: word }, ...spec });
const clientRule = (at: string, host: string, word: string): string =>
  made('DestinationRule', at, { host, trafficPolicy: { tls: { mode: word } } });
const byIdentity = made('AuthorizationPolicy', 'side/who', {
  rules: [{ from: [{ source: { principals: [identity] } }] }],
});

describe('does the identity survive?', () => {
  it.each<[string, readonly string[], string, string, string | undefined]>([
    ['automatic mutual TLS', [], 'side/c', 'mutual TLS', identity],
    ['STRICT', [mode('side/default', 'STRICT')], 'side/c', 'mutual TLS', identity],
    ['DISABLE at the server', [mode('side/default', 'DISABLE')], 'side/c', 'plaintext', undefined],
    [
      'DISABLE in the namespace of the server, which has a mode of its own',
      [
        mode('side/default', 'DISABLE'),
        mode('side/own', 'PERMISSIVE', { selector: { matchLabels: { app: 's' } } }),
      ],
      'side/c',
      'plaintext',
      undefined,
    ],
    [
      'DISABLE by the client, in the second of two rules for one host',
      [made('DestinationRule', 'side/a', { host: 's' }), clientRule('side/d', 's', 'DISABLE')],
      'side/c',
      'plaintext',
      undefined,
    ],
    [
      'DISABLE by the client, in a younger rule for this workload',
      [
        clientRule('side/a', 's', 'ISTIO_MUTUAL'),
        made('DestinationRule', 'side/d', {
          host: 's',
          workloadSelector: { matchLabels: { app: 'c' } },
          trafficPolicy: { tls: { mode: 'DISABLE' } },
        }),
      ],
      'side/c',
      'plaintext',
      undefined,
    ],
    ['DISABLE by the client', [clientRule('side/d', 's', 'DISABLE')], 'side/c', 'plaintext', undefined],
    [
      'DISABLE for other clients of the namespace',
      [
        made('DestinationRule', 'side/d', {
          host: 's',
          workloadSelector: { matchLabels: { app: 'other' } },
          trafficPolicy: { tls: { mode: 'DISABLE' } },
        }),
      ],
      'side/c',
      'mutual TLS',
      identity,
    ],
    ['a rule for another host', [clientRule('side/d', 'other', 'DISABLE')], 'side/c', 'mutual TLS', identity],
    ['a client without a proxy', [], 'plain/c', 'plaintext', undefined],
  ])('%s', (_, policies, from, transport, who) => {
    const verdict = ask(clusterOf([...world, ...policies]), from, 'svc:side/s', 80);
    expect(verdict.outcome).toBe('allow');
    expect(arrival(verdict, server)).toEqual({ transport, identity: who });
    const asked = ask(clusterOf([...world, ...policies, byIdentity]), from, 'svc:side/s', 80);
    expect(asked.outcome).toBe(who === undefined ? 'deny' : 'allow');
  });

  it('is lost on the way to a bare address, which a sidecar passes on as it is', () => {
    expect(arrival(ask(clusterOf(world), 'side/c', '10.0.1.2', 8080), server)?.transport).toBe('plaintext');
    expect(arrival(ask(clusterOf(world), 'side/c', 'side/s', 8080), server)?.transport).toBe('mutual TLS');
  });

  it('is what the request says, where it says one', () => {
    const given = { principal: 'cluster.local/ns/side/sa/other' };
    const verdict = ask(clusterOf([...world, byIdentity]), 'plain/c', 'svc:side/s', 80, given);
    expect(arrival(verdict, server)).toEqual({ transport: 'mutual TLS', identity: given.principal });
    expect(verdict.outcome).toBe('deny');
    expect(
      ask(clusterOf([...world, byIdentity]), 'side/c', 'svc:side/s', 80, { principal: null }).outcome,
    ).toBe('deny');
  });

  it('of another trust domain fails the handshake', () => {
    const foreign = { principal: 'evil.example/ns/side/sa/default' };
    expect(told(ask(clusterOf(world), 'plain/c', 'svc:side/s', 80, foreign))).toBe(
      `deny: mutual TLS at ${server}`,
    );
  });
});

describe('what the sidecar of the sender makes of a request', () => {
  const denies = (key: string, values: readonly string[]): string =>
    made('AuthorizationPolicy', 'side/no', { action: 'DENY', rules: [{ when: [{ key, values }] }] });
  const outcome = (policy: string, from: string, headers: object = {}, principal?: string): string => {
    const words = { http: { ...http.http, headers: { ...headers } }, ...(principal && { principal }) };
    return ask(clusterOf([...world, policy]), from, 'svc:side/s', 80, words).outcome;
  };

  it.each([
    ['request.headers[:scheme]', ['http'], 'deny'],
    ['request.headers[:scheme]', ['https'], 'allow'],
    ['request.headers[x-forwarded-proto]', ['http'], 'deny'],
    ['request.headers[x-forwarded-proto]', ['https'], 'allow'],
  ])('it came to it as plain HTTP: %s %j', (key, values, expected) => {
    expect(outcome(denies(key, values), 'side/c')).toBe(expected);
  });

  it('of a client that speaks mutual TLS itself, nobody says so', () => {
    expect(outcome(denies('request.headers[:scheme]', ['https']), 'plain/c', {}, identity)).toBe('deny');
  });

  it('what the application says of the scheme stands, what it says of certificates does not', () => {
    const secure = denies('request.headers[:scheme]', ['https']);
    expect(outcome(secure, 'side/c', { 'X-Forwarded-Proto': 'https' })).toBe('deny');
    const forged = denies('request.headers[x-forwarded-client-cert]', ['URI=spiffe://forged,*']);
    const header = { 'X-Forwarded-Client-Cert': 'URI=spiffe://forged' };
    expect(outcome(forged, 'side/c', header)).toBe('allow');
    expect(outcome(forged, 'plain/c', header, identity)).toBe('deny');
  });
});

describe('does plaintext get in?', () => {
  it.each<[string, readonly string[], 'allow' | 'deny']>([
    ['PERMISSIVE', [], 'allow'],
    ['STRICT in the namespace', [mode('side/default', 'STRICT')], 'deny'],
    ['STRICT in the mesh', [mode('istio-system/default', 'STRICT')], 'deny'],
    [
      'PERMISSIVE below a STRICT mesh',
      [mode('istio-system/default', 'STRICT'), mode('side/default', 'PERMISSIVE')],
      'allow',
    ],
    [
      'STRICT, but not on this port',
      [
        mode('side/default', 'STRICT', {
          selector: { matchLabels: { app: 's' } },
          portLevelMtls: { 8080: { mode: 'PERMISSIVE' } },
        }),
      ],
      'allow',
    ],
    [
      'a port by the number that the Service has is another',
      [
        mode('side/default', 'STRICT', {
          selector: { matchLabels: { app: 's' } },
          portLevelMtls: { 80: { mode: 'PERMISSIVE' } },
        }),
      ],
      'deny',
    ],
  ])('%s: %s', (_, policies, outcome) => {
    const verdict = ask(clusterOf([...world, ...policies]), 'plain/c', 'svc:side/s', 80);
    expect(verdict.outcome).toBe(outcome);
    if (outcome === 'deny')
      expect(verdict.decidedBy).toMatchObject({
        layer: 'mutual TLS',
        because: { why: 'plaintext to STRICT' },
      });
  });

  it('TLS to a server without a proxy fails', () => {
    const rule = clientRule('side/d', 's.plain.svc.cluster.local', 'ISTIO_MUTUAL');
    expect(ask(clusterOf(world), 'side/c', 'svc:plain/s', 80).outcome).toBe('allow');
    expect(ask(clusterOf([...world, rule]), 'side/c', 'svc:plain/s', 80).decidedBy.because).toMatchObject({
      why: 'client TLS to a plaintext port',
    });
  });
});

describe('ports and addresses that sidecars leave alone', () => {
  const excluded = (key: string, value: string, at: 'c' | 's'): string =>
    pod(`side/${at}`, {
      ip: `10.0.1.${at === 'c' ? 1 : 2}`,
      annotations: { [`traffic.sidecar.istio.io/${key}`]: value },
    });
  const denyAll = made('AuthorizationPolicy', 'side/nothing', {});

  it('lets plaintext to an excluded port past every policy', () => {
    const cluster = clusterOf([...world, excluded('excludeInboundPorts', '8080', 's'), denyAll]);
    const verdict = ask(cluster, 'plain/c', 'svc:side/s', 80);
    expect(verdict.outcome).toBe('allow');
    expect(verdict.steps.at(-1)).toMatchObject({
      outcome: 'not applicable',
      because: { kind: 'not in mesh' },
    });
  });

  it('lets automatic mutual TLS run into an excluded port', () => {
    const cluster = clusterOf([...world, excluded('excludeInboundPorts', '8080', 's')]);
    expect(ask(cluster, 'side/c', 'svc:side/s', 80).decidedBy.because).toMatchObject({
      why: 'client TLS to a plaintext port',
    });
  });

  it('takes what a pod sends itself by way of its Service, also to an excluded port', () => {
    const cluster = clusterOf([...world, excluded('excludeInboundPorts', '8080', 's')]);
    expect(ask(cluster, 'side/s', 'svc:side/s', 80).outcome).toBe('allow');
    const denying = clusterOf([...world, excluded('excludeInboundPorts', '8080', 's'), denyAll]);
    expect(ask(denying, 'side/s', 'svc:side/s', 80).decidedBy.layer).toBe('authorization');
  });

  it.each([
    ['excludeOutboundPorts', '80', 'plaintext'],
    ['excludeOutboundPorts', '8080', 'mutual TLS'],
    // The redirect sees the Service's own address, not the pod's.
    ['excludeOutboundIPRanges', '10.0.0.0/16', 'mutual TLS'],
    ['excludeOutboundIPRanges', '10.96.0.0/12', 'plaintext'],
    ['includeOutboundIPRanges', '10.96.0.0/12', 'mutual TLS'],
    ['includeOutboundIPRanges', '10.0.0.0/16', 'plaintext'],
    ['includeOutboundIPRanges', '', 'plaintext'],
  ])('%s: %j sends %s', (key, value, transport) => {
    const verdict = ask(clusterOf([...world, excluded(key, value, 'c')]), 'side/c', 'svc:side/s', 80);
    expect(arrival(verdict, server)?.transport).toBe(transport);
  });
});

describe('a sidecar that is told to take a port and to leave out a range', () => {
  it('leaves out the range', () => {
    const key = (name: string): string => `traffic.sidecar.istio.io/${name}`;
    const annotations = {
      [key('includeOutboundPorts')]: '80',
      [key('excludeOutboundIPRanges')]: '10.96.0.0/12',
    };
    const cluster = clusterOf([...world, pod('side/c', { ip: '10.0.0.9', annotations })]);
    const verdict = ask(cluster, 'side/c', 'svc:side/s', 80);
    expect(arrival(verdict, server)?.transport).toBe('plaintext');
  });
});

describe('the filters of a sidecar, in their order', () => {
  const rule = (name: string, action: string, path: string, more: object = {}): string =>
    made('AuthorizationPolicy', `side/${name}`, {
      action,
      rules: [{ to: [{ operation: { paths: [path] } }] }],
      ...more,
    });
  const get = (path: string, more: object = {}) => ({ http: { method: 'GET', path, host: 's' }, ...more });
  const custom = rule('custom', 'CUSTOM', '/*', { provider: { name: 'opa' } });
  const authorizer = (answer?: 'allow' | 'deny') => ({
    mesh: {
      authorizers: [{ name: 'opa', protocol: 'grpc' as const, usable: true, ...(answer && { answer }) }],
    },
  });

  it('DENY comes before ALLOW', () => {
    const cluster = clusterOf([...world, rule('no', 'DENY', '/admin*'), rule('yes', 'ALLOW', '/*')]);
    expect(ask(cluster, 'side/c', 'svc:side/s', 80, get('/')).outcome).toBe('allow');
    const denied = ask(cluster, 'side/c', 'svc:side/s', 80, get('/admin'));
    expect(denied).toMatchObject({ outcome: 'deny', symptom: { status: 403, body: 'RBAC: access denied' } });
    expect(denied.decidedBy).toMatchObject({
      filter: 'DENY',
      because: { rule: { id: 'ns[side]-policy[no]-rule[0]' } },
    });
  });

  it('AUDIT stops nothing', () => {
    const cluster = clusterOf([...world, rule('look', 'AUDIT', '/*')]);
    expect(ask(cluster, 'side/c', 'svc:side/s', 80, get('/')).outcome).toBe('allow');
  });

  it('a policy in dry run stops nothing and tells what it would do', () => {
    const dry = JSON.parse(rule('no', 'DENY', '/*')) as { metadata: object };
    const text = JSON.stringify({
      ...dry,
      metadata: { ...dry.metadata, annotations: { 'istio.io/dry-run': 'true' } },
    });
    const verdict = ask(clusterOf([...world, text]), 'side/c', 'svc:side/s', 80, get('/'));
    expect(verdict.outcome).toBe('allow');
    expect(verdict.steps.map((step) => step.shadow?.result)).toContain('denied');
  });

  it.each([
    [undefined, 'unknown'],
    ['allow' as const, 'allow'],
    ['deny' as const, 'deny'],
  ])('CUSTOM, where the authorizer answers %s: %s', (answer, outcome) => {
    const verdict = ask(
      clusterOf([...world, custom], authorizer(answer)),
      'side/c',
      'svc:side/s',
      80,
      get('/'),
    );
    expect(verdict.outcome).toBe(outcome);
    expect(missing(verdict)).toEqual(answer === undefined ? ['answer of opa'] : []);
  });

  it('whatever an authorizer answers, a DENY behind it stands', () => {
    const cluster = clusterOf([...world, custom, rule('no', 'DENY', '/*')], authorizer());
    expect(ask(cluster, 'side/c', 'svc:side/s', 80, get('/')).outcome).toBe('deny');
  });

  const jwt = made('RequestAuthentication', 'side/jwt', {
    jwtRules: [{ issuer: 'me', jwks: '{"keys":[]}' }],
  });
  const needsToken = made('AuthorizationPolicy', 'side/token', {
    rules: [{ from: [{ source: { requestPrincipals: ['me/*'] } }] }],
  });

  it.each<[string, object, string]>([
    ['none', { jwt: 'none' }, 'deny'],
    ['a good one', { jwt: { claims: { iss: 'me', sub: 'you' } } }, 'allow'],
    ['one that has run out', { jwt: { claims: { iss: 'me', sub: 'you' }, invalid: 'expired' } }, 'deny'],
    ['not said', { complete: false }, 'unknown'],
  ])('a token, %s', (_, more, outcome) => {
    const cluster = clusterOf([...world, jwt, needsToken]);
    expect(ask(cluster, 'side/c', 'svc:side/s', 80, get('/', more)).outcome).toBe(outcome);
  });

  it('a token that has run out is refused before any policy', () => {
    const bad = { jwt: { claims: { iss: 'me', sub: 'you' }, invalid: 'expired' as const } };
    expect(ask(clusterOf([...world, jwt]), 'side/c', 'svc:side/s', 80, get('/', bad))).toMatchObject({
      outcome: 'deny',
      symptom: { status: 401 },
      decidedBy: { layer: 'request authentication' },
    });
  });

  it('an HTTP-only DENY rule on bytes that are not HTTP', () => {
    const cluster = clusterOf([...world, rule('no', 'DENY', '/*'), rule('yes', 'ALLOW', '/*')]);
    expect(ask(cluster, 'side/c', 'svc:side/s', 80).outcome).toBe('deny');
  });
});

it('the network decides before the proxy, which would have denied too', () => {
  const cluster = clusterOf([
    ...world,
    made('NetworkPolicy', 'side/shut', { podSelector: { matchLabels: { app: 's' } } }),
    made('AuthorizationPolicy', 'side/nothing', {}),
  ]);
  const verdict = ask(cluster, 'side/c', 'svc:side/s', 80, http);
  expect(told(verdict)).toBe('deny: ingress policy at node of side/s');
  expect(verdict.steps.filter((step) => step.afterDecision).map((step) => step.layer)).toEqual([
    'authorization',
  ]);
});

it('a sidecar names the Service in its client hello', () => {
  const bySni = made('AuthorizationPolicy', 'side/sni', {
    rules: [{ when: [{ key: 'connection.sni', values: ['outbound_.80_._.s.side.svc.cluster.local'] }] }],
  });
  expect(ask(clusterOf([...world, bySni]), 'side/c', 'svc:side/s', 80).outcome).toBe('allow');
  expect(ask(clusterOf([...world, bySni]), 'plain/c', 'svc:side/s', 80).outcome).toBe('deny');
});
