import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { judgeAtProxy } from '../../../verdict/index.ts';
import { passthroughAddress } from '../capture/rules.ts';
import { logConnectionJudged } from '../logs/rbac.ts';
import { asUpstreamError, connectPlain } from '../sidecar/connect.ts';
import { addressText, type Connection } from '../sidecar/connection.ts';
import { countConnection } from '../sidecar/count.ts';
import { countRbac } from '../sidecar/count-rbac.ts';
import { joinConnections } from '../sidecar/pipe.ts';
import type { Sidecar } from '../sidecar/sidecar.ts';
import { inboundOf } from './inbound.ts';
import { inboundCluster } from './names.ts';

/**
 * A connection of other bytes than HTTP, or of TLS that passes. The application is connected at once; policies are asked when the client's first byte comes, so
 * a server that speaks first is heard before. Source: envoy network RBAC filter, which decides on data.
 */
export function serveBytes(sidecar: Sidecar, connection: Connection, client: Duplex): void {
  const { network } = sidecar.context;
  client.on('error', () => client.destroy());
  const cluster = inboundCluster(sidecar.picture().ownPort(connection.local.port));
  sidecar.stats.add(`tcp.${cluster}.downstream_cx_total`);
  const connecting = connectPlain(network, { ...connection.local, source: passthroughAddress });
  countConnection(sidecar.stats, cluster, connecting)
    .then((upstream) => {
      if (client.destroyed) upstream.destroy();
      else watchFirstByte(sidecar, connection, client, upstream);
    })
    .catch((error: unknown) => {
      const { flag, transportFailure } = asUpstreamError(error);
      logBytes(sidecar, connection, { flags: flag === 'UF' ? 'UF,URX' : flag, transportFailure });
      client.destroy();
    });
}

function watchFirstByte(sidecar: Sidecar, connection: Connection, client: Duplex, upstream: Socket): void {
  let greeted = 0;
  const greet = (chunk: Buffer): void => {
    greeted += chunk.length;
    client.write(chunk);
  };
  const leave = (): void => {
    client.destroy();
    upstream.destroy();
  };
  const farewell = (): void => void client.end();
  const judge = (): void => {
    for (const [event, listener] of watched) client.off(event, listener);
    upstream.off('data', greet);
    upstream.off('end', farewell);
    upstream.off('close', leave);
    upstream.pause();
    const denied = isDenied(sidecar, connection);
    if (denied !== undefined) {
      logBytes(sidecar, connection, {
        terminationDetails: denied,
        received: client.readableLength,
        sent: greeted,
      });
      leave();
      return;
    }
    const details = {
      upstreamHost: addressText(connection.local),
      upstreamLocal: `${upstream.localAddress}:${upstream.localPort}`,
    };
    joinConnections(client, upstream, ({ received, sent }) => {
      logBytes(sidecar, connection, { ...details, received, sent: sent + greeted });
    });
  };
  const gone = (): void => {
    upstream.destroy();
    logBytes(sidecar, connection, { sent: greeted });
  };
  const watched: readonly (readonly [string, () => void])[] = [
    ['readable', judge],
    ['end', judge],
    ['close', gone],
  ];
  for (const [event, listener] of watched) client.once(event, listener);
  upstream.on('data', greet);
  upstream.on('end', farewell);
  upstream.on('close', leave);
}

/** The details of a denial; undefined where policies let the connection pass. */
function isDenied(sidecar: Sidecar, connection: Connection): string | undefined {
  const picture = sidecar.picture();
  const inbound = inboundOf(picture, connection, { carriesHttp: false });
  const verdict = judgeAtProxy(picture.cluster, inbound);
  logConnectionJudged(sidecar.log, picture, connection, verdict);
  countRbac(sidecar.stats, 'tcp.', picture, verdict.steps);
  if (verdict.outcome === 'allow') return undefined;
  const { because, filter } = verdict.decidedBy;
  if (because.kind === 'matched rule' || because.kind === 'bad authorizer') {
    return `rbac_access_denied_matched_policy[${because.rule.id ?? ''}]`;
  }
  return filter === 'CUSTOM' ? 'ext_authz_error' : 'rbac_access_denied_matched_policy[none]';
}

function logBytes(
  sidecar: Sidecar,
  { start, local, remote, serverName }: Connection,
  {
    received = 0,
    sent = 0,
    ...more
  }: {
    readonly received?: number;
    readonly sent?: number;
    readonly flags?: string;
    readonly transportFailure?: string | undefined;
    readonly terminationDetails?: string;
    readonly upstreamHost?: string;
    readonly upstreamLocal?: string;
  },
): void {
  sidecar.logAccess({
    start,
    code: 0,
    ...more,
    bytesReceived: received,
    bytesSent: sent,
    duration: Date.now() - start.getTime(),
    upstreamCluster: inboundCluster(sidecar.picture().ownPort(local.port)),
    downstreamLocal: addressText(local),
    downstreamRemote: addressText(remote),
    serverName,
  });
}
