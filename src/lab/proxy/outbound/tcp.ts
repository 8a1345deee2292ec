import type { Duplex } from 'node:stream';
import type { AccessEntry } from '../logs/access.ts';
import { asUpstreamError, connectPlain } from '../sidecar/connect.ts';
import { addressText, type Connection } from '../sidecar/connection.ts';
import { joinConnections } from '../sidecar/pipe.ts';
import type { Sidecar } from '../sidecar/sidecar.ts';
import { takeTurns } from './choose.ts';
import type { ServiceTarget } from './directory.ts';
import { clusterName, upstreamOf } from './upstream.ts';

/** Bytes for a Service: to one of its endpoints, by mutual TLS where that has a sidecar. */
export function serveService(sidecar: Sidecar, connection: Connection, target: ServiceTarget): void {
  const picture = sidecar.picture();
  const cluster = clusterName(target);
  const [endpoint] = takeTurns(sidecar.turns, picture, target, connection);
  if (endpoint === undefined) {
    end(sidecar, connection, { flags: 'UH', upstreamCluster: cluster });
    connection.raw.resetAndDestroy();
    return;
  }
  const upstream = upstreamOf(sidecar, picture, target, endpoint, 'bytes').connect();
  join(sidecar, connection, upstream, { upstreamCluster: cluster, upstreamHost: addressText(endpoint) });
}

/** Bytes for an address that Istio knows nothing about: they go there as they are. */
export function passThrough(sidecar: Sidecar, connection: Connection): void {
  const upstream = connectPlain(sidecar.context.network, connection.local);
  const names = { upstreamCluster: 'PassthroughCluster', upstreamHost: addressText(connection.local) };
  join(sidecar, connection, upstream, names);
}

type Names = Pick<AccessEntry, 'upstreamCluster' | 'upstreamHost'>;

function join(sidecar: Sidecar, connection: Connection, connecting: Promise<Duplex>, names: Names): void {
  const client = connection.raw;
  connecting
    .then((upstream) => {
      upstream.on('error', () => upstream.destroy());
      if (client.destroyed) {
        upstream.destroy();
        return;
      }
      joinConnections(client, upstream, ({ received, sent }) => {
        end(sidecar, connection, { ...names, bytesReceived: received, bytesSent: sent });
      });
    })
    .catch((error: unknown) => {
      const { flag, transportFailure } = asUpstreamError(error);
      end(sidecar, connection, { ...names, flags: flag, transportFailure });
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
