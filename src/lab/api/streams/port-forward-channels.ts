import { Duplex } from 'node:stream';
import type { WebSocket } from 'ws';
import { badRequest } from '../../store/index.ts';
import { join } from './join.ts';
import type { ForwardTarget } from './port-forward.ts';
import { readPort } from './ports.ts';

/** The ports that a caller of `v4.channel.k8s.io` names in the query: `ports=80&ports=443`, `ports=80,443`. Throws a StatusError. */
export function queriedPorts(query: URLSearchParams): readonly number[] {
  const texts = query.getAll('ports').flatMap((each) => each.split(','));
  if (texts.length === 0) throw badRequest('query parameter "ports" is required');
  return texts.map((text) => {
    const port = readPort(text);
    if (typeof port === 'string') throw badRequest(port);
    return port;
  });
}

/**
 * The form before tunnels: one connection to each of the ports, on two channels each (data, errors), of which each begins with the port in two bytes. There is no half-close in it.
 * Source: kubelet/pkg/cri/streaming/portforward/websocket.go.
 */
export async function forwardChannels(
  socket: WebSocket,
  ports: readonly number[],
  { connect, name, uid }: ForwardTarget,
): Promise<void> {
  const ways = ports.map((_port, i) => createWay(socket, i * 2));
  socket.on('message', (message: Buffer) => {
    const channel = message[0] ?? 1;
    if (channel % 2 === 0) ways[channel / 2]?.take(message.subarray(1));
  });
  socket.on('close', () => {
    for (const way of ways) way.stream.destroy();
  });
  // The close event that follows says all that is to be known.
  socket.on('error', () => {});
  await Promise.all(
    ports.map(async (port, i) => {
      const bytes = Buffer.alloc(2);
      bytes.writeUInt16LE(port);
      const say = (text: Buffer): void => socket.send(Buffer.concat([Buffer.from([i * 2 + 1]), text]));
      const { stream } = ways[i]!;
      stream.write(bytes);
      say(bytes);
      try {
        await join(stream, await connect(port));
      } catch (error) {
        const why = (error as Error).message;
        if (socket.readyState === socket.OPEN) {
          say(Buffer.from(`error forwarding port ${port} to pod ${name}, uid ${uid}: ${why}`));
        }
        stream.destroy();
      }
    }),
  );
  socket.close(1000);
}

/** One channel as a stream. It reads no further than the pod's program does, which holds up the other channels as well. */
function createWay(
  socket: WebSocket,
  channel: number,
): { readonly stream: Duplex; readonly take: (bytes: Buffer) => void } {
  let open = true;
  const stream = new Duplex({
    read() {
      if (socket.isPaused) socket.resume();
    },
    write(bytes: Buffer, _encoding, done) {
      if (socket.readyState !== socket.OPEN) done();
      else socket.send(Buffer.concat([Buffer.from([channel]), bytes]), () => done());
    },
    final(done) {
      // With nothing more from the pod, there is no way to say so but to end.
      open = false;
      stream.push(null);
      done();
    },
    destroy(error, done) {
      open = false;
      if (socket.isPaused) socket.resume();
      done(error);
    },
  });
  return {
    stream,
    take(bytes) {
      if (open && bytes.length > 0 && !stream.push(bytes)) socket.pause();
    },
  };
}
