import type { Exchange } from '../http/exchange.ts';
import { endToEnd, type HeaderList, without } from '../http/headers.ts';
import { replyLocally } from '../http/local-reply.ts';
import {
  retriedInVain,
  type UpstreamCall,
  type UpstreamError,
  type UpstreamRequest,
  type UpstreamResponse,
  type UpstreamTarget,
} from '../http/upstream.ts';
import { asUpstreamError } from './connect.ts';
import { countAnswer, countRetry, countSent } from './count.ts';
import { joinConnections } from './pipe.ts';
import type { RequestRecord } from './record.ts';
import type { Sidecar } from './sidecar.ts';

/** Where a request goes on to and how. */
export interface Forwarding {
  /** Envoy's name of the cluster that the targets are of. */
  readonly cluster: string;
  /** The one to be tried first, and others for when it takes no connection, by turns. `name` is `ADDRESS:PORT`. */
  readonly targets: readonly { readonly name: string; readonly target: UpstreamTarget }[];
  /** How often a connection is tried at most. */
  readonly attempts: number;
  readonly path: string;
  readonly host: string;
  readonly headers: HeaderList;
  /** What the answer's header `server` says. */
  readonly server: string;
  /** Headers that the answer gets besides. */
  readonly responseHeaders: HeaderList;
}

/** Passes a request on and its answer back, each as it comes. */
export function forward(sidecar: Sidecar, exchange: Exchange, record: RequestRecord, to: Forwarding): void {
  let call: UpstreamCall | undefined;
  let gone = false;
  exchange.onEnd((complete) => {
    gone = true;
    const unsent = exchange.body !== undefined && !exchange.body.stream.readableEnded;
    if (complete && !unsent) return;
    call?.abort();
    // An answer that came before the request was whole: what is left of it is thrown away.
    exchange.body?.stream.resume();
  });
  const { stats } = sidecar;
  const request: Omit<UpstreamRequest, 'onConnection'> = {
    method: exchange.method,
    path: to.path,
    host: to.host,
    headers: endToEnd(to.headers),
    body: exchange.body,
    upgrade: exchange.upgrade?.toLowerCase() === 'websocket' ? exchange.upgrade : undefined,
    proceed: exchange.proceed,
  };
  const attempt = async (index: number): Promise<UpstreamResponse> => {
    const { name, target } = to.targets[index % to.targets.length]!;
    record.upstream({ upstreamHost: name });
    const pool = target.version === 'HTTP/2' ? sidecar.http2 : sidecar.http1;
    const onConnection = (upstreamLocal: string): void => {
      record.upstream({ upstreamHost: name, upstreamLocal });
      countSent(stats, to.cluster);
    };
    call = pool.send(target, { ...request, onConnection });
    try {
      return await call.response;
    } catch (error) {
      const failure = asUpstreamError(error);
      if (gone || !isRetried(failure, exchange)) throw failure;
      if (index + 1 >= to.attempts) throw index === 0 ? failure : retriedInVain(failure);
      countRetry(stats, to.cluster);
      return attempt(index + 1);
    }
  };
  attempt(0).then(
    (response) => {
      countAnswer(stats, to.cluster, response.status);
      if (!gone) answer(exchange, record, to, response);
    },
    (error: unknown) => {
      if (gone) return;
      countAnswer(stats, to.cluster, 503);
      answerFailure(exchange, record, to.server, asUpstreamError(error));
    },
  );
}

/** Without a connection it is tried again, at the next endpoint where there is one (Istio retries connect-failure). Envoy keeps a body for that; here it is gone. */
function isRetried({ flag }: UpstreamError, { body }: Exchange): boolean {
  return flag === 'UF' && body === undefined;
}

function answer(exchange: Exchange, record: RequestRecord, to: Forwarding, response: UpstreamResponse): void {
  const { status, headers, body, switched } = response;
  const took = record.elapsed();
  record.answer({ code: status, details: 'via_upstream', upstreamServiceTime: took });
  const all: HeaderList = [
    ...without(endToEnd(headers), 'server', 'x-envoy-upstream-service-time', 'x-envoy-decorator-operation'),
    ['x-envoy-upstream-service-time', `${took}`],
    ['server', to.server],
    ...to.responseHeaders,
  ];
  if (switched === undefined) {
    exchange.respond(
      status,
      headers.some(([name]) => name === 'date') ? all : [...all, ['date', new Date().toUTCString()]],
      body,
    );
    return;
  }
  const upgrade: HeaderList = headers.filter(([name]) => name === 'upgrade' || name === 'connection');
  joinConnections(exchange.switchProtocols([...upgrade, ...all]), switched, () => undefined);
}

/** Source: envoy source/common/router/router.cc onUpstreamReset. */
function answerFailure(
  exchange: Exchange,
  record: RequestRecord,
  server: string,
  error: UpstreamError,
): void {
  const { flag, message, slug, transportFailure, retried } = error;
  record.answer({
    code: 503,
    flags: retried ? `URX,${flag}` : flag,
    details: `upstream_reset_before_response_started{${slug}}`,
    transportFailure,
  });
  const reason = retried ? 'retried and the latest reset reason' : 'reset reason';
  const text = `upstream connect error or disconnect/reset before headers. ${reason}: ${message}`;
  replyLocally(exchange, 503, text, server);
}
