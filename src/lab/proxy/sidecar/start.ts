import type { Server, Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Exit } from '../../node/index.ts';
import { listenTcp } from '../../system/index.ts';
import { agentHandler } from '../admin/agent.ts';
import { healthHandler } from '../admin/health.ts';
import { adminHandler, metricsHandler } from '../admin/server.ts';
import { serveTexts, type TextHandler } from '../admin/text-server.ts';
import { acceptInbound } from '../inbound/accept.ts';
import { acceptOutbound } from '../outbound/accept.ts';
import type { MeshView, ProxyContext, ProxyKind, RunningProxy } from '../types.ts';
import { createSidecar } from './create.ts';
import { createFronts, type Fronts } from './fronts.ts';
import type { Sidecar } from './sidecar.ts';

/** The proxy that the lab has built in: no process of its own, everything in this one. */
export const builtInProxy: ProxyKind = { name: 'built-in', start };

async function start(context: ProxyContext, view: MeshView): Promise<RunningProxy> {
  const { sidecar, update, drain } = await createSidecar(context, view);
  const fronts = createFronts(sidecar);
  const sockets = new Set<Socket>();
  let ready = false;
  const isReady = (): boolean => ready && !sidecar.isDraining();
  const servers: Server[] = [];
  try {
    for (const opening of listeners(sidecar, fronts, sockets, isReady)) servers.push(await opening());
  } catch (error) {
    for (const server of servers) server.close();
    drain();
    throw error;
  }
  ready = true;
  sidecar.log.agent('info', undefined, 'Envoy proxy is ready');

  const ended = Promise.withResolvers<Exit>();
  let stopping: Promise<void> | undefined;
  const stop = async (graceMilliseconds: number): Promise<void> => {
    drain();
    sidecar.log.agent(
      'info',
      undefined,
      `Graceful termination period is ${graceMilliseconds}ms, starting...`,
    );
    for (const server of servers) server.close();
    fronts.drain();
    const until = performance.now() + graceMilliseconds;
    while (fronts.inFlight() > 0 && performance.now() < until) await sleep(10);
    sidecar.http1.close();
    sidecar.http2.close();
    fronts.close();
    for (const socket of sockets) socket.destroy();
    sidecar.log.agent('info', undefined, 'Graceful termination logic ended');
    ended.resolve({ code: 0 });
  };
  return {
    kind: builtInProxy.name,
    ready: isReady,
    update,
    // What is judged is judged by the mesh as it is.
    inForce: () => Promise.resolve(),
    stop: (grace) => (stopping ??= stop(grace)),
    exited: ended.promise,
  };
}

/** All that a sidecar listens at, to be opened one after the other. */
function listeners(
  sidecar: Sidecar,
  fronts: Fronts,
  sockets: Set<Socket>,
  isReady: () => boolean,
): readonly (() => Promise<Server>)[] {
  const { network } = sidecar.context;
  const keep = (socket: Socket): void => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  };
  const take = (socket: Socket, accepted: Promise<void>): void => {
    keep(socket);
    accepted.catch((error: unknown) => {
      sidecar.log.agent('error', undefined, `a connection was dropped: ${error}`);
      socket.destroy();
    });
  };
  const health = healthHandler(isReady);
  const metrics = metricsHandler(sidecar, isReady);
  const [inbound, outbound] = [fronts.door('inbound'), fronts.door('outbound')];
  const texts = (address: string, port: number, handler: TextHandler) => async (): Promise<Server> =>
    (await serveTexts(network, address, port, handler)).on('connection', keep);
  return [
    () => listenTcp(network, '0.0.0.0', 15006, (raw) => take(raw, acceptInbound(sidecar, raw, inbound))),
    () => listenTcp(network, '0.0.0.0', 15001, (raw) => take(raw, acceptOutbound(sidecar, raw, outbound))),
    texts('127.0.0.1', 15000, adminHandler(sidecar, isReady)),
    texts('0.0.0.0', 15021, health),
    texts('0.0.0.0', 15020, agentHandler(sidecar.context, health, metrics)),
    texts('0.0.0.0', 15090, metrics),
  ];
}
