import { describe, expect, it } from 'vitest';
import {
  type ContainerPort,
  isUnknown,
  notSaid,
  type Packet,
  type PacketEnd,
  type PodView,
} from '../model/index.ts';
import {
  addressFact,
  describeEnd,
  findException,
  holdsAddress,
  matchPortName,
  readBlock,
} from './packet-end.ts';

const at = (address: string): PacketEnd => ({ pod: undefined, address, label: address });

function podWith(ports: readonly ContainerPort[], address: PacketEnd['address'] = '10.0.0.1'): PacketEnd {
  const namespaceLabels = { labels: {}, complete: true };
  const pod: PodView = { namespace: 'shop', name: 'cart', labels: {}, namespaceLabels, ports };
  return { pod, address, label: 'shop/cart' };
}

describe('holdsAddress', () => {
  const holds = (cidr: string, except: readonly string[], address: string) =>
    holdsAddress(readBlock(cidr, except)!, at(address));

  it.each<[string, string[], string, boolean]>([
    ['10.0.0.0/8', [], '10.255.255.255', true],
    ['10.0.0.0/8', [], '11.0.0.0', false],
    ['10.0.0.0/8', ['10.1.0.0/16', '10.2.0.0/16'], '10.2.3.4', false],
    ['10.0.0.0/8', ['10.1.0.0/16'], '10.2.3.4', true],
    ['0.0.0.0/0', [], '::1', false],
    ['::/0', [], '10.0.0.1', false],
    ['fd00::/8', ['fd00:1::/32'], 'fd00:2::1', true],
    ['010.000.0.0/08', [], '10.9.9.9', true],
    ['::ffff:10.0.0.0/104', [], '10.9.9.9', true],
    ['10.1.2.3/8', [], '10.0.0.1', true],
  ])('%s except %j holds %s: %s', (cidr, except, address, expected) => {
    expect(holds(cidr, except, address)).toBe(expected);
  });

  it('is no block where the text is no CIDR', () => expect(readBlock('10.0.0.0/33')).toBeUndefined());

  describe('of an address that nobody said', () => {
    const pod = podWith([], notSaid);

    it('is unknown, and tells which ranges matter', () => {
      const answer = holdsAddress(readBlock('10.0.0.0/8', ['10.1.0.0/16'])!, pod);
      expect(answer).toEqual({ facts: [addressFact(pod, ['10.0.0.0/8', '10.1.0.0/16'])] });
      expect(isUnknown(answer) && answer.facts[0]).toMatchObject({ kind: 'pod address', pod: 'shop/cart' });
    });
  });
});

describe('findException', () => {
  it('gives the exception that holds the address', () => {
    const block = readBlock('10.0.0.0/8', ['10.1.0.0/16', '10.2.0.0/16'])!;
    expect(findException(block, at('10.2.0.1'))).toBe(1);
    expect(findException(block, at('10.3.0.1'))).toBe(-1);
  });
});

describe('matchPortName', () => {
  const destination = podWith([
    { name: 'dns', containerPort: 53, protocol: 'UDP' },
    { name: 'dns', containerPort: 5353, protocol: 'TCP' },
    { name: 'web', containerPort: 80, protocol: 'TCP' },
    { name: 'web', containerPort: 8080, protocol: 'TCP' },
    { name: 'same', containerPort: 9090, protocol: 'TCP' },
    { name: 'same', containerPort: 9090, protocol: 'TCP' },
  ]);
  const ask = (name: string, protocol: Packet['protocol'], port: number, habits = {}) =>
    matchPortName(name, { source: at('192.0.2.1'), destination, port, protocol }, habits);

  it('lets the protocol pick among equal names', () => {
    expect(ask('dns', 'TCP', 5353)).toBe(true);
    expect(ask('dns', 'UDP', 5353)).toBe(false);
    expect(ask('dns', 'SCTP', 53)).toBe(false);
    expect(ask('same', 'TCP', 9090)).toBe(true);
  });

  it('leaves a repeated name to the plugin, but only for the ports in question', () => {
    expect(ask('web', 'TCP', 80)).toMatchObject({
      facts: [{ kind: 'implementation', topic: 'repeated port name' }],
    });
    expect(ask('web', 'TCP', 81)).toBe(false);
    expect(ask('web', 'TCP', 8080, { repeatedPortName: 'first' })).toBe(false);
    expect(ask('web', 'TCP', 80, { repeatedPortName: 'first' })).toBe(true);
    expect(ask('web', 'TCP', 8080, { repeatedPortName: 'any' })).toBe(true);
  });

  it('never holds for an end that is no pod', () => {
    const packet: Packet = { source: destination, destination: at('10.0.0.1'), port: 80, protocol: 'TCP' };
    expect(matchPortName('web', packet, {})).toBe(false);
  });
});

describe('describeEnd', () => {
  it('tells pods from addresses', () => {
    expect(describeEnd(podWith([]))).toBe('pod shop/cart');
    expect(describeEnd(at('192.0.2.1'))).toBe('192.0.2.1, which is no pod here');
    expect(describeEnd({ pod: undefined, address: '192.0.2.1', label: 'kube-system/proxy' })).toBe(
      'kube-system/proxy at 192.0.2.1, which is no pod here',
    );
  });
});
