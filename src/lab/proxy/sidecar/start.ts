import type { Server, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { listenTcp } from '../../system/index.ts';
import { appHealth } from '../admin/app-health.ts';
import { adminHandler, healthHandler, metricsHandler } from '../admin/server.ts';
import { serveTexts, type TextHandler } from '../admin/text-server.ts';
import { badRequestText } from '../http/bad-request.ts';
import type { Exchange } from '../http/exchange.ts';
import { createHttp1Server } from '../http/front-h1.ts';
import { createHttp2Server } from '../http/front-h2.ts';
import { acceptInbound } from '../inbound/accept.ts';
import { inboundServer, serveRequest } from '../inbound/http.ts';
import { acceptOutbound } from '../outbound/accept.ts';
import { outboundServer, sendRequest } from '../outbound/http.ts';
import type { MeshView, ProxyContext, ProxyKind, RunningProxy } from '../types.ts';
import type { Connection } from './connection.ts';
import { createSidecar } from './create.ts';
import type { Sidecar } from './sidecar.ts';

/** The proxy that the lab has built in: no process of its own, everything in this one. */
export const builtInProxy: ProxyKind = { name: 'built-in', start };

type Side = 'inbound' | 'outbound';
interface Taken {
  readonly side: Side;
  readonly connection: Connection;
}

async function start(context: ProxyContext, view: MeshView): Promise<RunningProxy> {
  const { sidecar, update, drain } = await createSidecar(context, view);
  const { network, address } = context;
  const sockets = new Set<Socket>();
  const flying = new Set<Exchange>();
  const taken = new WeakMap<Duplex, Taken>();

  const onExchange = (exchange: Exchange, stream: Duplex): void => {
    const known = taken.get(stream);
    if (known === undefined) {
      exchange.abort();
      return;
    }
    flying.add(exchange);
    exchange.onEnd(() => flying.delete(exchange));
    handle(sidecar, known, exchange);
  };
  const http1 = createHttp1Server(onExchange, (stream, code) => {
    const known = taken.get(stream);
    stream.end(badRequestText(code, known?.side === 'outbound' ? outboundServer : inboundServer));
  });
  const http2 = createHttp2Server(onExchange);
  const door = (side: Side) => ({
    accept: (connection: Connection, stream: Duplex, version: 'HTTP/1.1' | 'HTTP/2'): void => {
      taken.set(stream, { side, connection });
      if (version === 'HTTP/2') http2.accept(stream);
      else http1.emit('connection', stream);
    },
  });
  const take = (socket: Socket, accept: (raw: Socket) => Promise<void>): void => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    accept(socket).catch((error: unknown) => {
      sidecar.log.agent('error', undefined, `a connection was dropped: ${error}`);
      socket.destroy();
    });
  };

  let ready = false;
  const isReady = (): boolean => ready && !sidecar.isDraining();
  const servers: Server[] = [];
  try {
    servers.push(
      await listenTcp(network, '0.0.0.0', 15006, (raw) =>
        take(raw, (each) => acceptInbound(sidecar, each, door('inbound'))),
      ),
      await listenTcp(network, '0.0.0.0', 15001, (raw) =>
        take(raw, (each) => acceptOutbound(sidecar, each, door('outbound'))),
      ),
      await serveTexts(network, '127.0.0.1', 15000, adminHandler(sidecar, isReady)),
      await serveTexts(network, '0.0.0.0', 15021, healthHandler(isReady)),
      await serveTexts(network, '0.0.0.0', 15020, agentHandler(sidecar, isReady)),
      await serveTexts(network, '0.0.0.0', 15090, metricsHandler(sidecar)),
    );
  } catch (error) {
    for (const server of servers) server.close();
    drain();
    throw error;
  }
  ready = true;
  sidecar.log.agent('info', undefined, 'Envoy proxy is ready');

  const ended = Promise.withResolvers<void>();
  let stopping: Promise<void> | undefined;
  const stop = async (graceMilliseconds: number): Promise<void> => {
    drain();
    sidecar.log.agent(
      'info',
      undefined,
      `Graceful termination period is ${graceMilliseconds}ms, starting...`,
    );
    for (const server of servers) server.close();
    http2.close();
    const until = performance.now() + graceMilliseconds;
    while (flying.size > 0 && performance.now() < until) await sleep(10);
    sidecar.http1.close();
    sidecar.http2.close();
    http1.closeAllConnections();
    for (const socket of sockets) socket.destroy();
    for (const server of servers)
      if ('closeAllConnections' in server)
        (server as unknown as { closeAllConnections(): void }).closeAllConnections();
    sidecar.log.agent('info', undefined, `Agent draining Proxy for termination of ${address}: done`);
    ended.resolve();
  };
  return {
    kind: builtInProxy.name,
    ready: isReady,
    update,
    stop: (grace) => (stopping ??= stop(grace)),
    exited: ended.promise,
  };
}

function handle(sidecar: Sidecar, { side, connection }: Taken, exchange: Exchange): void {
  const fail = (error: unknown): void => {
    sidecar.log.agent('error', undefined, `a request was dropped: ${error}`);
    exchange.abort();
  };
  try {
    if (side === 'outbound') sendRequest(sidecar, connection, exchange);
    else serveRequest(sidecar, connection, exchange).catch(fail);
  } catch (error) {
    fail(error);
  }
}

/** The agent's port: health, the application's own probes, and the metrics of proxy and application together (here: the proxy's). */
function agentHandler(sidecar: Sidecar, isReady: () => boolean): TextHandler {
  const health = healthHandler(isReady);
  const metrics = metricsHandler(sidecar);
  const probe = appHealth(sidecar.context);
  return (request) => {
    const { pathname } = request.url;
    if (pathname.startsWith('/app-health/')) return probe(pathname);
    return pathname === '/stats/prometheus' ? metrics(request) : health(request);
  };
}
