import { createPrivateKey } from 'node:crypto';
import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { Duplex } from 'node:stream';
import type { ExecStreams, Exit, PodRuntime } from '../node/index.ts';
import { noSuchResource, type Pod, type Store } from '../store/index.ts';
import type { ApiContext, RouteHandler } from './context.ts';
import { answerError } from './http/answer.ts';
import { createCall, splitUrl } from './http/call.ts';
import { createGuard } from './http/guard.ts';
import { findTarget } from './path.ts';
import { serve } from './serve.ts';
import { refuseUpgrade, upgradeExec, upgradeStream } from './streams/index.ts';
import { found } from './verbs/read.ts';

export type Listener = { readonly fd: number } | { readonly host: string; readonly port: number };

export interface ApiOptions {
  readonly store: Store;
  readonly runtime: PodRuntime;
  /** Bound sockets (one outside on 127.0.0.1, one inside), or where to bind one (port 0: any). */
  readonly listeners: readonly Listener[];
  /** PEM. */
  readonly tls: { readonly key: string; readonly certificate: string };
  /** Whoever sends it may do everything; nobody else may do anything. */
  readonly token: string;
  /** By their names below /portcullis/. */
  readonly routes?: Readonly<Record<string, RouteHandler>>;
  /** Places beside pods in which commands can be run, as /portcullis/NAME/exec: the client outside. */
  readonly places?: Readonly<Record<string, ExecPlace>>;
}

export type ExecPlace = (command: readonly string[], streams: ExecStreams) => Promise<Exit>;

export interface ApiServer {
  /** Where it listens, in the order of the listeners. */
  readonly ports: readonly number[];
  /** Takes no new connections and ends those that there are. */
  close(): Promise<void>;
}

/** Serves the store as the Kubernetes API, on sockets that are bound already. Resolves when it listens. */
export async function startApi(options: ApiOptions): Promise<ApiServer> {
  const { store, runtime, listeners, tls, token, routes = {}, places = {} } = options;
  const context: ApiContext = { store, runtime, routes };
  const key = createPrivateKey(tls.key);
  const guard = createGuard(token);
  const upgraded = new Set<Duplex>();

  const onRequest = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const call = createCall(request, response);
    request.on('error', () => response.destroy());
    response.on('error', () => response.destroy());
    try {
      guard(request);
      await serve(context, call, key);
    } catch (error) {
      answerError(call, error);
    }
  };
  const onUpgrade = (request: IncomingMessage, socket: Duplex, head: Buffer): void => {
    socket.on('error', () => socket.destroy());
    upgraded.add(socket);
    socket.on('close', () => upgraded.delete(socket));
    try {
      guard(request);
      const { path, query } = splitUrl(request);
      const named = path[0] === 'portcullis' && path[2] === 'exec' && Object.hasOwn(places, path[1]!);
      const place = named ? places[path[1]!] : undefined;
      if (place !== undefined) {
        upgradeExec(place, { request, socket, head, query });
        return;
      }
      const target = findTarget(store, path);
      if (target?.resource.name !== 'pods' || target.name === undefined) throw noSuchResource();
      const { subresource } = target;
      upgradeStream(runtime, { request, socket, head, pod: found(store, target) as Pod, subresource, query });
    } catch (error) {
      refuseUpgrade(socket, error);
    }
  };

  const servers = listeners.map(() => {
    const server = createServer({ key: tls.key, cert: tls.certificate, ALPNProtocols: ['http/1.1'] });
    server.on('request', (request, response) => void onRequest(request, response));
    server.on('upgrade', onUpgrade);
    server.on('tlsClientError', () => undefined);
    server.on('clientError', (_error, socket) => socket.destroy());
    // Watches are silent for long.
    server.requestTimeout = 0;
    server.keepAliveTimeout = 180_000;
    return server;
  });
  await Promise.all(servers.map((server, i) => listening(server, listeners[i]!)));
  return {
    ports: servers.map(portOf),
    async close() {
      for (const socket of upgraded) socket.destroy();
      await Promise.all(servers.map(closeServer));
    },
  };
}

async function listening(server: Server, listener: Listener): Promise<void> {
  server.listen(listener);
  await once(server, 'listening');
}

function portOf(server: Server): number {
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

async function closeServer(server: Server): Promise<void> {
  const closed = once(server, 'close');
  server.close();
  server.closeAllConnections();
  await closed;
}
