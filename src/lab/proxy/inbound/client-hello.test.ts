import { once } from 'node:events';
import { createServer } from 'node:net';
import { connect } from 'node:tls';
import { expect, it } from 'vitest';
import { readClientHello } from './client-hello.ts';

/** The first bytes of a real TLS client. */
async function helloOf(options: {
  readonly servername?: string;
  readonly ALPNProtocols?: string[];
}): Promise<Buffer> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const client = connect({
    port: (server.address() as { port: number }).port,
    host: '127.0.0.1',
    ...options,
  });
  client.on('error', () => undefined);
  const [socket] = await once(server, 'connection');
  const [bytes] = await once(socket, 'data');
  socket.destroy();
  server.close();
  return bytes;
}

it('names the server and the protocols that a client asks for', async () => {
  const servername = 'outbound_.80_._.Web.shop.svc.cluster.local';
  const ALPNProtocols = ['istio-http/1.1', 'istio', 'http/1.1'];
  expect(readClientHello(await helloOf({ servername, ALPNProtocols }))).toEqual({
    serverName: servername.toLowerCase(),
    protocols: ALPNProtocols,
  });
  expect(readClientHello(await helloOf({}))).toEqual({ serverName: undefined, protocols: [] });
});

it('waits for the whole of it, and takes nothing else for one', async () => {
  const bytes = await helloOf({ servername: 'a.b', ALPNProtocols: ['h2'] });
  for (let length = 0; length < bytes.length; length++) {
    expect(readClientHello(bytes.subarray(0, length))).toBe('incomplete');
  }
  expect(readClientHello(Buffer.from('GET / HTTP/1.1\r\n'))).toBeUndefined();
  const cut = Buffer.concat([Buffer.from([0x16, 3, 1, 0, 8, 1, 0, 0, 4, 3, 3, 0, 0])]);
  expect(readClientHello(cut)).toBeUndefined();
});
