import { once } from 'node:events';
import type { Duplex } from 'node:stream';
import { connectTcp, type NetworkNamespace } from '../system/index.ts';
import { goError } from './go-error.ts';

const loopback = '127.0.0.1';

/** Connects to a port of a pod from within its network, as a container runtime does for port-forward. Rejects in the words of containerd (sandbox_portforward_linux.go). */
export async function forwardPort(network: NetworkNamespace, uid: string, port: number): Promise<Duplex> {
  const socket = connectTcp(network, loopback, port);
  try {
    await once(socket, 'connect');
  } catch (error) {
    const why = goError(error as Error, loopback, port, 'tcp4');
    throw new Error(`failed to connect to localhost:${port} inside namespace "${uid}", IPv4: ${why}`);
  }
  return socket;
}
