import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { asUpstreamError } from './connect.ts';
import type { Stats } from './stats.ts';

/** Counts a connection that a listener has taken, for as long as it lasts. `listener` is `ADDRESS_PORT`. */
export function countAccepted(stats: Stats, listener: string, raw: Socket): void {
  const prefix = `listener.${listener}.downstream_cx_`;
  stats.add(`${prefix}total`);
  stats.move(`${prefix}active`, 1);
  const leave = (): void => {
    stats.move(`${prefix}active`, -1);
    stats.add(`${prefix}destroy`);
  };
  if (raw.destroyed) leave();
  else raw.once('close', leave);
}

/** Counts a connection to an upstream from the attempt to its end. Resolves and rejects as `connecting` does. */
export async function countConnection<T extends Duplex>(
  stats: Stats,
  cluster: string,
  connecting: Promise<T>,
): Promise<T> {
  const prefix = clusterStat(cluster, 'upstream_cx_');
  stats.add(`${prefix}total`);
  stats.move(`${prefix}active`, 1);
  const leave = (): void => stats.move(`${prefix}active`, -1);
  try {
    const connection = await connecting;
    if (connection.destroyed) leave();
    else connection.once('close', leave);
    return connection;
  } catch (error) {
    leave();
    stats.add(`${prefix}connect_fail`);
    if (asUpstreamError(error).slug === 'connection_timeout') stats.add(`${prefix}connect_timeout`);
    throw error;
  }
}

/** Counts the answer to a request under the cluster that it was for: an upstream's, or the proxy's own in its place. */
export function countAnswer(stats: Stats, cluster: string, code: number): void {
  for (const name of [`${code}`, `${Math.floor(code / 100)}xx`, 'completed']) {
    stats.add(clusterStat(cluster, `upstream_rq_${name}`));
  }
}

/** Counts a request that found no endpoint. */
export function countNoEndpoint(stats: Stats, cluster: string): void {
  stats.add(clusterStat(cluster, 'upstream_cx_none_healthy'));
}

/** Counts a request that an upstream connection was found for. */
export function countSent(stats: Stats, cluster: string): void {
  stats.add(clusterStat(cluster, 'upstream_rq_total'));
}

/** Counts one that is tried again at another endpoint. */
export function countRetry(stats: Stats, cluster: string): void {
  stats.add(clusterStat(cluster, 'upstream_rq_retry'));
}

/** Istio ends the name of a cluster with a semicolon, for Prometheus to find. Source: istio DelimitedStatsPrefix. */
function clusterStat(cluster: string, name: string): string {
  return `cluster.${cluster};.${name}`;
}
