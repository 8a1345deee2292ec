import { describe, expect, it } from 'vitest';
import { sampleAddress, samplePod, samplePolicy } from '../../../test/support/network-samples.ts';
import type { NetworkPolicyRule, Packet } from '../../model/index.ts';
import { judgeNetworkPolicies } from './index.ts';

const red = { labels: { team: 'red' }, complete: true };
const client = samplePod('away', 'client', { app: 'client' }, { address: '10.9.0.3', namespaceLabels: red });
const server = samplePod('shop', 'server', {});
const packet: Packet = { source: client, destination: server, port: 8080, protocol: 'TCP' };

const missesOf = (ingress: readonly NetworkPolicyRule[], asked = packet) =>
  judgeNetworkPolicies([samplePolicy('p', { ingress })], 'ingress', asked).nearMisses;

describe('near misses', () => {
  it('say which condition failed, where, and what it met', () => {
    const [miss] = missesOf([
      {
        peers: [
          { podSelector: {} },
          {
            namespaceSelector: { matchLabels: { team: 'blue' } },
            podSelector: { matchLabels: { app: 'client' } },
          },
        ],
        ports: [{ port: 8080 }],
      },
    ]);
    expect(miss).toMatchObject({
      policy: { metadata: { name: 'p' } },
      path: ['spec', 'ingress', 0],
      failed: [
        {
          path: ['spec', 'ingress', 0, 'from', 0, 'podSelector'],
          wanted: 'a pod of namespace shop',
          got: 'namespace away',
        },
      ],
    });
  });

  it('take the peer that failed least', () => {
    const [miss] = missesOf([
      {
        peers: [
          { podSelector: { matchLabels: { app: 'x', tier: 'y' } } },
          { namespaceSelector: { matchLabels: { team: 'blue' } } },
        ],
      },
    ]);
    expect(miss?.failed).toEqual([
      {
        path: ['spec', 'ingress', 0, 'from', 1, 'namespaceSelector', 'matchLabels', 'team'],
        wanted: 'team=blue',
        got: 'team=red',
      },
    ]);
  });

  it('come closest first and three at most', () => {
    const peers = [{ namespaceSelector: { matchLabels: { team: 'blue' } } }];
    const misses = missesOf([
      { peers, ports: [{ port: 1 }] },
      { ports: [{ port: 2 }] },
      { peers },
      { peers, ports: [{ port: 3 }] },
    ]);
    expect(misses.map((miss) => [miss.path[2], miss.failed.length])).toEqual([
      [1, 1],
      [2, 1],
      [0, 2],
    ]);
  });

  it('write ports as the rule means them', () => {
    const ports = [
      { port: 80 },
      { port: 81, endPort: 90, protocol: 'UDP' as const },
      { port: 'web' },
      { protocol: 'SCTP' as const },
    ];
    expect(missesOf([{ ports }])[0]?.failed).toEqual([
      {
        path: ['spec', 'ingress', 0, 'ports'],
        wanted: 'TCP 80, UDP 81-90, TCP web (not declared by shop/server), any SCTP port',
        got: 'TCP 8080',
      },
    ]);
  });

  it('write blocks and the exception that was met', () => {
    const block = (cidr: string, except?: string[]) => [
      { peers: [{ ipBlock: except === undefined ? { cidr } : { cidr, except } }] },
    ];
    expect(missesOf(block('192.0.2.0/24'))[0]?.failed).toEqual([
      { path: ['spec', 'ingress', 0, 'from', 0, 'ipBlock', 'cidr'], wanted: '192.0.2.0/24', got: '10.9.0.3' },
    ]);
    expect(missesOf(block('10.0.0.0/8', ['10.1.0.0/16', '10.9.0.0/16']))[0]?.failed).toEqual([
      {
        path: ['spec', 'ingress', 0, 'from', 0, 'ipBlock', 'except', 1],
        wanted: 'not 10.9.0.0/16',
        got: '10.9.0.3',
      },
    ]);
  });

  it('say that an address is no pod', () => {
    const asked = { ...packet, source: sampleAddress('192.0.2.1') };
    expect(missesOf([{ peers: [{ namespaceSelector: {} }] }], asked)[0]?.failed).toEqual([
      {
        path: ['spec', 'ingress', 0, 'from', 0],
        wanted: 'a pod',
        got: '192.0.2.1, which is no pod here',
      },
    ]);
  });

  it('are not rules that may match', () => {
    const source = samplePod('away', 'client', {}, { namespaceLabels: { labels: {}, complete: false } });
    const peers = [{ namespaceSelector: { matchLabels: { team: 'blue' } } }];
    const misses = missesOf([{ peers }, { peers, ports: [{ port: 1 }] }], { ...packet, source });
    expect(misses.map((miss) => [miss.path[2], miss.failed.map((failure) => failure.wanted)])).toEqual([
      [1, ['TCP 1']],
    ]);
  });
});
