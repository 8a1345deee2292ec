import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { type Answer, type DecodedPacket, decode, encode, type OptAnswer, type RecordType } from 'dns-packet';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { inside } from '../../../../test/support/inside.ts';
import { type TestContainer, testContainer } from '../../../../test/support/lab-context.ts';
import type { Running } from '../../node/index.ts';
import { createStore, type Store } from '../../store/index.ts';
import { bindUdp, connectTcp } from '../../system/index.ts';
import { type DnsView, dnsProgram } from '../index.ts';

interface FakeEndpoint {
  readonly address: string;
  readonly hostname?: string;
  readonly ready?: boolean;
}

/** A namespace with a Service of each kind, and endpoints as the controllers write them. */
function world(): { readonly store: Store; readonly view: DnsView } {
  const store = createStore();
  for (const name of ['shop', 'kube-system', 'empty']) {
    store.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
  }
  const service = (name: string, spec: object): void => {
    store.create({ apiVersion: 'v1', kind: 'Service', metadata: { name, namespace: 'shop' }, spec });
  };
  const web = [{ name: 'http', port: 80, protocol: 'TCP' }];
  service('web', { clusterIP: '10.96.0.20', ports: [...web, { name: 'dns', port: 53, protocol: 'UDP' }] });
  service('db', { clusterIP: 'None', ports: [{ name: 'sql', port: 5432, protocol: 'TCP' }] });
  service('none', { clusterIP: 'None', ports: web });
  service('many', { clusterIP: 'None', ports: web });
  service('away', { type: 'ExternalName', externalName: 'web.shop.svc.cluster.local' });
  service('partner', { type: 'ExternalName', externalName: 'api.partner.example' });
  service('lost', { type: 'ExternalName', externalName: 'nowhere.example' });
  endpoints(store, 'db', 5432, [
    { address: '10.244.0.5', hostname: 'db-0' },
    { address: '10.244.0.6', hostname: 'db-1' },
    { address: '10.244.0.7' },
    { address: '10.244.0.8', ready: false },
  ]);
  const many = Array.from({ length: 60 }, (_, i) => ({ address: `10.244.1.${i + 1}` }));
  endpoints(store, 'many', 80, many);
  const view = {
    store,
    dnsAddress: '10.96.0.10',
    outside: new Map([['api.partner.example', '203.0.113.10']]),
  };
  return { store, view };
}

function endpoints(store: Store, service: string, port: number, list: readonly FakeEndpoint[]): void {
  store.create({
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: {
      name: `${service}-x`,
      namespace: 'shop',
      labels: { 'kubernetes.io/service-name': service },
    },
    addressType: 'IPv4',
    ports: [{ name: service === 'db' ? 'sql' : 'http', port, protocol: 'TCP' }],
    endpoints: list.map(({ address, hostname, ready = true }) => ({
      addresses: [address],
      conditions: { ready },
      ...(hostname !== undefined && { hostname }),
    })),
  });
}

const question = (name: string, type: RecordType = 'A', id = 0): Buffer =>
  encode({ type: 'query', id, flags: 0x0100, questions: [{ type, name, class: 'IN' }] });

const dataOf = ({ answers = [] }: DecodedPacket): unknown[] =>
  answers.map((answer: Answer) => ('data' in answer ? answer.data : answer));

const rcode = (packet: DecodedPacket): string => (packet as unknown as { readonly rcode: string }).rcode;

inside(import.meta.url, () => {
  let pod: TestContainer;
  let running: Running;
  const { store, view } = world();

  /** Sends datagrams from one socket, and gives the first one that comes back. */
  async function exchange(...messages: readonly Buffer[]): Promise<[DecodedPacket]> {
    const socket = await bindUdp(pod.network, '127.0.0.1', 0);
    for (const message of messages) socket.send(message, 53, '127.0.0.1');
    const [reply] = await once(socket, 'message', { signal: AbortSignal.timeout(10_000) });
    socket.close();
    return [decode(reply)];
  }

  const ask = async (name: string, type: RecordType = 'A', id = 0): Promise<DecodedPacket> =>
    (await exchange(question(name, type, id)))[0];

  async function overTcp(...messages: readonly Buffer[]): Promise<DecodedPacket[]> {
    const socket = connectTcp(pod.network, '127.0.0.1', 53);
    const frames = messages.flatMap((message) => {
      const length = Buffer.alloc(2);
      length.writeUInt16BE(message.length);
      return [length, message];
    });
    const bytes = Buffer.concat(frames);
    // In two parts, so that a message comes in pieces.
    socket.write(bytes.subarray(0, 7));
    setTimeout(() => socket.end(bytes.subarray(7)), 5);
    let got = Buffer.alloc(0);
    for await (const chunk of socket) got = Buffer.concat([got, chunk]);
    const replies: DecodedPacket[] = [];
    for (let at = 0; at < got.length; at += 2 + got.readUInt16BE(at)) {
      replies.push(decode(got.subarray(at + 2, at + 2 + got.readUInt16BE(at))));
    }
    return replies;
  }

  beforeAll(async () => {
    pod = await testContainer();
    running = await dnsProgram(view)(pod.context);
  });
  afterAll(() => running.signal('SIGKILL'));

  describe('names of the cluster', () => {
    it('a Service', async () => {
      const reply = await ask('web.shop.svc.cluster.local');
      expect(dataOf(reply)).toEqual(['10.96.0.20']);
      expect(reply).toMatchObject({ flag_aa: true, flag_rd: true, flag_ra: true, flag_qr: true });
      expect(reply.answers![0]).toMatchObject({ ttl: 5, class: 'IN', name: 'web.shop.svc.cluster.local' });
    });

    it('keeps the letters of the question', async () => {
      const reply = await ask('WEB.shop.SVC.cluster.Local.');
      expect(reply.answers![0]!.name).toBe('WEB.shop.SVC.cluster.Local');
      expect(dataOf(reply)).toEqual(['10.96.0.20']);
    });

    it('has no IPv6, but the name is there', async () => {
      const reply = await ask('web.shop.svc.cluster.local', 'AAAA');
      expect([rcode(reply), reply.answers, reply.authorities![0]!.type]).toEqual(['NOERROR', [], 'SOA']);
    });

    it('a headless Service: what is ready, another first each time', async () => {
      const addresses = ['10.244.0.5', '10.244.0.6', '10.244.0.7'];
      const firsts = new Set<unknown>();
      for (const id of [0, 1, 2]) {
        const data = dataOf(await ask('db.shop.svc.cluster.local', 'A', id));
        expect(data.toSorted()).toEqual(addresses);
        firsts.add(data[0]);
      }
      expect(firsts.size).toBe(3);
      expect(rcode(await ask('none.shop.svc.cluster.local'))).toBe('NXDOMAIN');
    });

    it.each([
      ['db-0.db.shop.svc.cluster.local', '10.244.0.5'],
      ['10-244-0-7.db.shop.svc.cluster.local', '10.244.0.7'],
      ['10-244-0-99.shop.pod.cluster.local', '10.244.0.99'],
      ['ns.dns.cluster.local', '10.96.0.10'],
    ])('%s', async (name, address) => {
      expect(dataOf(await ask(name))).toEqual([address]);
    });

    it('SRV', async () => {
      const web = await ask('_http._tcp.web.shop.svc.cluster.local', 'SRV');
      expect(dataOf(web)).toEqual([
        { priority: 0, weight: 100, port: 80, target: 'web.shop.svc.cluster.local' },
      ]);
      expect(web.additionals).toMatchObject([{ name: 'web.shop.svc.cluster.local', data: '10.96.0.20' }]);
      const db = await ask('_sql._tcp.db.shop.svc.cluster.local', 'SRV');
      const targets = dataOf(db).map((data) => (data as { target: string }).target);
      expect(targets.toSorted()).toEqual([
        '10-244-0-7.db.shop.svc.cluster.local',
        'db-0.db.shop.svc.cluster.local',
        'db-1.db.shop.svc.cluster.local',
      ]);
      expect(rcode(await ask('_http._udp.web.shop.svc.cluster.local', 'SRV'))).toBe('NXDOMAIN');
      expect(dataOf(await ask('web.shop.svc.cluster.local', 'SRV'))).toHaveLength(2);
    });

    it('PTR', async () => {
      expect(dataOf(await ask('20.0.96.10.in-addr.arpa', 'PTR'))).toEqual(['web.shop.svc.cluster.local']);
      expect(dataOf(await ask('5.0.244.10.in-addr.arpa', 'PTR'))).toEqual(['db-0.db.shop.svc.cluster.local']);
      expect(rcode(await ask('7.0.244.10.in-addr.arpa', 'PTR'))).toBe('NXDOMAIN');
    });

    it('ExternalName', async () => {
      expect(dataOf(await ask('away.shop.svc.cluster.local'))).toEqual([
        'web.shop.svc.cluster.local',
        '10.96.0.20',
      ]);
      expect(dataOf(await ask('partner.shop.svc.cluster.local'))).toEqual([
        'api.partner.example',
        '203.0.113.10',
      ]);
      expect(dataOf(await ask('lost.shop.svc.cluster.local'))).toEqual(['nowhere.example']);
    });

    it('what is not there, and what only has something below it', async () => {
      for (const name of [
        'no.shop.svc',
        'web.no.svc',
        'web.shop',
        'x.web.shop.svc',
        'db-9.db.shop.svc',
        'x.shop.pod',
      ]) {
        const reply = await ask(`${name}.cluster.local`);
        expect([name, rcode(reply), reply.authorities![0]?.type]).toEqual([name, 'NXDOMAIN', 'SOA']);
      }
      for (const name of [
        'svc.cluster.local',
        'empty.svc.cluster.local',
        'pod.cluster.local',
        'cluster.local',
      ]) {
        expect([name, rcode(await ask(name))]).toEqual([name, 'NOERROR']);
      }
    });

    it('follows the store', async () => {
      const name = 'late.shop.svc.cluster.local';
      expect(rcode(await ask(name))).toBe('NXDOMAIN');
      const spec = { clusterIP: '10.96.0.77' };
      store.create({
        apiVersion: 'v1',
        kind: 'Service',
        metadata: { name: 'late', namespace: 'shop' },
        spec,
      });
      expect(dataOf(await ask(name))).toEqual(['10.96.0.77']);
      store.delete('services', 'late', 'shop');
      expect(rcode(await ask(name))).toBe('NXDOMAIN');
    });
  });

  describe('names outside', () => {
    it('knows those that the user named, and says once that it knows no others', async () => {
      expect(dataOf(await ask('API.partner.example'))).toEqual(['203.0.113.10']);
      expect(rcode(await ask('example.com'))).toBe('NXDOMAIN');
      expect(rcode(await ask('example.org'))).toBe('NXDOMAIN');
      const told = pod.logged.filter((line) => line.includes('no way out'));
      expect(told).toEqual([expect.stringContaining('example.com')]);
    });
  });

  describe('the protocol', () => {
    it('truncates what is too long for UDP, and gives it over TCP', async () => {
      const name = 'many.shop.svc.cluster.local';
      const short = await ask(name);
      expect([short.flag_tc, short.answers]).toEqual([true, []]);
      const [long, second] = await overTcp(question(name), question('web.shop.svc.cluster.local'));
      expect([long!.flag_tc, long!.answers!.length]).toEqual([false, 60]);
      expect(dataOf(second!)).toEqual(['10.96.0.20']);
    });

    it('EDNS: takes longer datagrams, answers with an OPT of its own', async () => {
      const opt: OptAnswer = {
        type: 'OPT',
        name: '.',
        udpPayloadSize: 4096,
        extendedRcode: 0,
        ednsVersion: 0,
        flags: 0,
        flag_do: false,
        options: [],
      };
      const query = (name: string): Buffer =>
        encode({ type: 'query', id: 7, questions: [{ type: 'A', name, class: 'IN' }], additionals: [opt] });
      const [reply] = await exchange(query('web.shop.svc.cluster.local'));
      expect(reply.additionals).toMatchObject([{ type: 'OPT', udpPayloadSize: 1232 }]);
      const [long] = await exchange(query('many.shop.svc.cluster.local'));
      expect(long.flag_tc).toBe(true);
    });

    it('refuses what it does not do, and survives what is broken', async () => {
      const other = encode({ type: 'query', id: 1, questions: [{ type: 'A', name: 'web', class: 'CH' }] });
      expect(rcode((await exchange(other))[0])).toBe('NOTIMP');
      const update = question('web.shop.svc.cluster.local');
      update[2] = 5 << 3;
      expect(rcode((await exchange(update))[0])).toBe('NOTIMP');
      const broken = Buffer.concat([question('web').subarray(0, 12), Buffer.from([63, 1, 2])]);
      expect(rcode((await exchange(broken))[0])).toBe('FORMERR');
      const answer = encode({ type: 'response', id: 1, questions: [{ type: 'A', name: 'web' }] });
      // Neither is answered: the first thing that comes back belongs to the question behind them.
      const wanted = question('web.shop.svc.cluster.local', 'A', 9);
      const [reply] = await exchange(Buffer.from('x'), answer, wanted);
      expect([reply.id, dataOf(reply)]).toEqual([9, ['10.96.0.20']]);
    });
  });

  describe('with the resolver of this machine', () => {
    beforeAll(async () => {
      // Without an address of its own a machine is not told any (AI_ADDRCONFIG).
      await pod.run('ip', 'address', 'add', '10.244.0.9/32', 'dev', 'lo');
      mkdirSync('/run/etc', { recursive: true });
      const search = 'shop.svc.cluster.local svc.cluster.local cluster.local';
      writeFileSync('/run/etc/resolv.conf', `search ${search}\nnameserver 127.0.0.1\noptions ndots:5\n`);
      await pod.run('mount', '--bind', '/run/etc/resolv.conf', '/etc/resolv.conf');
    });

    it.each([
      ['web', '10.96.0.20'],
      ['web.shop', '10.96.0.20'],
      ['web.shop.svc', '10.96.0.20'],
      ['web.shop.svc.cluster.local', '10.96.0.20'],
      ['db-1.db', '10.244.0.6'],
      ['away', '10.96.0.20'],
      ['api.partner.example', '203.0.113.10'],
    ])('getent finds %s', async (name, address) => {
      expect(await pod.run('getent', 'ahostsv4', name)).toContain(`${address} `);
    });

    it('getent has all of them, and none of what is not there', async () => {
      const lines = (await pod.run('getent', 'ahostsv4', 'many')).split('\n');
      expect(lines.filter((line) => line.includes('STREAM'))).toHaveLength(60);
      await expect(pod.run('getent', 'hosts', 'nosuch')).rejects.toThrow('ended with 2');
      expect(await pod.run('getent', 'hosts', '10.96.0.20')).toContain('web.shop.svc.cluster.local');
    });

    it('curl', async () => {
      await expect(pod.run('curl', '-sS', 'http://nosuch/')).rejects.toThrow(
        'Could not resolve host: nosuch',
      );
      // Found, but nobody routes there.
      await expect(pod.run('curl', '-sS', 'http://web/')).rejects.toThrow(/ended with 7/);
    });
  });
}, ['getent', 'curl', 'ip', 'mount']);
