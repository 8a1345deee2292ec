import type { IncomingMessage } from 'node:http';
import { badRequest, StatusError } from '../../store/index.ts';

/** How a caller wants to leave HTTP. */
export interface Transport {
  readonly kind: 'WebSocket' | 'SPDY';
  /** The first of the server's protocols that the caller offers. */
  readonly protocol: string;
}

/** What is spoken over each of the two, best first. */
export type Protocols = Readonly<Record<Transport['kind'], readonly string[]>>;

const spdyHeader = 'x-stream-protocol-version';

/** Reads what the caller offers. Throws a StatusError, in the words of the API server and the kubelet, where that is nothing that is spoken here. */
export function negotiate({ headers }: IncomingMessage, protocols: Protocols): Transport {
  const upgrade = headers.upgrade?.toLowerCase();
  if (upgrade === 'spdy/3.1') return choose('SPDY', textOf(headers[spdyHeader]), protocols);
  if (upgrade === 'websocket') return choose('WebSocket', headers['sec-websocket-protocol'], protocols);
  throw badRequest(
    `unable to upgrade: missing upgrade headers in request: WebSocket and SPDY/3.1 are served, not ${JSON.stringify(headers.upgrade ?? '')}`,
  );
}

function choose(kind: Transport['kind'], offer: string | undefined, protocols: Protocols): Transport {
  const offered = (offer ?? '')
    .split(',')
    .map((each) => each.trim())
    .filter(Boolean);
  const protocol = protocols[kind].find((each) => offered.includes(each));
  if (protocol !== undefined) return { kind, protocol };
  const words = `client supports [${offered.join(' ')}], server supports [${protocols[kind].join(' ')}]`;
  if (kind === 'WebSocket') throw badRequest(`unable to negotiate protocol: ${words}`);
  throw new StatusError(403, 'Forbidden', `unable to upgrade: unable to negotiate protocol: ${words}`, {});
}

/** Node joins what is sent several times, but has a list for headers that may. */
function textOf(value: string | readonly string[] | undefined): string | undefined {
  return typeof value === 'string' ? value : value?.join(',');
}
