import type { Socket } from 'node:net';
import type { AccessEntry } from '../logs/access.ts';
import { asUpstreamError, connectPlain } from '../sidecar/connect.ts';
import { addressText, type Connection } from '../sidecar/connection.ts';
import { countConnection, countNoEndpoint } from '../sidecar/count.ts';
import { joinConnections } from '../sidecar/pipe.ts';
import type { Sidecar } from '../sidecar/sidecar.ts';
import { takeTurns } from './choose.ts';
import type { ServiceTarget } from './directory.ts';
import { clusterName, passthroughCluster, upstreamOf } from './upstream.ts';

/** Bytes for a Service: to one of its endpoints, by mutual TLS where that has a sidecar. */
export function serveService(sidecar: Sidecar, connection: Connection, target: ServiceTarget): void {
  const picture = sidecar.picture();
  const cluster = clusterName(target);
  const [endpoint] = takeTurns(sidecar.turns, picture, target, connection);
  if (endpoint === undefined) {
    countNoEndpoint(sidecar.stats, cluster);
    end(sidecar, connection, { flags: 'UH', upstreamCluster: cluster });
    connection.raw.resetAndDestroy();
    return;
  }
  const upstream = upstreamOf(sidecar, picture, target, endpoint, 'bytes').connect();
  join(sidecar, connection, upstream, { upstreamCluster: cluster, upstreamHost: addressText(endpoint) });
}

/** Bytes for an address that Istio knows nothing about: they go there as they are. */
export function passThrough(sidecar: Sidecar, connection: Connection): void {
  const upstream = countConnection(
    sidecar.stats,
    passthroughCluster,
    connectPlain(sidecar.context.network, connection.local),
  );
  const names = { upstreamCluster: passthroughCluster, upstreamHost: addressText(connection.local) };
  join(sidecar, connection, upstream, names);
}

type Names = Pick<AccessEntry, 'upstreamCluster' | 'upstreamHost'>;

function join(sidecar: Sidecar, connection: Connection, connecting: Promise<Socket>, names: Names): void {
  const client = connection.raw;
  sidecar.stats.add(`tcp.${names.upstreamCluster}.downstream_cx_total`);
  connecting
    .then((upstream) => {
      upstream.on('error', () => upstream.destroy());
      if (client.destroyed) {
        upstream.destroy();
        return;
      }
      // Asked now: a socket that is closed has forgotten it.
      const upstreamLocal = `${upstream.localAddress}:${upstream.localPort}`;
      joinConnections(client, upstream, ({ received, sent }) => {
        end(sidecar, connection, { ...names, upstreamLocal, bytesReceived: received, bytesSent: sent });
      });
    })
    .catch((error: unknown) => {
      const { flag, transportFailure } = asUpstreamError(error);
      // One attempt is all that a connection of bytes has.
      end(sidecar, connection, { ...names, flags: flag === 'UF' ? 'UF,URX' : flag, transportFailure });
      client.resetAndDestroy();
    });
}

function end(sidecar: Sidecar, { start, local, remote }: Connection, entry: Partial<AccessEntry>): void {
  sidecar.logAccess({
    start,
    code: 0,
    bytesReceived: 0,
    bytesSent: 0,
    duration: Date.now() - start.getTime(),
    downstreamLocal: addressText(local),
    downstreamRemote: addressText(remote),
    ...entry,
  });
}
