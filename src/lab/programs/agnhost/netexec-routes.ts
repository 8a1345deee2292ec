import type { IncomingMessage, ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import type { ContainerContext } from '../../node/index.ts';
import { goLog } from '../kit/go-log.ts';
import { hostnameOf } from '../kit/hostname.ts';
import { pathOf, queryOf, senderOf, sendText } from '../kit/http.ts';
import { dial } from './dial.ts';

type Route = (form: URLSearchParams, request: IncomingMessage, response: ServerResponse) => unknown;

/** The HTTP endpoints of `agnhost netexec`. What they answer is the original's; `/shell` and `/upload` are refused: the lab runs nothing that a request asks for. */
export function netexecRoutes(
  context: ContainerContext,
  end: (code: number) => void,
): (request: IncomingMessage, response: ServerResponse) => Promise<void> {
  const log = goLog(context);
  const hostname = hostnameOf(context.pod);
  const sendHostname: Route = (_, request, response) => {
    log(`GET ${pathOf(request)}`);
    sendText(response, hostname);
  };
  const refuse: Route = (_, request, response) => {
    log(`GET ${pathOf(request)} refused`);
    sendText(response, `${pathOf(request)} is not to be had in the lab\n`, 403);
  };
  const routes: Readonly<Record<string, Route>> = {
    '/hostname': sendHostname,
    '/hostName': sendHostname,
    '/clientip': (_, request, response) => {
      log('GET /clientip');
      sendText(response, senderOf(request));
    },
    '/header': (form, request, response) => {
      const name = form.get('key') ?? '';
      log(`GET /header?key=${name}`);
      const values = request.headersDistinct[name.toLowerCase()] ?? [];
      sendText(response, values.join(','), name === '' ? 400 : 200);
    },
    '/echo': (form, _, response) => {
      const message = form.get('msg') ?? '';
      const code = form.get('code') ?? '';
      log(`GET /echo?msg=${message}&code=${code}`);
      if (code === '') return sendText(response, message);
      if (!/^[1-9]\d\d$/.test(code)) return sendText(response, badNumber('code', code));
      sendText(response, message, Number(code));
    },
    '/healthz': (_, __, response) => {
      log('GET /healthz');
      response.writeHead(200, { 'Content-Length': 0 }).end();
    },
    '/redirect': (form, request, response) => {
      const location = form.get('location') ?? '';
      const code = form.get('code') ?? '';
      log(`${request.method} /redirect?msg=${location}&code=${code}`);
      if (code !== '' && !/^3\d\d$/.test(code)) return sendText(response, badNumber('code', code));
      response.writeHead(Number(code || 302), { Location: location, 'Content-Length': 0 }).end();
    },
    '/exit': (form, _, response) => {
      const code = form.get('code') ?? '';
      log(`GET /exit?code=${code}`);
      if (!/^\d{0,3}$/.test(code)) return sendText(response, badNumber('code', code));
      response.on('close', () => end(Number(code)));
      response.writeHead(200, { 'Content-Length': 0, Connection: 'close' }).end();
    },
    '/shutdown': (_, __, response) => {
      log('GET /shutdown');
      response.on('close', () => end(0));
      response.destroy();
    },
    '/dial': (form, _, response) => dial(context, form, response, log),
    '/shell': refuse,
    '/upload': refuse,
  };
  const root: Route = (_, __, response) => {
    log('GET /');
    sendText(response, `NOW: ${new Date().toISOString()}`);
  };
  return async (request, response) => {
    const form = await formOf(request);
    await (routes[pathOf(request)] ?? root)(form, request, response);
  };
}

const badNumber = (name: string, value: string): string =>
  `argument '${name}' must be an integer or empty, got ${JSON.stringify(value)}\n`;

/** Go's FormValue: what the body says goes before the query. */
async function formOf(request: IncomingMessage): Promise<URLSearchParams> {
  const query = queryOf(request);
  if (request.headers['content-type'] !== 'application/x-www-form-urlencoded') return query;
  const body = new URLSearchParams(await text(request));
  return new URLSearchParams([...body, ...query]);
}
