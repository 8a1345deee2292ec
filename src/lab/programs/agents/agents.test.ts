import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { inside } from '../../../../test/support/inside.ts';
import { testContext } from '../../../../test/support/lab-context.ts';
import { clusterOf, made, namespace, pod } from '../../../../test/support/text-cluster.ts';
import { type DroppedPacket, defaultPlan, type LabNetwork, startNetwork } from '../../network/index.ts';
import { createStore } from '../../store/index.ts';
import { runProgram } from '../../system/index.ts';
import { agentProgram, installNodeAgent, type NodeAgent } from '../index.ts';
import { decodePacket } from './decode-packet.ts';
import { dropLines } from './drop-lines.ts';

/** KEY=VALUE and bare flags of a logger of netfilter, read back. A key that stands twice has both values. */
function fieldsOf(line: string): {
  readonly head: string;
  readonly values: Readonly<Record<string, readonly string[]>>;
  readonly flags: readonly string[];
} {
  const at = line.indexOf('IN=');
  const values: Record<string, string[]> = {};
  const flags: string[] = [];
  for (const word of line.slice(at).trim().split(' ')) {
    const [, key, value] = /^([A-Z]+)=(.*)$/.exec(word) ?? [];
    if (key === undefined) flags.push(word);
    else values[key] = [...(values[key] ?? []), value!];
  }
  return { head: line.slice(0, at), values, flags };
}

const syslog = String.raw`[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d portcullis-lab`;
const isolated = { kind: 'NetworkPolicy', namespace: 'shop', name: 'deny' };

/** A packet of the given parts, as bytes: what a network would hardly make for us. */
function packet(
  protocol: number,
  transport: readonly number[],
  header: { flags?: number; tos?: number } = {},
): Buffer {
  const { flags = 0, tos = 0 } = header;
  const length = 20 + transport.length;
  const start = [
    0x45,
    tos,
    length >> 8,
    length & 255,
    0x12,
    0x34,
    flags >> 8,
    flags & 255,
    64,
    protocol,
    0,
    0,
  ];
  return Buffer.from([...start, 10, 0, 0, 1, 10, 0, 0, 2, ...transport]);
}

const dropOf = (bytes: Uint8Array, more: Partial<DroppedPacket> = {}): DroppedPacket => ({
  time: new Date(2026, 10, 3, 6, 7, 8),
  direction: 'ingress',
  policies: [isolated],
  protocol: 'TCP',
  source: { address: '10.0.0.1' },
  destination: { address: '10.0.0.2' },
  pod: 'shop/web',
  bytes,
  inDevice: 'veth1',
  outDevice: 'veth2',
  ...more,
});

describe('dropLines', () => {
  const tcp = packet(6, [0, 80, 1, 187, 0, 0, 0, 5, 0, 0, 0, 6, 0x50, 0x12, 0xfa, 0xf0, 0, 0, 0, 7], {
    flags: 0x4000,
    tos: 0x48,
  });

  it('Calico', () => {
    expect(dropLines('calico', dropOf(tcp), 'n1')).toEqual([
      'Nov  3 06:07:08 n1 kernel: calico-packet: IN=veth1 OUT=veth2 MAC= SRC=10.0.0.1 DST=10.0.0.2 LEN=40 TOS=0x08 PREC=0x40 TTL=64 ID=4660 DF PROTO=TCP SPT=80 DPT=443 WINDOW=64240 RES=0x00 ACK SYN URGP=7 ',
    ]);
  });

  it('kube-router: a record for each policy, and one without', () => {
    const policies = [isolated, { kind: 'NetworkPolicy', namespace: 'shop', name: 'some' }];
    const body =
      'IN=veth1 OUT=veth2 MAC= SRC=10.0.0.1 DST=10.0.0.2 LEN=40 TOS=08 PREC=0x40 TTL=64 ID=4660 DF PROTO=TCP SPT=80 DPT=443 SEQ=5 ACK=6 WINDOW=64240 ACK SYN URGP=7 MARK=0 ';
    expect(dropLines('kube-router', dropOf(tcp, { policies }), 'n1')).toEqual([
      `Nov  3 06:07:08 n1 DROP by policy shop/deny ${body}`,
      `Nov  3 06:07:08 n1 DROP by policy shop/some ${body}`,
      `Nov  3 06:07:08 n1  ${body}`,
    ]);
    const admin = [{ kind: 'AdminNetworkPolicy', name: 'no-one' }];
    expect(dropLines('kube-router', dropOf(tcp, { policies: admin }), 'n1')[0]).toContain(
      'DROP by policy no-one IN=',
    );
  });

  it.each([
    ['an echo request', packet(1, [8, 0, 0, 0, 0, 3, 0, 4]), 'PROTO=ICMP TYPE=8 CODE=0 ID=3 SEQ=4 '],
    ['another ICMP', packet(1, [3, 1, 0, 0, 0, 0, 0, 0]), 'PROTO=ICMP TYPE=3 CODE=1 '],
    ['UDP', packet(17, [0, 53, 0, 54, 0, 9, 0, 0, 1]), 'PROTO=UDP SPT=53 DPT=54 LEN=9 '],
    [
      'SCTP, whose ports the kernel does not tell',
      packet(132, [0, 1, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0]),
      'PROTO=132 ',
    ],
    ['a later fragment', packet(17, [1, 2, 3, 4], { flags: 0x2001 }), 'MF FRAG:1 PROTO=UDP '],
    ['a header that was cut', packet(6, [0, 80]), 'PROTO=TCP '],
  ])('%s', (_, bytes, end) => {
    expect(dropLines('calico', dropOf(bytes), 'n1')[0]).toMatch(new RegExp(`ID=4660 ${end}$`));
  });

  it('says nothing of what is no IPv4', () => {
    expect(dropLines('calico', dropOf(Buffer.from([0x60, 0, 0])), 'n1')).toEqual([]);
    expect(decodePacket(Buffer.alloc(0))).toBeUndefined();
  });
});

describe('installNodeAgent', () => {
  it.each([
    ['kube-router', 'kube-router', 'kube-router'],
    ['calico', 'calico-node', 'calico-node'],
  ] as const)('%s', (agent, name, label) => {
    const store = createStore();
    store.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'kube-system' } });
    installNodeAgent(store, agent);
    const set = store.get('daemonsets', name, 'kube-system');
    expect(set?.spec).toMatchObject({
      template: { metadata: { labels: { 'k8s-app': label } }, spec: { hostNetwork: true } },
    });
  });
});

inside(import.meta.url, () => {
  let network: LabNetwork;
  const logs = new Map<NodeAgent, readonly string[]>();
  beforeAll(async () => {
    network = await startNetwork(defaultPlan);
    const web = await network.attach('shop/web', { hostNetwork: false });
    const client = await network.attach('shop/client', { hostNetwork: false });
    const policy = made('NetworkPolicy', 'shop/deny', {
      podSelector: { matchLabels: { app: 'web' } },
      policyTypes: ['Ingress'],
    });
    const pods = [pod('shop/web', { ip: web.address }), pod('shop/client', { ip: client.address })];
    for (const agent of ['kube-router', 'calico'] as const) {
      const { context, logged } = testContext(network.node, {});
      await agentProgram(agent, network)(context);
      logs.set(agent, logged);
    }
    await network.enforce(clusterOf([namespace('shop'), ...pods, policy]));
    const send = `exec 3<>/dev/udp/${web.address}/53; printf 12345 >&3; timeout 0.2 bash -c '</dev/tcp/${web.address}/80'; true`;
    await runProgram(client.namespace, 'bash', ['-c', send]);
  });
  afterAll(() => network.close());

  it.each(['kube-router', 'calico'] as const)(
    '%s tells of dropped packets what was in them',
    async (agent) => {
      const [web, client] = network.links();
      const drops = (): readonly string[] => logs.get(agent)!.filter((line) => line.includes('IN=veth'));
      await expect
        .poll(() => drops().filter((line) => /PROTO=(TCP|UDP)/.test(line)).length)
        .toBeGreaterThan(1);
      const of = (protocol: string) => fieldsOf(drops().find((line) => line.includes(`PROTO=${protocol}`))!);
      const ends = { IN: [client!.device], OUT: [web!.device], SRC: [client!.address], DST: [web!.address] };
      await expect.poll(() => drops().some((line) => line.includes('PROTO=TCP'))).toBe(true);
      const [tcp, udp] = [of('TCP'), of('UDP')];
      expect(tcp.values).toMatchObject({ ...ends, LEN: ['60'], TTL: ['63'], DPT: ['80'], URGP: ['0'] });
      expect(tcp.flags).toEqual(['DF', 'SYN']);
      expect(udp.values).toMatchObject({ ...ends, DPT: ['53'], LEN: ['33', '13'] });
      const prefix = agent === 'calico' ? 'kernel: calico-packet: ' : 'DROP by policy shop/deny ';
      expect(tcp.head).toMatch(new RegExp(`^${syslog} ${prefix}$`));
    },
  );
}, ['bash', 'ip', 'nft']);
