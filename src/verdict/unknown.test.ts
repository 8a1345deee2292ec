import { describe, expect, it } from 'vitest';
import {
  ask,
  clusterOf,
  made,
  missing,
  namespace,
  openPorts,
  pod,
  service,
} from '../../test/support/text-cluster.ts';

const ingressFrom = (...peers: readonly object[]): string =>
  made('NetworkPolicy', 'b/in', { podSelector: {}, ingress: [{ from: peers }] });
const ends = [pod('a/c', { ip: '10.0.0.1' }), pod('b/s', { ip: '10.0.0.2' })];

it('an address that is not known may lie behind more than a thousand that are taken', () => {
  const taken = Array.from({ length: 1100 }, (_, i) => pod(`b/p${i}`, { ip: `10.0.${i >> 8}.${i & 255}` }));
  const narrow = ingressFrom({ ipBlock: { cidr: '10.0.0.0/16' } });
  const verdict = ask(clusterOf([namespace('a'), pod('a/c'), ...taken, narrow]), 'a/c', 'b/p0', 80);
  expect(verdict.outcome).toBe('unknown');
});

describe('labels of a namespace without an object', () => {
  const team = (value: string) => ingressFrom({ namespaceSelector: { matchLabels: { team: value } } });

  it('are not known, but for its name', () => {
    const verdict = ask(clusterOf([...ends, team('x')]), 'a/c', 'b/s', 80);
    expect(verdict.outcome).toBe('unknown');
    expect(missing(verdict)).toEqual(['label team of a']);
    const byName = ingressFrom({
      namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'a' } },
    });
    expect(ask(clusterOf([...ends, byName]), 'a/c', 'b/s', 80).outcome).toBe('allow');
  });

  it('do not matter where every value comes to the same', () => {
    const present = { key: 'team', operator: 'Exists' };
    const absent = { key: 'team', operator: 'DoesNotExist' };
    const both = ingressFrom(
      { namespaceSelector: { matchExpressions: [present] } },
      { namespaceSelector: { matchExpressions: [absent] } },
    );
    const verdict = ask(clusterOf([...ends, both]), 'a/c', 'b/s', 80);
    expect(verdict).toMatchObject({
      outcome: 'allow',
      missing: [],
      assumed: [
        'nothing turns on the label team of namespace a, which is not known; the steps show one case',
      ],
    });
  });

  it('are known where the caller vouches for them', () => {
    const assumptions = (value: string | undefined) => [
      { kind: 'Namespace', namespace: '', name: 'a', key: 'team', value },
    ];
    expect(
      ask(clusterOf([...ends, team('x')], { assumptions: assumptions('x') }), 'a/c', 'b/s', 80).outcome,
    ).toBe('allow');
    expect(
      ask(clusterOf([...ends, team('x')], { assumptions: assumptions(undefined) }), 'a/c', 'b/s', 80).outcome,
    ).toBe('deny');
  });

  it('may hold the very word that stands for all others', () => {
    // Values that begin and end with whatever a made-up word may begin and end with.
    const words = [...'abcdefghijklmnopqrstuvwxyz'].map((sign) => `${sign}other${sign}`);
    const notOne = ingressFrom({
      namespaceSelector: { matchExpressions: [{ key: 'team', operator: 'In', values: words }] },
    });
    expect(ask(clusterOf([...ends, notOne]), 'a/c', 'b/s', 80).outcome).toBe('unknown');
  });

  it('leave no denial certain where they may put an end into the mesh', () => {
    // A sign of ambient elsewhere; the port of tunnels alone is open.
    const cluster = clusterOf([
      ...ends,
      namespace('other', { 'istio.io/dataplane-mode': 'ambient' }),
      openPorts('b/s', 'Ingress', 15008),
    ]);
    const verdict = ask(cluster, 'a/c', 'b/s', 8080);
    expect(verdict.outcome).toBe('unknown');
    expect(missing(verdict)).toEqual([
      'label istio.io/dataplane-mode of a',
      'label istio.io/dataplane-mode of b',
    ]);
  });

  it('name any revision that is installed', () => {
    const cluster = clusterOf(
      [...ends, service('b/s', 80, 8080), made('AuthorizationPolicy', 'b/nothing', {})],
      { mesh: { revisions: ['1-29'] } },
    );
    expect(ask(cluster, 'a/c', 'svc:b/s', 80).outcome).toBe('unknown');
  });
});

describe('addresses of pods', () => {
  const block = (...cidrs: readonly string[]) => ingressFrom(...cidrs.map((cidr) => ({ ipBlock: { cidr } })));
  const lost = [pod('a/c'), pod('b/s', { ip: '10.0.0.2' })];
  const inside = { podCIDRs: ['10.0.0.0/16'] };

  it.each([
    ['all of podCIDRs', ['10.0.0.0/8'], 'allow'],
    ['none of it', ['192.168.0.0/16'], 'deny'],
    ['half of it', ['10.0.0.0/17'], 'unknown'],
    ['both halves', ['10.0.0.0/17', '10.0.128.0/17'], 'allow'],
  ])('lie somewhere in podCIDRs: a rule for %s', (_, cidrs, outcome) => {
    const verdict = ask(clusterOf([...lost, block(...cidrs)], inside), 'a/c', 'b/s', 80);
    expect(verdict.outcome).toBe(outcome);
    if (outcome === 'unknown') expect(missing(verdict)).toEqual(['pod address of a/c']);
    else
      expect(verdict.assumed).toEqual([
        'the address of pod a/c is somewhere in 10.0.0.0/16; the steps show one of them',
      ]);
  });

  it('are nobody else’s', () => {
    expect(ask(clusterOf([...lost, block('10.0.0.2/32')], inside), 'a/c', 'b/s', 80).outcome).toBe('deny');
    expect(ask(clusterOf([...lost, block('10.0.0.3/32')], inside), 'a/c', 'b/s', 80).outcome).toBe('unknown');
  });

  it('have the family of the other end', () => {
    const cidrs = { podCIDRs: ['10.0.0.0/16', 'fd00::/64'] };
    expect(ask(clusterOf([...lost, block('0.0.0.0/0')], cidrs), 'a/c', 'b/s', 80).outcome).toBe('allow');
    expect(ask(clusterOf([...lost, block('::/0')], cidrs), 'a/c', 'b/s', 80).outcome).toBe('deny');
    const both = clusterOf([pod('a/c'), pod('b/s'), block('0.0.0.0/0')], cidrs);
    expect(ask(both, 'a/c', 'b/s', 80).outcome).toBe('unknown');
  });

  it('matter not where labels decide', () => {
    const cluster = clusterOf([pod('a/c'), pod('b/s'), ingressFrom({ namespaceSelector: {} })]);
    expect(ask(cluster, 'a/c', 'b/s', 80)).toMatchObject({ outcome: 'allow', assumed: [] });
  });
});

describe('what a request does not say', () => {
  const world = [
    namespace('b', { 'istio-injection': 'enabled' }),
    namespace('a'),
    ...ends,
    service('b/s', 80, 8080),
  ];
  const rules = (...specs: readonly object[]): readonly string[] =>
    specs.map((spec, i) => made('AuthorizationPolicy', `b/p${i}`, spec));
  const open = (policies: readonly string[], http: object = {}) =>
    ask(clusterOf([...world, ...policies]), 'a/c', 'svc:b/s', 80, { http, complete: false });
  const aliases: Readonly<Record<string, string>> = { 'header :path': 'path', 'header :authority': 'host' };
  const to = (operation: object) => ({ to: [{ operation }] });

  it.each<[string, readonly object[], string, readonly string[]]>([
    ['a path', [{ rules: [to({ paths: ['/a'] })] }], 'unknown', ['path']],
    ['every path', [{ rules: [to({ paths: ['/a'] }), to({ notPaths: ['/a'] })] }], 'allow', []],
    ['every path, by prefix', [{ rules: [to({ paths: ['/*'] })] }], 'allow', []],
    ['a prefix that a made-up path may have', [{ rules: [to({ notPaths: ['/o*'] })] }], 'unknown', ['path']],
    ['a template', [{ rules: [to({ paths: ['/a/{*}'] })] }], 'unknown', ['path']],
    [
      'a host, in either case',
      [{ rules: [to({ hosts: ['Shop'] }), to({ notHosts: ['sHOP'] })] }],
      'allow',
      [],
    ],
    ['a method', [{ rules: [to({ methods: ['GET'] })] }], 'unknown', ['method']],
    [
      'a method, DENY and ALLOW',
      [{ action: 'DENY', rules: [to({ methods: ['GET'] })] }, { rules: [to({ methods: ['GET'] })] }],
      'deny',
      [],
    ],
    [
      'a header',
      [{ rules: [{ when: [{ key: 'request.headers[x]', values: ['1'] }] }] }],
      'unknown',
      ['header x'],
    ],
    [
      'a header and its absence',
      [
        {
          rules: [
            { when: [{ key: 'request.headers[x]', values: ['*'] }] },
            { when: [{ key: 'request.headers[x]', notValues: ['*'] }] },
          ],
        },
      ],
      'allow',
      [],
    ],
    [
      'a header with one value and not another, sent twice',
      [
        {
          action: 'DENY',
          rules: [
            {
              when: [
                { key: 'request.headers[x]', values: ['1'] },
                { key: 'request.headers[x]', values: ['2'] },
              ],
            },
          ],
        },
      ],
      'unknown',
      ['header x'],
    ],
    [
      'the path as a header',
      [{ rules: [{ when: [{ key: 'request.headers[:path]', values: ['/a*'] }] }] }],
      'unknown',
      ['path'],
    ],
    [
      'the host as a header, which minds the case that the host does not',
      [
        { action: 'DENY', rules: [{ when: [{ key: 'request.headers[:authority]', values: ['x'] }] }] },
        { rules: [to({ hosts: ['x'] })] },
      ],
      'unknown',
      ['host'],
    ],
    [
      'the host as a header, which decides with the host',
      [
        { action: 'DENY', rules: [to({ hosts: ['x'] })] },
        { rules: [{ when: [{ key: 'request.headers[:authority]', values: ['x'] }] }] },
      ],
      'deny',
      [],
    ],
    [
      'an address it comes by',
      [{ rules: [{ from: [{ source: { remoteIpBlocks: ['10.0.0.0/8'] } }] }] }],
      'unknown',
      ['remote address'],
    ],
    ['a claim', [{ rules: [{ when: [{ key: 'request.auth.claims[x]', values: ['1'] }] }] }], 'deny', []],
  ])('%s: %s', (_, specs, outcome, names) => {
    const verdict = open(rules(...specs));
    expect(verdict.outcome).toBe(outcome);
    expect(missing(verdict).map((name) => aliases[name] ?? name)).toEqual(names);
  });

  it('is absent in a closed world', () => {
    const header = rules({ rules: [{ when: [{ key: 'request.headers[x]', notValues: ['1'] }] }] });
    const closed = { http: { method: 'GET', path: '/', host: 's' }, complete: true };
    expect(ask(clusterOf([...world, ...header]), 'a/c', 'svc:b/s', 80, closed).outcome).toBe('allow');
  });

  it('tells the answer that the caller sees only where all ways have the same', () => {
    const both = rules({ action: 'DENY', rules: [to({ methods: ['GET'] }), to({ notMethods: ['GET'] })] });
    const verdict = open(both);
    expect(verdict.outcome).toBe('deny');
    expect(verdict.symptom).toBeUndefined();
  });
});
