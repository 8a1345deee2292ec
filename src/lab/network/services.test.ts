import { afterAll, beforeAll, expect, it } from 'vitest';
import { inside } from '../../../test/support/inside.ts';
import { type NetworkAlone, networkAlone } from '../../../test/support/network-alone.ts';
import { made, openPorts } from '../../../test/support/text-cluster.ts';
import type { EndpointSlice, Service } from '../store/index.ts';
import { bindUdp, type NetworkNamespace } from '../system/index.ts';

const virtual = '10.96.0.50';
const meta = { uid: 'u', resourceVersion: '1', creationTimestamp: '2026-01-01T00:00:00Z', generation: 1 };

/** A Service `shop/NAME` with the port 80 named web; `more` over its spec. */
function service(name: string, clusterIP: string, more: object = {}): Service {
  const ports = [{ name: 'web', port: 80, protocol: 'TCP' as const }];
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { ...meta, name, namespace: 'shop' },
    spec: { clusterIP, ports, ...more },
  };
}

/** Its endpoints; `8080!` behind an address: not ready. */
function slice(name: string, ...addresses: readonly string[]): EndpointSlice {
  return {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: {
      ...meta,
      name: `${name}-x`,
      namespace: 'shop',
      labels: { 'kubernetes.io/service-name': name },
    },
    addressType: 'IPv4',
    endpoints: addresses.map((address) => ({
      addresses: [address.replace('!', '')],
      conditions: { ready: !address.endsWith('!') },
    })),
    ports: [{ name: 'web', port: 8080, protocol: 'TCP' }],
  };
}

inside(import.meta.url, () => {
  let lab: NetworkAlone;
  let client: NetworkNamespace;
  let address: (key: string) => string;

  beforeAll(async () => {
    lab = await networkAlone();
    await Promise.all(['shop/a', 'shop/b', 'ops/tool'].map((key) => lab.add(key)));
    await lab.add('ops/host', { hostNetwork: true });
    await lab.enforce();
    address = (key) => lab.link(key).address;
    client = lab.link('ops/tool').namespace;
    for (const key of ['shop/a', 'shop/b', 'ops/host']) await lab.listen(lab.link(key).namespace, key, 8080);
  });
  afterAll(async () => {
    await lab.close();
    expect(lab.errors).toEqual([]);
  });

  const serve = (one: Service, ...endpoints: readonly string[]): Promise<void> =>
    lab.network.serve([one], [slice(one.metadata.name, ...endpoints)]);
  const askOften = async (from: NetworkNamespace, times: number): Promise<ReadonlySet<string>> =>
    new Set(await Promise.all(Array.from({ length: times }, () => lab.ask(from, virtual, 80))));

  it('leads to all ready endpoints by their own port, from pods, the node and beyond', async () => {
    await serve(service('web', virtual), address('shop/a'), address('shop/b'));
    const seen = (who: string): ReadonlySet<string> => new Set([`shop/a saw ${who}`, `shop/b saw ${who}`]);
    expect(await askOften(client, 40)).toEqual(seen(address('ops/tool')));
    expect(await askOften(lab.network.node, 40)).toEqual(seen(lab.network.plan.nodeAddress));
    expect(await askOften(lab.network.outside, 40)).toEqual(seen(lab.network.plan.outsideAddress));
  });

  it('leaves out endpoints that are not ready, and refuses where none is', async () => {
    await serve(service('web', virtual), address('shop/a'), `${address('shop/b')}!`);
    expect(await askOften(client, 20)).toEqual(new Set([`shop/a saw ${address('ops/tool')}`]));
    await serve(service('web', virtual), `${address('shop/a')}!`);
    expect(await askOften(client, 1)).toEqual(new Set(['refused']));
    expect(await askOften(lab.network.node, 1)).toEqual(new Set(['refused']));
  });

  it('a port that the Service does not have answers nothing, and no policy is blamed', async () => {
    await serve(service('web', virtual), address('shop/a'));
    await lab.enforce(openPorts('ops/tool', 'Egress'));
    const before = lab.drops.length;
    expect(await lab.ask(client, virtual, 81)).toBe('lost');
    expect(lab.drops.length).toBe(before);
    await lab.enforce();
  });

  it('sessionAffinity ClientIP keeps a client at one endpoint', async () => {
    const sticky = service('web', virtual, { sessionAffinity: 'ClientIP' });
    await serve(sticky, address('shop/a'), address('shop/b'));
    expect((await askOften(client, 30)).size).toBe(1);
  });

  it('an endpoint of the node’s network, and a pod behind its own Service', async () => {
    await serve(service('web', virtual), lab.network.plan.nodeAddress);
    expect(await lab.ask(client, virtual, 80)).toBe(`ops/host saw ${address('ops/tool')}`);
    await serve(service('web', virtual), address('shop/a'));
    expect(await lab.ask(lab.link('shop/a').namespace, virtual, 80)).toBe(
      `shop/a saw ${lab.network.plan.nodeAddress}`,
    );
  });

  it('node ports, external addresses and those of load balancers lead there, too, and the client keeps its address', async () => {
    const ports = [{ name: 'web', port: 80, nodePort: 30080, protocol: 'TCP' as const }];
    const open = service('web', virtual, { type: 'LoadBalancer', ports, externalIPs: ['198.51.100.9'] });
    const status = { loadBalancer: { ingress: [{ ip: '198.51.100.10' }] } };
    await serve({ ...open, status }, address('shop/a'));
    const { outside, plan } = lab.network;
    const answers = [
      await lab.ask(client, plan.nodeAddress, 30080),
      await lab.ask(client, '198.51.100.9', 80),
      await lab.ask(client, '198.51.100.10', 80),
    ];
    expect(new Set(answers)).toEqual(new Set([`shop/a saw ${address('ops/tool')}`]));
    expect(await lab.ask(outside, plan.nodeAddress, 30080)).toBe(`shop/a saw ${plan.outsideAddress}`);
  });

  it('policies see the endpoint and its port, not the Service', async () => {
    await serve(service('web', virtual), address('shop/a'));
    await lab.enforce(openPorts('shop/a', 'Ingress', 80));
    expect(await lab.ask(client, virtual, 80)).toBe('lost');
    expect(lab.drops.at(-1)?.destination).toEqual({ address: address('shop/a'), port: 8080 });
    await lab.enforce(openPorts('shop/a', 'Ingress', 8080));
    expect(await lab.ask(client, virtual, 80)).toBe(`shop/a saw ${address('ops/tool')}`);
    const egress = [{ to: [{ ipBlock: { cidr: `${virtual}/32` } }] }];
    await lab.enforce(
      made('NetworkPolicy', 'ops/virtual', { podSelector: {}, egress, policyTypes: ['Egress'] }),
    );
    expect(await lab.ask(client, virtual, 80)).toBe('lost');
    await lab.enforce();
  });

  it('UDP beside TCP on one port', async () => {
    const ports = [
      { name: 'web', port: 80, protocol: 'TCP' as const },
      { name: 'dns', port: 80, protocol: 'UDP' as const },
    ];
    const endpoints = slice('web', address('shop/a'));
    const more = { ports: [...endpoints.ports!, { name: 'dns', port: 5353, protocol: 'UDP' }] };
    await lab.network.serve([service('web', virtual, { ports })], [{ ...endpoints, ...more }]);
    const server = await bindUdp(lab.link('shop/a').namespace, '0.0.0.0', 5353);
    const asker = await bindUdp(client, '0.0.0.0', 0);
    server.on('message', (_, from) => server.send('named', from.port, from.address));
    const answer = new Promise((resolve) =>
      asker.once('message', (message, from) => resolve([String(message), from.address, from.port])),
    );
    asker.send('who', 80, virtual);
    expect(await answer).toEqual(['named', virtual, 80]);
    expect(await lab.ask(client, virtual, 80)).toBe(`shop/a saw ${address('ops/tool')}`);
    server.close();
    asker.close();
  });
}, ['nft']);
