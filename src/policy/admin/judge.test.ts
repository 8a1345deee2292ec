import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  sampleAddress,
  sampleAdminPolicy,
  sampleBaseline,
  sampleNode,
  samplePod,
  samplePolicy,
} from '../../../test/support/admin-samples.ts';
import {
  type AdminPeer,
  type AdminPort,
  type AdminRule,
  type AdminTierPolicy,
  type KnownLabels,
  notSaid,
  type Packet,
  type PacketEnd,
} from '../../model/index.ts';
import { judgeAdminTier } from './index.ts';

const blue: KnownLabels = { labels: { team: 'blue' }, complete: true };
const client = samplePod('away', 'client', { app: 'client' }, { address: '10.0.1.3', namespaceLabels: blue });
const server = samplePod(
  'shop',
  'server',
  { app: 'server' },
  {
    address: '10.0.0.2',
    ports: [
      { name: 'web', containerPort: 80, protocol: 'TCP' },
      { name: 'dns', containerPort: 53, protocol: 'UDP' },
    ],
  },
);
const nodes = new Map([
  sampleNode('one', { zone: 'a' }, '172.18.0.2', 'fd00::2'),
  sampleNode('two', { zone: 'b' }, '172.18.0.3'),
]);
const anyPod: AdminPeer = { namespaces: {} };
const packet: Packet = { source: client, destination: server, port: 80, protocol: 'TCP' };

const rule = (
  action: AdminRule['action'],
  peers: readonly AdminPeer[] = [anyPod],
  ports?: AdminPort[],
): AdminRule => (ports === undefined ? { action, peers } : { action, peers, ports });
const tcp = (start: number, end = start): AdminPort => ({ kind: 'range', protocol: 'TCP', start, end });

const judge = (policies: readonly AdminTierPolicy[], asked = packet, tier: 'Admin' | 'Baseline' = 'Admin') =>
  judgeAdminTier(policies, tier, 'ingress', asked, nodes);
const ingress = (...rules: AdminRule[]) => samplePolicy('p', 'Admin', 5, { ingress: rules });

/** What one egress rule that denies `peer` does to a packet to `destination`. */
const denied = (peer: AdminPeer, destination: PacketEnd) =>
  judgeAdminTier(
    [samplePolicy('p', 'Admin', 5, { egress: [rule('Deny', [peer])] })],
    'Admin',
    'egress',
    { ...packet, destination },
    nodes,
  ).outcome;

describe('order', () => {
  it('the first rule that matches decides', () => {
    const judged = judge([ingress(rule('Deny', [anyPod], [tcp(81)]), rule('Accept'), rule('Deny'))]);
    expect(judged).toMatchObject({ outcome: 'accept', facts: [], nearMisses: [] });
    expect(judged.rule).toMatchObject({ path: ['spec', 'ingress', 1], action: 'Accept', tier: 'Admin' });
  });

  it('lower priorities come first, of both API versions', () => {
    const late = samplePolicy('a', 'Admin', 10, { ingress: [rule('Deny')] });
    const early = sampleAdminPolicy('b', 2, { ingress: [rule('Allow')] });
    expect(judge([late, early])).toMatchObject({ outcome: 'accept', rule: { action: 'Allow' } });
  });

  it('Pass ends the tier and is reported', () => {
    const judged = judge([ingress(rule('Pass'), rule('Deny'))]);
    expect(judged).toMatchObject({ outcome: 'none', passed: [{ action: 'Pass' }] });
    expect(judged.rule).toBeUndefined();
  });

  it('each tier asks its own policies, and only the baseline named default', () => {
    const policies = [
      samplePolicy('a', 'Baseline', 1, { ingress: [rule('Pass', [anyPod], [tcp(1)])] }),
      sampleBaseline('other', { ingress: [rule('Allow')] }),
      sampleBaseline('default', { ingress: [rule('Deny')] }),
    ];
    expect(judge(policies).outcome).toBe('none');
    expect(judge(policies, packet, 'Baseline')).toMatchObject({
      outcome: 'deny',
      rule: { tier: 'Baseline' },
    });
  });

  it('policies of one priority that differ are left to the plugin', () => {
    const a = samplePolicy('a', 'Admin', 5, { ingress: [rule('Accept')] });
    const b = samplePolicy('b', 'Admin', 5, { ingress: [rule('Deny')] });
    const judged = judge([b, a]);
    expect(judged.outcome).toBe('unknown');
    expect([...judged.possible].sort()).toEqual(['accept', 'deny']);
    expect(judged.facts).toMatchObject([{ kind: 'implementation', topic: 'priority tie' }]);
    const byName = judgeAdminTier([b, a], 'Admin', 'ingress', packet, nodes, { priorityTie: 'by name' });
    expect(byName.outcome).toBe('accept');
  });

  it('policies of one priority that agree, or of which one matches, are no tie', () => {
    const a = samplePolicy('a', 'Admin', 5, { ingress: [rule('Deny')] });
    const b = samplePolicy('b', 'Admin', 5, { ingress: [rule('Deny'), rule('Accept')] });
    const c = samplePolicy('c', 'Admin', 5, { ingress: [rule('Accept', [anyPod], [tcp(1)])] });
    expect(judge([a, b, c])).toMatchObject({ outcome: 'deny', facts: [] });
  });

  it('nothing orders the two kinds of baseline', () => {
    const policies = [
      sampleBaseline('default', { ingress: [rule('Deny')] }),
      samplePolicy('a', 'Baseline', 0, { ingress: [rule('Accept')] }),
    ];
    expect(judge(policies, packet, 'Baseline').outcome).toBe('unknown');
  });
});

describe('subjects', () => {
  const outcome = (subject: AdminTierPolicy['spec']['subject']) =>
    judge([samplePolicy('p', 'Admin', 5, { subject, ingress: [rule('Deny')] })]).outcome;

  it('are pods by namespace, or by both selectors', () => {
    expect(outcome({ namespaces: { matchLabels: { team: 'blue' } } })).toBe('none');
    const podSelector = { matchLabels: { app: 'server' } };
    expect(outcome({ pods: { namespaceSelector: {}, podSelector } })).toBe('deny');
    expect(outcome({ pods: { namespaceSelector: { matchLabels: { x: 'y' } }, podSelector } })).toBe('none');
    expect(outcome({})).toBe('none');
  });

  it('are never addresses', () => {
    const host = { ...packet, destination: sampleAddress('172.18.0.2') };
    expect(judge([ingress(rule('Deny'))], host).outcome).toBe('none');
  });
});

describe('peers', () => {
  const host: PacketEnd = { pod: undefined, address: '172.18.0.2', label: 'kube-system/proxy' };
  const outside = sampleAddress('192.0.2.1');
  const inZoneA: AdminPeer = { nodes: { matchLabels: { zone: 'a' } } };

  it.each<[string, AdminPeer, PacketEnd, string]>([
    ['namespaces', anyPod, server, 'deny'],
    ['namespaces, of a host', anyPod, host, 'none'],
    ['namespaces, of an address', anyPod, outside, 'none'],
    ['networks', { networks: ['192.0.2.0/24'] }, outside, 'deny'],
    ['networks that hold a pod', { networks: ['198.51.100.0/24', '0.0.0.0/0'] }, server, 'deny'],
    ['networks of the other family', { networks: ['::/0'] }, server, 'none'],
    ['nodes', inZoneA, host, 'deny'],
    ['nodes, another way to write the address', inZoneA, sampleAddress('fd00:0::2'), 'deny'],
    ['other nodes', { nodes: { matchLabels: { zone: 'b' } } }, host, 'none'],
    ['all nodes', { nodes: {} }, outside, 'none'],
    ['nodes, never a pod', { nodes: {} }, { ...server, address: '172.18.0.2' }, 'none'],
    ['names, of a pod', { domainNames: ['*.example.com'] }, server, 'none'],
    ['names, of a node', { domainNames: ['*.example.com'] }, sampleAddress('172.18.0.3'), 'none'],
    ['names, of an address outside', { domainNames: ['*.example.com'] }, outside, 'unknown'],
    ['a form not known', {}, outside, 'deny'],
  ])('%s', (_, peer, destination, expected) => expect(denied(peer, destination)).toBe(expected));

  it('an address that nobody said is asked for', () => {
    const unsaid: PacketEnd = { ...host, address: notSaid };
    const judged = judgeAdminTier(
      [samplePolicy('p', 'Admin', 5, { egress: [rule('Deny', [inZoneA])] })],
      'Admin',
      'egress',
      { ...packet, destination: unsaid },
      nodes,
    );
    expect([...judged.possible].sort()).toEqual(['deny', 'none']);
    expect(judged.facts).toMatchObject([
      { kind: 'external address', patterns: [{ text: '172.18.0.2' }, { text: 'fd00::2' }] },
    ]);
  });
});

describe('a form that is not known fails closed', () => {
  it.each<[AdminRule['action'], string]>([
    ['Accept', 'none'],
    ['Deny', 'deny'],
    ['Pass', 'deny'],
  ])('%s', (action, expected) => {
    expect(judge([ingress(rule(action, [{}]))]).outcome).toBe(expected);
    expect(judge([ingress(rule(action, [anyPod], [{ kind: 'unreadable' }]))]).outcome).toBe(expected);
    expect(judge([ingress(rule(action, [{ networks: ['0.0.0.0/0'] }]))]).outcome).toBe(expected);
  });
});

describe('ports', () => {
  const opens = (port: AdminPort, number: number, protocol: Packet['protocol']) =>
    judge([ingress(rule('Accept', [anyPod], [port]))], { ...packet, port: number, protocol }).outcome ===
    'accept';

  it.each<[AdminPort, number, Packet['protocol'], boolean]>([
    [tcp(80, 90), 90, 'TCP', true],
    [tcp(80, 90), 91, 'TCP', false],
    [tcp(80), 80, 'UDP', false],
    [{ kind: 'any port', protocol: 'SCTP' }, 7, 'SCTP', true],
    [{ kind: 'any port', protocol: 'SCTP' }, 7, 'TCP', false],
    [{ kind: 'named', name: 'web' }, 80, 'TCP', true],
    [{ kind: 'named', name: 'web' }, 80, 'UDP', false],
    [{ kind: 'named', name: 'dns' }, 53, 'UDP', true],
    [{ kind: 'named', name: 'dns' }, 80, 'TCP', false],
  ])('%j %i %s: %s', (port, number, protocol, expected) => {
    expect(opens(port, number, protocol)).toBe(expected);
  });

  it('no list, or an empty one, is every port of every protocol', () => {
    const asked: Packet = { ...packet, port: 9, protocol: 'SCTP' };
    expect(judge([ingress(rule('Deny', [anyPod], []))], asked).outcome).toBe('deny');
    expect(judge([ingress(rule('Deny'))], asked).outcome).toBe('deny');
  });
});

describe('labels that nobody gave', () => {
  const source = samplePod('away', 'client', {}, { namespaceLabels: { labels: {}, complete: false } });
  const ofTeam = (team: string): AdminPeer => ({ namespaces: { matchLabels: { team } } });

  it('branch, and what is certain behind them counts', () => {
    const judged = judge([ingress(rule('Accept', [ofTeam('a')]), rule('Deny'))], { ...packet, source });
    expect(judged).toMatchObject({ outcome: 'unknown', rule: { path: ['spec', 'ingress', 0] } });
    expect([...judged.possible].sort()).toEqual(['accept', 'deny']);
    expect(judged.facts).toMatchObject([{ kind: 'namespace label', namespace: 'away', key: 'team' }]);
  });

  it('do not matter where every branch comes to the same', () => {
    const judged = judge([ingress(rule('Deny', [ofTeam('a')]), rule('Deny'))], { ...packet, source });
    expect(judged).toMatchObject({ outcome: 'deny', facts: [], rule: { path: ['spec', 'ingress', 1] } });
    expect(judge([ingress(rule('Pass', [ofTeam('a')]))], { ...packet, source }).outcome).toBe('none');
  });

  it('an answer is among the possible ones of every completion', () => {
    const action = fc.constantFrom('Accept' as const, 'Deny' as const, 'Pass' as const);
    const peers = fc.array(
      fc.oneof(
        fc.constantFrom('a', 'b').map(ofTeam),
        fc.constant<AdminPeer>({
          namespaces: { matchExpressions: [{ key: 'team', operator: 'NotIn', values: ['a'] }] },
        }),
      ),
      { minLength: 1, maxLength: 2 },
    );
    const rules = fc.array(fc.record({ action, peers }), { maxLength: 3 });
    const policies = fc.uniqueArray(fc.record({ priority: fc.nat(9), ingress: rules }), {
      maxLength: 3,
      selector: (policy) => policy.priority,
    });
    fc.assert(
      fc.property(policies, (list) => {
        const tier = list.map(({ priority, ingress: r }) =>
          samplePolicy(`p${priority}`, 'Admin', priority, { ingress: r }),
        );
        const partial = judge(tier, { ...packet, source });
        expect(judge(tier.toReversed(), { ...packet, source }).possible).toEqual(partial.possible);
        expect(partial.outcome === 'unknown').toBe(partial.possible.size > 1);
        for (const labels of [{}, { team: 'a' }, { team: 'b' }, { team: 'c' }]) {
          const known = samplePod('away', 'client', {}, { namespaceLabels: { labels, complete: true } });
          const { outcome } = judge(tier, { ...packet, source: known });
          expect(outcome !== 'unknown' && partial.possible.has(outcome)).toBe(true);
        }
      }),
    );
  });
});

describe('near misses', () => {
  it('are the accept and deny rules that almost matched, before one that passed', () => {
    const red: AdminPeer = { namespaces: { matchLabels: { team: 'red' } } };
    const judged = judge([
      ingress(
        rule('Deny', [red], [tcp(81)]),
        rule('Pass', [red]),
        rule('Accept', [{ pods: { namespaceSelector: {}, podSelector: { matchLabels: { app: 'x' } } } }]),
        rule('Pass'),
        rule('Deny', [red]),
      ),
    ]);
    const { nearMisses } = judged;
    expect(nearMisses.map((miss) => miss.path)).toEqual([
      ['spec', 'ingress', 2],
      ['spec', 'ingress', 0],
    ]);
    expect(nearMisses[0]?.failed).toEqual([
      {
        path: ['spec', 'ingress', 2, 'from', 0, 'pods', 'podSelector', 'matchLabels', 'app'],
        wanted: 'app=x',
        got: 'app=client',
      },
    ]);
    expect(nearMisses[1]?.failed).toEqual([
      {
        path: ['spec', 'ingress', 0, 'from', 0, 'namespaces', 'matchLabels', 'team'],
        wanted: 'team=red',
        got: 'team=blue',
      },
      { path: ['spec', 'ingress', 0, 'protocols', 0], wanted: 'TCP 81', got: 'TCP 80' },
    ]);
  });

  it('name the other forms of peers and ports', () => {
    const judged = judgeAdminTier(
      [
        samplePolicy('p', 'Admin', 5, {
          egress: [
            rule('Deny', [{ networks: ['198.51.100.0/24', '203.0.113.0/24'] }]),
            rule('Deny', [{ nodes: {} }]),
            rule(
              'Deny',
              [anyPod],
              [{ kind: 'named', name: 'dns' }, { kind: 'any port', protocol: 'SCTP' }, tcp(1, 9)],
            ),
          ],
        }),
      ],
      'Admin',
      'egress',
      packet,
      nodes,
    );
    expect(judged.nearMisses.map((miss) => miss.failed.map(({ wanted, got }) => [wanted, got]))).toEqual([
      [['198.51.100.0/24, 203.0.113.0/24', '10.0.0.2']],
      [['the address of such a node', 'pod shop/server']],
      [['port dns (not declared for TCP by shop/server), any SCTP port, TCP 1-9', 'TCP 80']],
    ]);
  });
});
