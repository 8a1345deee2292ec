import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { type NetworkNamespace, openListener } from '../../system/index.ts';

/** An answer of one of the small servers beside a proxy. */
export interface TextAnswer {
  readonly status: number;
  readonly text: string;
  /** `text/plain` without it. */
  readonly type?: string;
}

export type TextHandler = (request: {
  readonly method: string;
  readonly url: URL;
  readonly headers: IncomingMessage['headers'];
}) => TextAnswer | Promise<TextAnswer>;

/** Serves short texts over HTTP in a namespace. Rejects where the port is taken. */
export async function serveTexts(
  network: NetworkNamespace,
  address: string,
  port: number,
  handle: TextHandler,
): Promise<Server> {
  const server = createServer((request, response) => {
    request.resume();
    // Not as a reference to it: `//x` would name another host.
    const url = new URL(`http://admin/${(request.url ?? '').replace(/^\//, '')}`);
    const method = request.method ?? 'GET';
    Promise.resolve()
      .then(() => handle({ method, url, headers: request.headers }))
      .catch((error: unknown): TextAnswer => ({ status: 500, text: `${error}\n` }))
      .then(({ status, text, type = 'text/plain' }) => {
        response.writeHead(status, {
          'content-type': `${type}; charset=UTF-8`,
          server: 'envoy',
          'cache-control': 'no-cache, max-age=0',
        });
        response.end(method === 'HEAD' ? '' : text);
      });
  });
  server.listen({ fd: openListener(network, address, port) });
  await once(server, 'listening');
  return server;
}

export const notFound: TextAnswer = { status: 404, text: 'Not Found\n' };
