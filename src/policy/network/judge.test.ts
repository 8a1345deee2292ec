import { describe, expect, it } from 'vitest';
import { sampleAddress, samplePod, samplePolicy } from '../../../test/support/network-samples.ts';
import {
  type Direction,
  type NetworkPolicy,
  type NetworkPolicyPeer,
  type NetworkPolicyPort,
  notSaid,
  type Packet,
  type PacketEnd,
  type Truth,
} from '../../model/index.ts';
import { judgeNetworkPolicies, selectNetworkPolicies } from './index.ts';

const server = samplePod(
  'shop',
  'server',
  { app: 'server' },
  { address: '10.0.0.2', ports: [{ name: 'web', containerPort: 8080, protocol: 'TCP' }] },
);
const blue = { namespaceLabels: { labels: { team: 'blue' }, complete: true }, address: '10.0.1.3' };
const client = samplePod('away', 'client', { app: 'client' }, blue);
const neighbour = samplePod('shop', 'neighbour', { app: 'client' }, { address: '10.0.0.4' });

function packet(
  source: PacketEnd,
  destination: PacketEnd,
  port = 80,
  protocol: Packet['protocol'] = 'TCP',
): Packet {
  return { source, destination, port, protocol };
}

/** Is a packet from `source` allowed in by one policy with one peer? */
function admits(peer: NetworkPolicyPeer, source: PacketEnd): Truth {
  const policy = samplePolicy('p', { ingress: [{ peers: [peer] }] });
  return judgeNetworkPolicies([policy], 'ingress', packet(source, server)).allowed;
}

/** Is a packet allowed in by one policy with one port entry? */
function opens(entry: NetworkPolicyPort, port: number, protocol: Packet['protocol'] = 'TCP'): Truth {
  const policy = samplePolicy('p', { ingress: [{ ports: [entry] }] });
  return judgeNetworkPolicies([policy], 'ingress', packet(client, server, port, protocol)).allowed;
}

describe('which policies govern a pod', () => {
  const governs = (spec: Partial<NetworkPolicy['spec']>, direction: Direction) =>
    selectNetworkPolicies([samplePolicy('p', spec)], server.pod, direction).length === 1;

  it.each<[Partial<NetworkPolicy['spec']>, boolean, boolean]>([
    [{}, true, false],
    [{ policyTypes: [] }, true, false],
    [{ egress: [] }, true, false],
    [{ egress: [{}] }, true, true],
    [{ policyTypes: ['Egress'] }, false, true],
    [{ policyTypes: ['Egress'], ingress: [{}] }, false, true],
    [{ policyTypes: ['Ingress'], egress: [{}] }, true, false],
    [{ policyTypes: ['Ingress', 'Egress'] }, true, true],
    [{ podSelector: { matchLabels: { app: 'other' } } }, false, false],
  ])('%j: ingress %s, egress %s', (spec, ingress, egress) => {
    expect(governs(spec, 'ingress')).toBe(ingress);
    expect(governs(spec, 'egress')).toBe(egress);
  });

  it('takes policies of the pod’s namespace only', () => {
    const policies = [samplePolicy('here', {}), samplePolicy('there', {}, 'away')];
    expect(selectNetworkPolicies(policies, server.pod, 'ingress').map((p) => p.metadata.name)).toEqual([
      'here',
    ]);
  });
});

describe('what the forms of a list mean', () => {
  const allowed = (spec: Partial<NetworkPolicy['spec']>) =>
    judgeNetworkPolicies(
      [samplePolicy('p', spec)],
      'ingress',
      packet(sampleAddress('192.0.2.1'), server, 53, 'UDP'),
    ).allowed;

  it('no rule lets nothing in', () => {
    expect(allowed({})).toBe(false);
    expect(allowed({ ingress: [] })).toBe(false);
  });

  it('an empty rule, and empty lists in it, let everything in', () => {
    expect(allowed({ ingress: [{}] })).toBe(true);
    expect(allowed({ ingress: [{ peers: [], ports: [] }] })).toBe(true);
  });

  it('an empty port entry is every TCP port, and no other protocol', () => {
    expect(allowed({ ingress: [{ ports: [{}] }] })).toBe(false);
    expect(allowed({ ingress: [{ ports: [{ protocol: 'UDP' }] }] })).toBe(true);
  });
});

describe('peers', () => {
  const address = sampleAddress('192.0.2.1');
  const ofBlue: NetworkPolicyPeer = { namespaceSelector: { matchLabels: { team: 'blue' } } };
  const clients = { matchLabels: { app: 'client' } };

  it.each<[string, NetworkPolicyPeer, PacketEnd, boolean]>([
    ['pods of the policy’s namespace', { podSelector: {} }, neighbour, true],
    ['pods of the policy’s namespace', { podSelector: {} }, client, false],
    ['pods of the policy’s namespace', { podSelector: {} }, address, false],
    ['all pods', { namespaceSelector: {} }, client, true],
    ['all pods', { namespaceSelector: {} }, address, false],
    ['pods of some namespaces', ofBlue, client, true],
    ['pods of some namespaces', ofBlue, neighbour, false],
    ['some pods of some namespaces', { ...ofBlue, podSelector: clients }, client, true],
    [
      'some pods of some namespaces',
      { ...ofBlue, podSelector: { matchLabels: { app: 'x' } } },
      client,
      false,
    ],
    ['a block', { ipBlock: { cidr: '192.0.2.0/24' } }, address, true],
    ['a block that holds a pod', { ipBlock: { cidr: '10.0.1.3/32' } }, client, true],
    ['a block less a pod', { ipBlock: { cidr: '10.0.0.0/8', except: ['10.0.1.0/24'] } }, client, false],
    ['a block of the other family', { ipBlock: { cidr: '::/0' } }, client, false],
    ['nothing that the server would take', {}, client, false],
    ['a block beside a selector', { ipBlock: { cidr: '0.0.0.0/0' }, podSelector: {} }, neighbour, false],
  ])('%s: %j', (_, peer, source, expected) => expect(admits(peer, source)).toBe(expected));

  it('an unknown address decides only where no other peer does', () => {
    const hidden = { ...client, address: notSaid } as PacketEnd;
    const block: NetworkPolicyPeer = { ipBlock: { cidr: '10.0.0.0/8' } };
    expect(admits(block, hidden)).toMatchObject({ facts: [{ kind: 'pod address', pod: 'away/client' }] });
    const policy = samplePolicy('p', { ingress: [{ peers: [block, ofBlue] }] });
    expect(judgeNetworkPolicies([policy], 'ingress', packet(hidden, server)).allowed).toBe(true);
  });

  it('never mixes the peers of one rule with the ports of another', () => {
    const policy = samplePolicy('p', {
      ingress: [
        { peers: [ofBlue], ports: [{ port: 1 }] },
        { peers: [{ podSelector: {} }], ports: [{ port: 2 }] },
      ],
    });
    expect(judgeNetworkPolicies([policy], 'ingress', packet(client, server, 1)).allowed).toBe(true);
    expect(judgeNetworkPolicies([policy], 'ingress', packet(client, server, 2)).allowed).toBe(false);
  });
});

describe('ports', () => {
  it('a range includes both ends', () => {
    const entry = { port: 80, endPort: 90 };
    expect([79, 80, 90, 91].map((port) => opens(entry, port))).toEqual([false, true, true, false]);
  });

  it('a protocol that is not written is TCP', () => {
    expect(opens({ port: 80 }, 80, 'SCTP')).toBe(false);
    expect(opens({ port: 80, protocol: 'SCTP' }, 80, 'SCTP')).toBe(true);
  });

  it('a name is looked up in the destination, with its protocol', () => {
    expect(opens({ port: 'web' }, 8080)).toBe(true);
    expect(opens({ port: 'web' }, 80)).toBe(false);
    expect(opens({ port: 'web', protocol: 'UDP' }, 8080, 'UDP')).toBe(false);
  });

  it('a name in an egress rule is the peer’s', () => {
    const policy = samplePolicy('p', { policyTypes: ['Egress'], egress: [{ ports: [{ port: 'web' }] }] });
    const judge = (to: PacketEnd) =>
      judgeNetworkPolicies([policy], 'egress', packet(neighbour, to, 8080)).allowed;
    expect(judge(server)).toBe(true);
    expect(judge(client)).toBe(false);
    expect(judge(sampleAddress('192.0.2.1'))).toBe(false);
  });
});

describe('the judgement', () => {
  const deny = samplePolicy('deny', {});
  const allow = samplePolicy('allow', { ingress: [{ ports: [{ port: 1 }] }, { ports: [{ port: 80 }] }] });

  it('names the policies and the first rule that matches', () => {
    const judged = judgeNetworkPolicies([deny, allow], 'ingress', packet(client, server));
    expect(judged).toMatchObject({ isolated: true, allowed: true, policies: [deny, allow], nearMisses: [] });
    expect(judged.rule).toEqual({ policy: allow, path: ['spec', 'ingress', 1], tier: 'NetworkPolicy' });
  });

  it('leaves an end without policies alone', () => {
    expect(judgeNetworkPolicies([deny], 'egress', packet(server, client)).isolated).toBe(false);
    expect(judgeNetworkPolicies([deny], 'ingress', packet(client, sampleAddress('10.0.0.9')))).toMatchObject({
      isolated: false,
      allowed: true,
    });
  });
});
