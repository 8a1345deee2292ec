import type { HttpRequest, Request } from '../../../model/index.ts';
import type { Inbound } from '../../../verdict/index.ts';
import type { Connection } from '../sidecar/connection.ts';
import type { Picture } from '../sidecar/picture.ts';

/** What a connection carries: so far only whether it is HTTP, or a request with the tokens in it. */
export type Carried =
  | { readonly carriesHttp: boolean }
  | { readonly http: HttpRequest; readonly jwt: Request['jwt'] };

/** A connection, and what it carries, as the engine is asked about it. Everything is known: it is real. */
export function inboundOf(picture: Picture, connection: Connection, carried: Carried): Inbound {
  const { local, remote, transport, peer, serverName } = connection;
  const { jwt = 'none', ...http } =
    'http' in carried ? { http: carried.http, jwt: carried.jwt } : carried.carriesHttp ? { http: {} } : {};
  return {
    target: picture.target,
    at: picture.at,
    portProtocol: picture.ownPort(local.port).protocol,
    destinationPort: local.port,
    destinationAddress: local.address,
    sourceAddress: remote.address,
    transport: { kind: transport, identity: peer?.identity },
    request: { ...http, jwt, sni: serverName ?? null, complete: true },
  };
}
