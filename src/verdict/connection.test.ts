import { describe, expect, it } from 'vitest';
import { clusterOf, made, namespace, openPorts, pod } from '../../test/support/text-cluster.ts';
import { podEndpoint } from '../model/index.ts';
import { decide, decideConnection } from './index.ts';

const ambient = { 'istio.io/dataplane-mode': 'ambient' };
const end = (at: string) => {
  const [ns, name] = at.split('/') as [string, string];
  return podEndpoint({ namespace: ns, name });
};

describe('one connection on the wire', () => {
  const cluster = clusterOf([
    namespace('shop', ambient),
    pod('shop/web', { ip: '10.0.0.1' }),
    pod('shop/db', { ip: '10.0.0.2', ports: ['5432'] }),
    openPorts('shop/db', 'Ingress', 5432),
    made('AuthorizationPolicy', 'shop/none', { selector: { matchLabels: { app: 'db' } } }),
  ]);
  const ends = { source: end('shop/web'), destination: end('shop/db') };

  it('goes by no tunnel and meets no proxy', () => {
    const wire = decideConnection(cluster, { ...ends, port: 5432, protocol: 'TCP' });
    expect(wire.outcome).toBe('allow');
    expect(wire.steps.map(({ layer }) => layer)).toEqual(['egress policy', 'ingress policy']);
    expect(decide(cluster, { ...ends, port: 5432, protocol: 'TCP', complete: true }).outcome).toBe('deny');
  });

  it('is denied by the first tier that denies', () => {
    const wire = decideConnection(cluster, { ...ends, port: 15008, protocol: 'TCP' });
    expect(wire).toMatchObject({ outcome: 'deny', decidedBy: { layer: 'ingress policy' } });
  });

  it('from a host without an address is let in only where any address would be', () => {
    const some = clusterOf([
      pod('shop/db', { ip: '10.0.0.2' }),
      made('NetworkPolicy', 'shop/db', {
        podSelector: {},
        ingress: [
          { ports: [{ port: 1 }] },
          { from: [{ ipBlock: { cidr: '192.0.2.0/24' } }], ports: [{ port: 2 }] },
        ],
      }),
    ]);
    const outcome = (port: number) =>
      decideConnection(some, {
        source: { kind: 'host', host: 'somebody' },
        destination: end('shop/db'),
        port,
        protocol: 'TCP',
      });
    expect([1, 2, 3].map((port) => outcome(port).outcome)).toEqual(['allow', 'unknown', 'deny']);
    expect(outcome(2).missing).toMatchObject([{ kind: 'external address', host: 'somebody' }]);
  });
});
