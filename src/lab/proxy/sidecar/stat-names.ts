import { listenerName } from '../outbound/listener.ts';
import type { Connection } from './connection.ts';
import type { Side } from './fronts.ts';
import type { OwnPort, Picture } from './picture.ts';

/** The prefix under which a port's chain of HTTP counts: `http.inbound_0.0.0.0_80;.`. Source: istio listener_inbound.go StatPrefix. */
export function inboundPrefix({ protocol, port }: OwnPort): string {
  return protocol === 'undeclared' ? 'http.InboundPassthroughCluster;.' : `http.inbound_0.0.0.0_${port};.`;
}

/** The prefix under which a connection's requests are counted, on either side. Source: istio listener.go, listener_inbound.go. */
export function httpPrefix(picture: Picture, side: Side, { local }: Connection): string {
  if (side === 'inbound') return inboundPrefix(picture.ownPort(local.port));
  return `http.outbound_${listenerName(picture.directory, local)};.`;
}
