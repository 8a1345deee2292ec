import type { Socket } from 'node:net';
import type { Cluster } from '../../src/cluster/index.ts';
import {
  type DroppedPacket,
  type LabNetwork,
  type PodLink,
  startNetwork,
} from '../../src/lab/network/index.ts';
import { connectTcp, listenTcp, type NetworkNamespace } from '../../src/lab/system/index.ts';
import { clusterOf, namespace, type PodWords, pod } from './text-cluster.ts';

/** A lab's network without the rest of the lab: pods with servers, and policies as texts. */
export interface NetworkAlone {
  readonly network: LabNetwork;
  readonly drops: readonly DroppedPacket[];
  readonly errors: readonly unknown[];
  /** Attaches a pod `NAMESPACE/NAME`; it counts as one of the cluster from the next `enforce` on. */
  add(key: string, words?: PodWords): Promise<PodLink>;
  remove(key: string): Promise<void>;
  link(key: string): PodLink;
  /** Puts these policies into force, and nothing else. */
  enforce(...policies: readonly string[]): Promise<Cluster>;
  /** Listens on TCP: what comes is answered with the name of who listens and the address that it saw, line by line, or as HTTP. */
  listen(where: NetworkNamespace, name: string, port: number): Promise<void>;
  /** Sends a line by TCP and gives the answer: `NAME saw ADDRESS`; `refused`, `lost`. */
  ask(from: NetworkNamespace, address: string, port: number): Promise<string>;
  /** A connection that stays: each call of `ask` sends a line on it. */
  connect(from: NetworkNamespace, address: string, port: number): Promise<Kept>;
  close(): Promise<void>;
}

export interface Kept {
  ask(): Promise<string>;
}

const patience = 700;

export async function networkAlone(): Promise<NetworkAlone> {
  const errors: unknown[] = [];
  const network = await startNetwork(undefined, (error) => errors.push(error));
  const pods = new Map<string, PodWords>();
  const drops: DroppedPacket[] = [];
  const open: { destroy?(): void; close?(): void }[] = [];
  network.onDrop((packet) => void drops.push(packet));
  const link = (key: string): PodLink => network.links().find((each) => each.key === key)!;
  return {
    network,
    drops,
    errors,
    link,
    async add(key, words = {}) {
      pods.set(key, words);
      return network.attach(key, { hostNetwork: words.hostNetwork === true });
    },
    async remove(key) {
      pods.delete(key);
      await network.detach(key);
    },
    async enforce(...policies) {
      const { nodeName, nodeAddress } = network.plan;
      const names = new Set([...pods.keys()].map((key) => key.split('/')[0]!));
      const texts = [
        ...[...names].map((name) => namespace(name, { team: name })),
        ...[...pods].map(([key, words]) => pod(key, { ...words, ip: link(key).address, node: nodeName })),
        JSON.stringify({
          apiVersion: 'v1',
          kind: 'Node',
          metadata: { name: nodeName },
          status: { addresses: [{ type: 'InternalIP', address: nodeAddress }] },
        }),
        ...policies,
      ];
      const cluster = clusterOf(texts);
      await network.enforce(cluster);
      return cluster;
    },
    async listen(where, name, port) {
      const server = await listenTcp(where, '0.0.0.0', port, (socket) => {
        open.push(socket);
        socket.on('error', () => undefined);
        socket.on('data', (bytes) => {
          const answer = `${name} saw ${socket.remoteAddress}`;
          if (bytes.toString().startsWith('GET '))
            socket.end(`HTTP/1.0 200 OK

${answer}`);
          else socket.write(answer);
        });
        socket.on('end', () => socket.end());
      });
      open.push(server);
    },
    ask: async (from, address, port) => {
      const socket = connectTcp(from, address, port);
      try {
        return await exchange(socket);
      } finally {
        socket.destroy();
      }
    },
    async connect(from, address, port) {
      const socket = connectTcp(from, address, port);
      open.push(socket);
      await exchange(socket);
      return { ask: () => exchange(socket) };
    },
    async close() {
      for (const each of open) each.destroy === undefined ? each.close?.() : each.destroy();
      await network.close();
    },
  };
}

function exchange(socket: Socket): Promise<string> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => end('lost'), patience);
    const onData = (bytes: Buffer): void => end(bytes.toString());
    const onError = (error: NodeJS.ErrnoException): void => {
      if (error.code === 'ECONNREFUSED') end('refused');
      else reject(error);
    };
    const end = (answer: string): void => {
      clearTimeout(timer);
      socket.off('data', onData);
      // A late answer or error of a lost exchange is nobody's any more.
      socket.off('error', onError).on('error', () => undefined);
      resolve(answer);
    };
    socket.on('data', onData).on('error', onError);
    socket.write('line');
  });
}
