import { afterAll, beforeAll, expect, it } from 'vitest';
import { inside } from '../../../test/support/inside.ts';
import { type NetworkAlone, networkAlone } from '../../../test/support/network-alone.ts';
import { runProgram } from '../system/index.ts';

inside(import.meta.url, () => {
  let lab: NetworkAlone;

  beforeAll(async () => {
    lab = await networkAlone();
  });
  afterAll(async () => {
    await lab.close();
    expect(lab.errors).toEqual([]);
  });

  it('fifty pods that come at once get links of their own, and answer', async () => {
    const keys = Array.from({ length: 50 }, (_, i) => `many/pod-${i}`);
    const links = await Promise.all(keys.map((key) => lab.add(key)));
    await lab.enforce();
    expect(new Set(links.map(({ address }) => address)).size).toBe(50);
    const [first] = links;
    const answers = await Promise.all(
      links.slice(1).map(({ address }) => lab.ask(first!.namespace, address, 80)),
    );
    expect(new Set(answers)).toEqual(new Set(['refused']));
    await Promise.all(keys.map((key) => lab.remove(key)));
    expect(lab.network.links()).toEqual([]);
  });

  it('a key that is attached twice gives the same link', async () => {
    const [a, b] = await Promise.all([lab.add('a/one'), lab.add('a/one')]);
    expect(a).toBe(b);
  });

  it('a pod has its address, a route and IPv4 only', async () => {
    const { namespace, address } = await lab.add('a/one');
    const addresses = await runProgram(namespace, 'ip', ['-brief', 'address']);
    expect(addresses).toMatch(new RegExp(`^eth0@\\S+ +(UP|UNKNOWN) +${address}/32 *$`, 'm'));
    expect(addresses).toMatch(/^lo +UNKNOWN +127.0.0.1\/8 ::1\/128 *$/m);
    expect(await runProgram(namespace, 'ip', ['route'])).toMatch(/^default via 169.254.1.1 dev eth0/);
  });

  it('a pod of the node’s network has the node’s address and no device', async () => {
    const link = await lab.add('a/host', { hostNetwork: true });
    const { node, plan } = lab.network;
    expect(link).toEqual({ key: 'a/host', namespace: node, address: plan.nodeAddress, device: undefined });
  });

  it('every address beyond the cluster is answered there, one of a pod or Service that is not there nowhere', async () => {
    const { namespace, address } = await lab.add('a/one');
    await lab.enforce();
    await lab.listen(lab.network.outside, 'beyond', 8080);
    for (const each of [lab.network.plan.outsideAddress, '8.8.8.8', '10.1.2.3'])
      expect(await lab.ask(namespace, each, 8080)).toBe(`beyond saw ${address}`);
    for (const from of [namespace, lab.network.node, lab.network.outside])
      for (const each of ['10.244.99.99', '10.96.99.99'])
        expect(await lab.ask(from, each, 8080)).toBe('lost');
  });

  it('a pod that says to be another is not heard', async () => {
    const [one, two] = [await lab.add('a/one'), await lab.add('a/two')];
    await lab.enforce();
    await runProgram(one.namespace, 'ip', ['address', 'add', `${two.address}/32`, 'dev', 'lo']);
    const heard = await runProgram(one.namespace, 'curl', [
      ...['--silent', '--max-time', '1', '--interface', two.address],
      `http://${lab.network.plan.nodeAddress}:1/`,
    ]).catch(String);
    expect(heard).toContain('ended with 28');
  });

  it('what is detached is gone, and its key may come again', async () => {
    const before = await lab.add('b/again');
    await lab.remove('b/again');
    const after = await lab.add('b/again');
    expect(after.address).not.toBe(before.address);
    expect(after.device).not.toBe(before.device);
    await lab.remove('b/again');
    await lab.remove('b/again');
  });
}, ['nft', 'ip', 'curl']);
