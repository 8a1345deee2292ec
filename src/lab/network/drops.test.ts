import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { inside } from '../../../test/support/inside.ts';
import { type NetworkAlone, networkAlone } from '../../../test/support/network-alone.ts';
import { made } from '../../../test/support/text-cluster.ts';
import { bindUdp, connectTcp, ownNamespace } from '../system/index.ts';
import { keptBytes, logGroup } from './drop-reasons.ts';
import { openPacketLog } from './packet-log.ts';

const closed = made('NetworkPolicy', 'shop/closed', { podSelector: {}, policyTypes: ['Ingress', 'Egress'] });
const closedToo = made('NetworkPolicy', 'shop/also', { podSelector: {}, policyTypes: ['Ingress'] });

inside(import.meta.url, () => {
  let lab: NetworkAlone;

  beforeAll(async () => {
    lab = await networkAlone();
    await Promise.all(['shop/web', 'ops/tool'].map((key) => lab.add(key)));
  });
  afterAll(() => lab.close());

  it('a packet comes with its bytes, its devices and all policies that isolate the pod', async () => {
    await lab.enforce(closed, closedToo);
    const [web, tool] = [lab.link('shop/web'), lab.link('ops/tool')];
    expect(await lab.ask(tool.namespace, web.address, 80)).toBe('lost');
    const packet = lab.drops.at(-1)!;
    expect(packet).toMatchObject({
      pod: 'shop/web',
      direction: 'ingress',
      policies: [
        { kind: 'NetworkPolicy', namespace: 'shop', name: 'also' },
        { kind: 'NetworkPolicy', namespace: 'shop', name: 'closed' },
      ],
      protocol: 'TCP',
      source: { address: tool.address, port: expect.any(Number) },
      destination: { address: web.address, port: 80 },
      inDevice: tool.device,
      outDevice: web.device,
    });
    // A SYN: 20 bytes of IP, 40 of TCP with its options, and no more came.
    expect(packet.bytes).toHaveLength(60);
    expect(Array.from(packet.bytes.subarray(16, 20)).join('.')).toBe(web.address);
  });

  it('repeated SYNs of one connection count together', async () => {
    await lab.enforce(closed);
    const { namespace } = lab.link('ops/tool');
    const { address } = lab.link('shop/web');
    const socket = connectTcp(namespace, address, 8080).on('error', () => undefined);
    const sums = () => lab.network.drops().filter(({ destination }) => destination.port === 8080);
    while ((sums()[0]?.count ?? 0) < 2) await wait(50);
    socket.destroy();
    expect(sums()).toHaveLength(1);
    expect(sums()[0]!.last.getTime() - sums()[0]!.first.getTime()).toBeGreaterThan(500);
  });

  it('UDP, what leaves a pod, and what goes to the node are told of as well', async () => {
    await lab.enforce(closed);
    const { namespace, address, device } = lab.link('shop/web');
    const socket = await bindUdp(namespace, '0.0.0.0', 0);
    const before = lab.drops.length;
    socket.send('x', 53, lab.network.plan.nodeAddress);
    while (lab.drops.length === before) await wait(10);
    socket.close();
    const packet = lab.drops.at(-1)!;
    expect(packet).toMatchObject({
      pod: 'shop/web',
      direction: 'egress',
      protocol: 'UDP',
      source: { address },
      destination: { address: lab.network.plan.nodeAddress, port: 53 },
      inDevice: device,
    });
    expect(packet.outDevice).toBeUndefined();
  });

  it('who does not want to hear any more hears no more', async () => {
    await lab.enforce(closed);
    let heard = 0;
    const stop = lab.network.onDrop(() => heard++);
    stop();
    await lab.ask(lab.link('ops/tool').namespace, lab.link('shop/web').address, 81);
    expect(heard).toBe(0);
  });

  it('where the log cannot be had, it says so, and packets are dropped all the same', async () => {
    await lab.close();
    const other = openPacketLog(ownNamespace, logGroup, keptBytes);
    lab = await networkAlone();
    await Promise.all(['shop/web', 'ops/tool'].map((key) => lab.add(key)));
    await lab.enforce(closed);
    expect(lab.network.notes).toEqual([expect.stringMatching(/counted by the rules .* no NFLOG/)]);
    expect(await lab.ask(lab.link('ops/tool').namespace, lab.link('shop/web').address, 80)).toBe('lost');
    expect(lab.network.drops()).toEqual([]);
    expect(await lab.network.rules()).toMatch(/isolated\/ingress\/shop\/closed \{\s*packets 1/);
    other.close();
  });
}, ['nft']);
