import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { inside } from '../../../test/support/inside.ts';
import { type NetworkAlone, networkAlone } from '../../../test/support/network-alone.ts';
import { made, openPorts } from '../../../test/support/text-cluster.ts';
import { runProgram } from '../system/index.ts';

const denyIngress = (namespace: string): string =>
  made('NetworkPolicy', `${namespace}/deny`, { podSelector: {}, policyTypes: ['Ingress'] });

inside(import.meta.url, () => {
  let lab: NetworkAlone;
  let address: (key: string) => string;
  let ask: (from: string, to: string, port?: number) => Promise<string>;

  beforeAll(async () => {
    lab = await networkAlone();
    await Promise.all([
      lab.add('shop/web'),
      lab.add('shop/db', { ports: ['sql=5432'] }),
      lab.add('ops/tool'),
      lab.add('ops/host', { hostNetwork: true }),
    ]);
    address = (key) => lab.link(key).address;
    ask = (from, to, port = 80) => lab.ask(lab.link(from).namespace, address(to), port);
    for (const key of ['shop/web', 'shop/db', 'ops/host'])
      for (const port of [80, 5432]) await lab.listen(lab.link(key).namespace, key, port);
  });
  afterAll(async () => {
    await lab.close();
    expect(lab.errors).toEqual([]);
  });
  afterEach(() => lab.enforce());

  it('a pod that no snapshot has talks to its node only, and the node to it', async () => {
    const link = await lab.network.attach('new/pod', { hostNetwork: false });
    expect(await lab.ask(link.namespace, address('shop/web'), 80)).toBe('lost');
    expect(await lab.ask(lab.link('shop/web').namespace, link.address, 80)).toBe('lost');
    expect(await lab.ask(lab.network.node, link.address, 80)).toBe('refused');
    await lab.network.detach('new/pod');
  });

  it('without policies everybody reaches everybody, also with curl', async () => {
    await lab.enforce();
    expect(await ask('ops/tool', 'shop/web')).toBe(`shop/web saw ${address('ops/tool')}`);
    expect(await lab.ask(lab.network.outside, address('shop/web'), 80)).toBe(
      `shop/web saw ${lab.network.plan.outsideAddress}`,
    );
    const url = `http://${address('shop/web')}/`;
    const from = lab.link('ops/tool').namespace;
    expect(await runProgram(from, 'curl', ['--silent', '--max-time', '5', url])).toBe(
      `shop/web saw ${address('ops/tool')}`,
    );
  });

  it('a default deny times out, and says so', async () => {
    await lab.enforce(denyIngress('shop'));
    expect(await ask('ops/tool', 'shop/web')).toBe('lost');
    expect(await lab.ask(lab.network.outside, address('shop/web'), 80)).toBe('lost');
    expect(lab.network.drops()).toContainEqual({
      pod: 'shop/web',
      direction: 'ingress',
      policies: [{ kind: 'NetworkPolicy', namespace: 'shop', name: 'deny' }],
      protocol: 'TCP',
      source: { address: address('ops/tool') },
      destination: { address: address('shop/web'), port: 80 },
      count: 1,
      first: expect.any(Date),
      last: expect.any(Date),
    });
  });

  it('the node reaches its own pods whatever policies say, and so does a pod on its network', async () => {
    await lab.enforce(denyIngress('shop'));
    expect(await ask('ops/host', 'shop/web')).toBe(`shop/web saw ${lab.network.plan.nodeAddress}`);
  });

  it('egress policies hold towards the node and pods on its network, too', async () => {
    await lab.enforce(openPorts('ops/tool', 'Egress', 5432));
    expect(await ask('ops/tool', 'ops/host', 80)).toBe('lost');
    expect(await ask('ops/tool', 'ops/host', 5432)).toBe(`ops/host saw ${address('ops/tool')}`);
    expect(lab.drops.at(-1)).toMatchObject({ pod: 'ops/tool', direction: 'egress' });
  });

  it('a port name means the destination pod’s number', async () => {
    const ingress = [{ ports: [{ port: 'sql' }] }];
    await lab.enforce(made('NetworkPolicy', 'shop/sql', { podSelector: {}, ingress }));
    expect(await ask('shop/web', 'shop/db', 5432)).toBe(`shop/db saw ${address('shop/web')}`);
    expect(await ask('shop/web', 'shop/db', 80)).toBe('lost');
    expect(await ask('shop/db', 'shop/web', 5432)).toBe('lost');
  });

  it('what is established stays when a policy comes, and what is new does not get through', async () => {
    await lab.enforce();
    const kept = await lab.connect(lab.link('ops/tool').namespace, address('shop/web'), 80);
    await lab.enforce(denyIngress('shop'));
    expect(await kept.ask()).toBe(`shop/web saw ${address('ops/tool')}`);
    expect(await ask('ops/tool', 'shop/web')).toBe('lost');
  });

  it('a counter goes on when other rules change', async () => {
    await lab.enforce(denyIngress('shop'));
    await ask('ops/tool', 'shop/web');
    const before = countOf(await lab.network.rules());
    await lab.enforce(denyIngress('shop'), denyIngress('ops'));
    expect(before).toBeGreaterThan(0);
    expect(countOf(await lab.network.rules())).toBe(before);
  });

  it('rules carry the names of policies', async () => {
    await lab.enforce(openPorts('shop/web', 'Ingress', 80));
    const rules = await lab.network.rules();
    expect(rules).toContain(`${address('shop/web')} shop/web`);
    expect(rules).toContain(
      'tcp dport 80 counter name "np/shop/web-ingress/ingress/0" accept comment "NetworkPolicy shop/web-ingress ingress[0]"',
    );
    expect(rules).toContain('drop comment "isolated by NetworkPolicy shop/web-ingress"');
  });

  it('tiers: the lower priority first, Pass leads to NetworkPolicies, the baseline comes last', async () => {
    const policy = (name: string, tier: string, priority: number, action: string, port: number): string =>
      made('ClusterNetworkPolicy', name, {
        tier,
        priority,
        subject: { namespaces: { matchLabels: { team: 'shop' } } },
        ingress: [
          {
            action,
            from: [{ namespaces: {} }],
            protocols: [{ tcp: { destinationPort: { number: port } } }],
          },
        ],
      });
    const tiers = [
      policy('first', 'Admin', 1, 'Pass', 80),
      policy('second', 'Admin', 2, 'Deny', 80),
      policy('third', 'Admin', 3, 'Deny', 5432),
      policy('last', 'Baseline', 1, 'Deny', 80),
    ];
    await lab.enforce(...tiers);
    expect(await ask('ops/tool', 'shop/web', 80)).toBe('lost');
    expect(lab.drops.at(-1)).toMatchObject({
      policies: [{ kind: 'ClusterNetworkPolicy', name: 'last' }],
      rule: 0,
    });
    expect(await ask('ops/tool', 'shop/web', 5432)).toBe('lost');
    expect(lab.drops.at(-1)).toMatchObject({ policies: [{ name: 'third' }], rule: 0 });
    await lab.enforce(...tiers, openPorts('shop/web', 'Ingress', 80, 5432));
    expect(await ask('ops/tool', 'shop/web', 80)).toBe(`shop/web saw ${address('ops/tool')}`);
    expect(await ask('ops/tool', 'shop/web', 5432)).toBe('lost');
  });
}, ['nft', 'curl']);

function countOf(rules: string): number {
  return Number(/counter isolated\/ingress\/shop\/deny \{\s*packets (\d+)/.exec(rules)?.[1]);
}
