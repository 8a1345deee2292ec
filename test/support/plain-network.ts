import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import type { NodeLink, NodeNetwork } from '../../src/lab/node/index.ts';
import { closeNamespace, openNamespace, ownNamespace } from '../../src/lab/system/index.ts';

/** `ip`, one command a line. */
function ip(...lines: readonly string[]): void {
  execFileSync('ip', ['-batch', '-'], {
    input: `${lines.join('\n')}\n`,
    stdio: ['pipe', 'ignore', 'inherit'],
  });
}

/**
 * A network for tests of the node alone: routed veth pairs made by `ip`, no policies, no Services. Only inside namespaces of its own (`inside`).
 */
export function plainNetwork(): NodeNetwork {
  const plan = { nodeName: 'portcullis-lab', nodeAddress: '172.18.0.2', dnsAddress: '10.96.0.10' };
  const links = new Map<string, NodeLink>();
  let count = 1;
  mkdirSync('/run/netns', { recursive: true });
  ip('link set lo up', `address add ${plan.nodeAddress}/32 dev lo`);

  function makeNamespace(address: string): NodeLink {
    const name = `n${count}`;
    ip(
      `netns add ${name}`,
      `link add v${count} type veth peer name eth0 netns ${name}`,
      `link set v${count} up`,
    );
    ip(`address add 169.254.1.1/32 dev v${count}`, `route add ${address}/32 dev v${count}`);
    execFileSync('ip', ['-n', name, '-batch', '-'], {
      input: [
        'link set lo up',
        'link set eth0 up',
        `address add ${address}/32 dev eth0`,
        'route add 169.254.1.1 dev eth0',
        `route add default via 169.254.1.1 src ${address}`,
        '',
      ].join('\n'),
    });
    count++;
    return { namespace: openNamespace(name, `/run/netns/${name}`), address };
  }

  return {
    plan,
    node: ownNamespace,
    outside: makeNamespace('203.0.113.10').namespace,
    async attach(key, { hostNetwork }) {
      if (hostNetwork) return { namespace: ownNamespace, address: plan.nodeAddress };
      const link = links.get(key) ?? makeNamespace(`10.244.0.${count + 1}`);
      links.set(key, link);
      return link;
    },
    async detach(key) {
      const link = links.get(key);
      if (link === undefined) return;
      links.delete(key);
      closeNamespace(link.namespace);
      execFileSync('ip', ['netns', 'delete', link.namespace.name]);
    },
  };
}
