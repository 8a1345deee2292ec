import type { Socket } from 'node:net';
import type { Handshake } from '../../../verdict/index.ts';
import { shakeHands } from '../../../verdict/index.ts';
import { originalDestination } from '../../system/index.ts';
import { checkPeer, isPeer } from '../certificates/peer.ts';
import { addressText, type Connection } from '../sidecar/connection.ts';
import { countAccepted } from '../sidecar/count.ts';
import type { HttpDoor } from '../sidecar/fronts.ts';
import type { OwnPort, Picture } from '../sidecar/picture.ts';
import type { Sidecar } from '../sidecar/sidecar.ts';
import { takeConnection } from '../sidecar/take.ts';
import { type FirstBytes, readFirstBytes } from './first-bytes.ts';
import { inboundOf } from './inbound.ts';
import { serveBytes } from './tcp.ts';
import { carriesIstio, carriesIstioHttp, terminateTls } from './tls.ts';

/** The listener's own port: what was meant for it goes nowhere. */
const ownListener = 15006;

/** Takes a connection at 15006: finds out where it was going and what it is, and hands it to the filter chain that is for it. */
export async function acceptInbound(sidecar: Sidecar, raw: Socket, http: HttpDoor): Promise<void> {
  raw.on('error', () => raw.destroy());
  raw.setNoDelay(true);
  countAccepted(sidecar.stats, '0.0.0.0_15006', raw);
  const local = originalDestination(raw);
  if (local === undefined || local.port === ownListener || sidecar.isDraining()) {
    raw.destroy();
    return;
  }
  const connection = takeConnection(sidecar, raw, local, '0.0.0.0');
  const port = sidecar.picture().ownPort(local.port);
  if (port.protocol === 'tcp' && port.mode === 'DISABLE') {
    serveBytes(sidecar, connection, raw);
    return;
  }
  const first = await readFirstBytes(raw, port.protocol === 'tcp' ? 'TLS' : 'TLS or HTTP');
  if (raw.destroyed || first.kind === 'nothing') {
    raw.destroy();
    return;
  }
  // The mesh may have changed while the client thought about what to say.
  const picture = sidecar.picture();
  const now = picture.ownPort(local.port);
  if (first.kind === 'TLS') await acceptTls(sidecar, picture, now, connection, first, http);
  else acceptPlain(sidecar, picture, connection, first, http);
}

function acceptPlain(
  sidecar: Sidecar,
  picture: Picture,
  connection: Connection,
  first: FirstBytes,
  http: HttpDoor,
): void {
  const handshake = shakeHands(
    picture.cluster,
    inboundOf(picture, connection, { carriesHttp: first.kind !== 'other' }),
  );
  if (handshake.chain === undefined) refuse(sidecar, connection, handshake);
  else if (handshake.chain === 'TCP') serveBytes(sidecar, connection, connection.raw);
  else http.accept(connection, connection.raw, first.kind === 'HTTP/2' ? 'HTTP/2' : 'HTTP/1.1');
}

async function acceptTls(
  sidecar: Sidecar,
  picture: Picture,
  port: OwnPort,
  plain: Connection,
  { hello }: Extract<FirstBytes, { kind: 'TLS' }>,
  http: HttpDoor,
): Promise<void> {
  const { serverName, protocols } = hello;
  const ofMesh = port.mode === 'STRICT' || (port.mode === 'PERMISSIVE' && carriesIstio(protocols));
  const foreign: Connection = { ...plain, serverName, transport: 'TLS' };
  if (!ofMesh) {
    const handshake = shakeHands(picture.cluster, inboundOf(picture, foreign, { carriesHttp: false }));
    if (handshake.chain === undefined) refuse(sidecar, foreign, handshake);
    else serveBytes(sidecar, foreign, foreign.raw);
    return;
  }
  const carriesHttp = port.protocol === 'http' || carriesIstioHttp(protocols);
  const secure = await terminateTls(plain.raw, sidecar.credentials.current(), carriesHttp ? protocols : []);
  if (secure === undefined) {
    refuseCertificate(sidecar, foreign, 'TLS_error:|handshake failed:TLS_error_end');
    return;
  }
  const peer = checkPeer(secure.getPeerX509Certificate(), sidecar.credentials.current().roots);
  if (!isPeer(peer)) {
    secure.destroy();
    refuseCertificate(sidecar, foreign, `TLS_error:|${peer.trouble}:TLS_error_end`);
    return;
  }
  sidecar.stats.add('listener.0.0.0.0_15006.ssl.handshake');
  const connection: Connection = { ...foreign, transport: 'mutual TLS', peer };
  const handshake = shakeHands(picture.cluster, inboundOf(picture, connection, { carriesHttp }));
  if (handshake.chain === undefined) {
    secure.destroy();
    refuseCertificate(sidecar, connection, `TLS_error:|${handshake.because.why}:TLS_error_end`);
  } else if (handshake.chain === 'TCP') serveBytes(sidecar, connection, secure);
  else http.accept(connection, secure, secure.alpnProtocol === 'h2' ? 'HTTP/2' : 'HTTP/1.1');
}

/** No filter chain is for this connection. What it sent was never read, so its end is a reset. */
function refuse(sidecar: Sidecar, connection: Connection, { because }: Handshake): void {
  sidecar.stats.add('listener.0.0.0.0_15006.no_filter_chain_match');
  sidecar.log.envoy(
    {
      logger: 'conn_handler',
      file: 'source/common/listener_manager/active_stream_listener_base.cc',
      line: 33,
    },
    'debug',
    `closing connection from ${addressText(connection.remote)}: no matching filter chain found (${because.why})`,
  );
  logRefusal(sidecar, connection, { flags: 'NR', details: 'filter_chain_not_found' });
  connection.raw.resetAndDestroy();
}

function refuseCertificate(sidecar: Sidecar, connection: Connection, transportFailure: string): void {
  sidecar.stats.add('listener.0.0.0.0_15006.ssl.connection_error');
  logRefusal(sidecar, connection, { transportFailure });
  connection.raw.destroy();
}

function logRefusal(
  sidecar: Sidecar,
  { start, local, remote, serverName }: Connection,
  why: { readonly flags?: string; readonly details?: string; readonly transportFailure?: string },
): void {
  sidecar.logAccess({
    start,
    code: 0,
    ...why,
    bytesReceived: 0,
    bytesSent: 0,
    duration: 0,
    downstreamLocal: addressText(local),
    downstreamRemote: addressText(remote),
    serverName,
  });
}
