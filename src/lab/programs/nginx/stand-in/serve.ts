import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ContainerContext } from '../../../node/index.ts';
import { hostnameOf } from '../../kit/hostname.ts';
import { type Close, serveAll, serveHttp } from '../../kit/servers.ts';
import { type Answer, answerOf } from './answer.ts';
import { chooseServer, normalPath } from './choose.ts';
import { statusPage } from './pages.ts';
import { defaultSettings } from './settings.ts';
import type { Exchange } from './template.ts';
import type { Server } from './types.ts';

/** Listens wherever the servers want to. A port that one of them takes on every address is taken once. */
export function serve(context: ContainerContext, servers: readonly Server[]): Promise<Close> {
  const listens = servers.flatMap((server) => server.listens);
  const wide = new Set(listens.filter((each) => each.address === '0.0.0.0').map((each) => each.port));
  const narrow = listens
    .filter((each) => !wide.has(each.port))
    .map(({ address, port }) => `${address}:${port}`);
  const places = [...[...wide].map((port) => `0.0.0.0:${port}`), ...new Set(narrow)];
  const onRequest = (request: IncomingMessage, response: ServerResponse): void => {
    handle(context, servers, request, response).catch(() => response.destroy());
  };
  return serveAll(
    places.map((place) => () => {
      const [address, port] = place.split(':');
      return serveHttp(context.network, Number(port), onRequest, address);
    }),
  );
}

async function handle(
  context: ContainerContext,
  servers: readonly Server[],
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { localAddress = '', localPort = 0 } = request.socket;
  const host = (request.headers.host ?? '').toLowerCase().replace(/:\d+$/, '').replace(/\.$/, '');
  const server = chooseServer(servers, localAddress, localPort, host);
  const [path = '', ...query] = request.url!.split('?');
  const uri = normalPath(path);
  // Bodies are of no use here, but unread they would hold the connection.
  request.resume();
  if (server === undefined || uri === undefined) {
    const bad = { code: 400, body: statusPage(400), type: 'text/html', settings: server?.settings };
    return send(context, request, response, { ...bad, settings: bad.settings ?? defaultSettings }, undefined);
  }
  const exchange: Exchange = {
    request,
    uri,
    args: query.join('?'),
    hostname: hostnameOf(context.pod),
    serverName: (server.names[0] ?? '').replace(/^\./, ''),
    captures: [],
  };
  send(context, request, response, await answerOf(context, server, exchange), exchange);
}

/** `add_header` counts for these without `always`. */
const headed = new Set([200, 201, 204, 206, 301, 302, 303, 304, 307, 308]);

function send(
  { log }: ContainerContext,
  request: IncomingMessage,
  response: ServerResponse,
  answer: Answer,
  exchange: Exchange | undefined,
): void {
  const { code, body, type, location, settings, silent } = answer;
  if (settings.accessLog) log(accessLine(request, code, silent ? 0 : Buffer.byteLength(body)));
  if (silent) {
    request.socket.destroy();
    return;
  }
  response.statusCode = code;
  response.setHeader('Server', 'nginx');
  const empty = code === 204 || code === 304;
  if (!empty) {
    if (type !== '') response.setHeader('Content-Type', type);
    response.setHeader('Content-Length', Buffer.byteLength(body));
  }
  if (location !== undefined) response.setHeader('Location', location);
  for (const { name, value, always } of settings.headers) {
    const text = exchange === undefined ? '' : value(exchange);
    if (text !== '' && (always || headed.has(code))) response.appendHeader(name, text);
  }
  response.end(empty ? undefined : body);
}

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** nginx' `combined` format. */
function accessLine(request: IncomingMessage, code: number, bytes: number): string {
  const now = new Date();
  const two = (value: number): string => String(value).padStart(2, '0');
  const day = `${two(now.getUTCDate())}/${months[now.getUTCMonth()]}/${now.getUTCFullYear()}`;
  const clock = [now.getUTCHours(), now.getUTCMinutes(), now.getUTCSeconds()].map(two).join(':');
  const { referer = '-', 'user-agent': agent = '-' } = request.headers;
  const line = `${request.method} ${request.url} HTTP/${request.httpVersion}`;
  const sent = request.method === 'HEAD' ? 0 : bytes;
  return `${request.socket.remoteAddress} - - [${day}:${clock} +0000] "${line}" ${code} ${sent} "${referer}" "${agent}"`;
}
