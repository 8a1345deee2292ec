import {
  Agent,
  type ClientRequest,
  request as httpRequest,
  type IncomingMessage,
  type RequestOptions,
} from 'node:http';
import type { Duplex } from 'node:stream';
import type { Body } from './exchange.ts';
import { type HeaderList, headerList } from './headers.ts';
import {
  notUnderstood,
  terminated,
  type UpstreamCall,
  UpstreamError,
  type UpstreamRequest,
  type UpstreamResponse,
  type UpstreamTarget,
} from './upstream.ts';

type PooledOptions = RequestOptions & { readonly target: UpstreamTarget };
type OnCreate = (error: Error | null, socket?: Duplex) => void;

/** Connections to upstreams that are kept for the next request, by the target's key. */
export interface Http1Pool {
  readonly send: (target: UpstreamTarget, request: UpstreamRequest) => UpstreamCall;
  /** Keeps none of the connections that there are: idle ones end now, the others after their request. */
  readonly renew: () => void;
  readonly close: () => void;
}

export function createHttp1Pool(): Http1Pool {
  let agent = createAgent();
  return {
    send: (target, request) => sendWithRetry(agent, target, request),
    renew: () => {
      retire(agent);
      agent = createAgent();
    },
    close: () => agent.destroy(),
  };
}

function createAgent(): Agent {
  const agent = new Agent({ keepAlive: true });
  const hooks = agent as unknown as {
    getName: (options: PooledOptions) => string;
    createConnection: (options: PooledOptions, onCreate: OnCreate) => undefined;
  };
  hooks.getName = ({ target }) => target.key;
  hooks.createConnection = ({ target }, onCreate) => {
    target.connect().then(
      (connection) => onCreate(null, connection),
      (error: Error) => onCreate(error),
    );
    return undefined;
  };
  return agent;
}

function retire(agent: Agent): void {
  (agent as unknown as { keepAlive: boolean }).keepAlive = false;
  for (const sockets of Object.values(agent.freeSockets))
    for (const socket of sockets ?? []) socket.destroy();
}

/**
 * A kept connection may end while a request goes out on it. A request of which nothing was read by then is sent again, on another one.
 * Source: Istio's retry policies (reset-before-request, connect-failure).
 */
function sendWithRetry(agent: Agent, target: UpstreamTarget, request: UpstreamRequest): UpstreamCall {
  let current = sendOnce(agent, target, request);
  let aborted = false;
  const retry = async (left: number): Promise<UpstreamResponse> => {
    try {
      return await current.response;
    } catch (error) {
      if (left === 0 || aborted || request.body !== undefined || !current.reused()) throw error;
      current = sendOnce(agent, target, request);
      return retry(left - 1);
    }
  };
  return {
    response: retry(2),
    abort: () => {
      aborted = true;
      current.abort();
    },
  };
}

function sendOnce(
  agent: Agent,
  target: UpstreamTarget,
  { method, path, host, headers, body, upgrade, proceed, onConnection }: UpstreamRequest,
): UpstreamCall & { readonly reused: () => boolean } {
  const options: PooledOptions = { agent, method, path, setHost: false, target };
  const request = httpRequest(options);
  writeHeaders(request, [['host', host], ...headers], body, upgrade);
  const response = new Promise<UpstreamResponse>((resolve, reject) => {
    request.on('socket', ({ localAddress = '', localPort = 0 }) =>
      onConnection(`${localAddress}:${localPort}`),
    );
    request.on('response', (answer) => {
      resolve({
        status: answer.statusCode!,
        headers: headerList(answer.rawHeaders),
        body: bodyOf(answer),
      });
    });
    request.on('upgrade', (answer, connection: Duplex, head: Buffer) => {
      if (head.length > 0) connection.unshift(head);
      const list = headerList(answer.rawHeaders);
      resolve({ status: 101, headers: list, body: undefined, switched: connection });
    });
    request.on('continue', () => proceed?.());
    request.on('error', (error: NodeJS.ErrnoException) => {
      if (error instanceof UpstreamError) reject(error);
      else reject(error.code?.startsWith('HPE_') === true ? notUnderstood() : terminated());
    });
  });
  if (body === undefined) request.end();
  else {
    // The body may take its time, or wait for a `100 Continue`.
    request.flushHeaders();
    pipeBody(body, request);
  }
  return { response, abort: () => request.destroy(), reused: () => request.reusedSocket };
}

function writeHeaders(
  request: ClientRequest,
  headers: HeaderList,
  body: Body | undefined,
  upgrade: string | undefined,
): void {
  for (const [name, values] of Map.groupBy(headers, ([each]) => each)) {
    const texts = values.map(([, value]) => value);
    request.setHeader(name, texts.length === 1 ? texts[0]! : texts);
  }
  if (upgrade !== undefined) {
    request.setHeader('connection', 'upgrade');
    request.setHeader('upgrade', upgrade);
    return;
  }
  request.removeHeader('connection');
  const counted = headers.some(([name]) => name === 'content-length');
  if (body !== undefined && !counted) request.setHeader('transfer-encoding', 'chunked');
  if (body === undefined && !counted) request.removeHeader('transfer-encoding');
}

function pipeBody({ stream, trailers }: Body, request: ClientRequest): void {
  stream.on('end', () => {
    const list = trailers();
    if (list.length > 0) request.addTrailers(list as [string, string][]);
    request.end();
  });
  stream.on('error', () => request.destroy());
  stream.on('close', () => {
    if (!stream.readableEnded) request.destroy();
  });
  stream.pipe(request, { end: false });
}

function bodyOf(answer: IncomingMessage): Body {
  return { stream: answer, trailers: () => headerList(answer.rawTrailers) };
}
