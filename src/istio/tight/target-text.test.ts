import { describe, expect, it } from 'vitest';
import { clusterOf } from '../../../test/support/text-cluster.ts';
import { parseTarget, targetNamed } from './target-text.ts';

describe('the name of a target', () => {
  it.each([
    ['gateway/edge/public', { kind: 'gateway', namespace: 'edge', name: 'public' }],
    ['waypoint/shop/wp', { kind: 'waypoint', namespace: 'shop', name: 'wp' }],
    ['namespace/shop', { kind: 'namespace', namespace: 'shop', name: 'shop' }],
  ])('%s', (text, name) => {
    expect(parseTarget(text)).toEqual(name);
  });

  it.each([
    ['gatway/edge/public', '"gatway" is no kind of target', 'write gateway/NAMESPACE/NAME'],
    ['gateway/public', '"gateway/public" is not of the form gateway/NAMESPACE/NAME', undefined],
    ['namespace/a/b', '"namespace/a/b" is not of the form namespace/NAME', undefined],
    ['shop', '"shop" is no kind of target', undefined],
    ['', '"" is no kind of target', undefined],
  ])('%s is refused with what to write', (text, fault, help) => {
    const refused = parseTarget(text);
    expect(refused).toMatchObject({ fault });
    expect(refused).toHaveProperty('help');
    if (help !== undefined) expect(refused).toHaveProperty('help', help);
  });

  it('is refused where Kubernetes takes no such name', () => {
    expect(parseTarget('namespace/Shop')).toHaveProperty(
      'fault',
      expect.stringContaining('"namespace/Shop"'),
    );
    expect(parseTarget('gateway/edge/a_b')).toHaveProperty('fault', expect.stringContaining('no name'));
  });

  it('stands for what the cluster has, and alone for what a name tells', () => {
    const gateway = {
      apiVersion: 'gateway.networking.k8s.io/v1',
      kind: 'Gateway',
      metadata: { name: 'ew', namespace: 'edge' },
      spec: {
        gatewayClassName: 'istio-east-west',
        listeners: [{ name: 'h', port: 15008, protocol: 'HBONE' }],
      },
    };
    const cluster = clusterOf(JSON.stringify(gateway));
    const name = { kind: 'gateway', namespace: 'edge', name: 'ew' } as const;
    expect(targetNamed(name, cluster)).toEqual({
      ...name,
      listeners: [{ port: 15008, protocol: 'TCP' }],
      eastWest: true,
    });
    const labels = { 'topology.istio.io/network': 'n1' };
    const isEastWest = (port: number): unknown => {
      const spec = { gatewayClassName: 'istio', listeners: [{ name: 'h', port, protocol: 'TLS' }] };
      const own = { ...gateway, metadata: { ...gateway.metadata, labels }, spec };
      return targetNamed(name, clusterOf(JSON.stringify(own)));
    };
    expect(isEastWest(15443)).toHaveProperty('eastWest', true);
    expect(isEastWest(443)).toHaveProperty('eastWest', false);
    expect(targetNamed({ ...name, name: 'other' }, cluster)).toEqual({
      ...name,
      name: 'other',
      eastWest: false,
    });
    expect(targetNamed({ kind: 'namespace', namespace: 'x', name: 'x' })).toEqual({
      kind: 'namespace',
      name: 'x',
      declares: [],
      unguarded: [],
    });
  });
});
