import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import type { ContainerContext, Program } from '../../node/index.ts';
import { commandLine, programName } from '../command-line.ts';
import { parseFlags } from '../kit/go-flags.ts';
import { pathOf, queryOf, sendJson } from '../kit/http.ts';
import { builtIn } from '../kit/running.ts';
import { serveHttp } from '../kit/servers.ts';

/** The two httpbins differ in this: go-httpbin says every header and argument as a list. */
interface Style {
  readonly many: boolean;
}

const verbs: Readonly<Record<string, string>> = {
  '/get': 'GET',
  '/post': 'POST',
  '/put': 'PUT',
  '/patch': 'PATCH',
  '/delete': 'DELETE',
};

/** `kennethreitz/httpbin` on port 80: what a policy's tests ask of it: /get and its like, /anything, /headers, /ip, /user-agent, /status/CODE, /delay/SECONDS, /uuid. */
export const httpbin: Program = async (context) => {
  const words = commandLine(context, {
    entrypoint: [],
    cmd: ['gunicorn', '-b', '0.0.0.0:80', 'httpbin:app'],
  });
  if (programName(words[0]!) !== 'gunicorn') return context.spawn(words);
  const bound = words[Math.max(words.indexOf('-b'), words.indexOf('--bind')) + 1] ?? '';
  return start(context, Number(/:(\d+)$/.exec(bound)?.[1] ?? 80), { many: false });
};

/** `mccutchen/go-httpbin` on port 8080. */
export const goHttpbin: Program = async (context) => {
  const words = commandLine(context, { entrypoint: [], cmd: ['/bin/go-httpbin'] });
  if (programName(words[0]!) !== 'go-httpbin') return context.spawn(words);
  const { values } = parseFlags(words.slice(1), { port: 'number', host: 'string' });
  return start(context, Number(values.get('port') ?? context.env.PORT ?? 8080), { many: true });
};

async function start(context: ContainerContext, port: number, style: Style) {
  const { log, network } = context;
  const close = await serveHttp(network, port, (request, response) => {
    answer(request, response, style).catch(() => response.destroy());
    response.on('finish', () => log(`${request.method} ${request.url} ${response.statusCode}`));
  });
  return builtIn(close);
}

async function answer(request: IncomingMessage, response: ServerResponse, style: Style): Promise<void> {
  const path = pathOf(request);
  const origin = request.socket.remoteAddress;
  const status = /^\/status\/([1-5]\d\d)$/.exec(path)?.[1];
  const delay = /^\/delay\/(\d+(?:\.\d+)?)$/.exec(path)?.[1];
  if (status !== undefined) {
    response.writeHead(Number(status), { 'Content-Length': 0 }).end();
    return;
  }
  if (path === '/headers') return sendJson(response, { headers: headersOf(request, style) });
  if (path === '/ip') return sendJson(response, { origin });
  if (path === '/user-agent') return sendJson(response, { 'user-agent': request.headers['user-agent'] });
  if (path === '/uuid') return sendJson(response, { uuid: randomUUID() });
  if (path === '/')
    return sendJson(response, { endpoints: [...Object.keys(verbs), '/anything', '/headers'] });
  if (delay !== undefined)
    await new Promise((resolve) => setTimeout(resolve, Math.min(Number(delay), 10) * 1000));
  const method = verbs[path];
  const anything = /^\/anything(\/|$)/.test(path) || delay !== undefined;
  if (!anything && method === undefined) return sendJson(response, { error: 'not found', path }, 404);
  if (!anything && method !== request.method) return sendJson(response, { error: 'method not allowed' }, 405);
  sendJson(response, {
    args: listed([...queryOf(request)], style),
    ...(request.method === 'GET' ? {} : { data: await text(request) }),
    headers: headersOf(request, style),
    ...(anything ? { method: request.method } : {}),
    origin,
    url: `http://${request.headers.host ?? ''}${request.url}`,
  });
}

function headersOf(request: IncomingMessage, style: Style): Readonly<Record<string, unknown>> {
  const pairs = Object.entries(request.headersDistinct).flatMap(([name, values = []]) =>
    values.map((value) => [canonical(name), value] as const),
  );
  return listed(pairs, style);
}

/** `x-forwarded-for` as Go and WSGI write it: `X-Forwarded-For`. */
const canonical = (name: string): string => name.replace(/(^|-)[a-z]/g, (start) => start.toUpperCase());

function listed(
  pairs: readonly (readonly [string, string])[],
  { many }: Style,
): Readonly<Record<string, unknown>> {
  const names = [...new Set(pairs.map(([name]) => name))];
  return Object.fromEntries(
    names.map((name) => {
      const values = pairs.filter(([each]) => each === name).map(([, value]) => value);
      return [name, many ? values : values.join(',')];
    }),
  );
}
