import { readFileSync } from 'node:fs';
import type { Protocol } from '../../model/index.ts';
import { type NetworkNamespace, within } from '../system/index.ts';

/** Ports on which somebody listens in a network namespace, beyond loopback. */
export type Listeners = Readonly<Record<Protocol, ReadonlySet<number>>>;

const tcpListen = '0A';
const udpUnconnected = '07';

/** Reads which ports are listened on. The kernel shows a thread the sockets of the namespace that it is in. */
export function listenersIn(namespace: NetworkNamespace): Listeners {
  const read = (table: string, state: string): number[] =>
    within(namespace, () => readTable(table))
      .filter((row) => row.state === state && !row.loopback)
      .map((row) => row.port);
  return {
    TCP: new Set([...read('tcp', tcpListen), ...read('tcp6', tcpListen)]),
    UDP: new Set([...read('udp', udpUnconnected), ...read('udp6', udpUnconnected)]),
    SCTP: new Set(),
  };
}

/** Lines of /proc/net/tcp: `0: 0100007F:3A98 00000000:0000 0A …`, addresses and ports in hexadecimal. */
function readTable(name: string): { port: number; state: string; loopback: boolean }[] {
  let text: string;
  try {
    text = readFileSync(`/proc/thread-self/net/${name}`, 'utf8');
  } catch {
    return [];
  }
  const lines = text.trim().split('\n').slice(1);
  return lines.map((line) => {
    const [, local = '', , state = ''] = line.trim().split(/\s+/);
    const [address = '', port = ''] = local.split(':');
    return { port: Number.parseInt(port, 16), state, loopback: address.endsWith('7F') };
  });
}
