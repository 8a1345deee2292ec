import { createWebSocketStream } from 'ws';
import { badRequest, type Pod } from '../../store/index.ts';
import { serveSpdy } from '../spdy/index.ts';
import { acceptSpdy, acceptWebSocket, type Waiting } from './accept.ts';
import { negotiate, type Protocols } from './negotiate.ts';
import { type ForwardTarget, forwardStreams } from './port-forward.ts';
import { forwardChannels, queriedPorts } from './port-forward-channels.ts';

const tunnel = 'SPDY/3.1+portforward.k8s.io';
const spdy = 'portforward.k8s.io';
const protocols: Protocols = { WebSocket: [tunnel, 'v4.channel.k8s.io'], SPDY: [spdy] };

/**
 * Answers pods/portforward: SPDY in a WebSocket (kubectl 1.30 and newer), SPDY alone (before, and istioctl where it falls back), channels of a WebSocket (the clients of other languages). Throws a
 * StatusError.
 */
export function upgradeForward(
  waiting: Waiting,
  pod: Pod,
  query: URLSearchParams,
  connect: ForwardTarget['connect'],
): void {
  const { name, uid } = pod.metadata;
  const target: ForwardTarget = { connect, name, uid };
  if (!pod.spec.nodeName) throw badRequest(`pod ${name} does not have a host assigned`);
  const { protocol } = negotiate(waiting.request, protocols);
  if (protocol === spdy) {
    serveSpdy(acceptSpdy(waiting, protocol), forwardStreams(target));
  } else if (protocol === tunnel) {
    acceptWebSocket(waiting, protocol, (connection) => {
      serveSpdy(createWebSocketStream(connection), forwardStreams(target));
    });
  } else {
    const ports = queriedPorts(query);
    acceptWebSocket(waiting, protocol, (connection) => void forwardChannels(connection, ports, target));
  }
}
