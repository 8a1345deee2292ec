import { isIP } from 'node:net';
import type { Exchange } from '../http/exchange.ts';
import { firstValue } from '../http/headers.ts';
import type { AccessEntry } from '../logs/access.ts';
import { addressText, type Connection } from './connection.ts';
import type { Sidecar } from './sidecar.ts';

type Answer = Pick<AccessEntry, 'code' | 'flags' | 'details' | 'transportFailure' | 'upstreamServiceTime'>;
type Upstream = Pick<AccessEntry, 'upstreamHost' | 'upstreamLocal'>;

/** What is to be said of a request in the access log, gathered as it becomes known and written when the request is over. */
export interface RequestRecord {
  readonly answer: (answer: Answer) => void;
  readonly upstream: (upstream: Upstream) => void;
  readonly identify: (requestId: string | undefined) => void;
  /** Milliseconds since it came. */
  readonly elapsed: () => number;
}

/** What a request is recorded under. */
export interface RecordNames {
  /** Of what Envoy counts for its connections: `http.inbound_0.0.0.0_80;.`. */
  readonly statPrefix: string;
  readonly upstreamCluster: string;
  readonly route: string;
}

/** Begins the record of a request. */
export function createRecord(
  sidecar: Sidecar,
  exchange: Exchange,
  connection: Connection,
  { statPrefix, upstreamCluster, route }: RecordNames,
): RequestRecord {
  const start = new Date();
  const began = performance.now();
  let answer: Answer = { code: 0 };
  let upstream: Upstream = {};
  let requestId = firstValue(exchange.headers, 'x-request-id');
  sidecar.stats.add(`${statPrefix}downstream_rq_total`);
  sidecar.stats.add(`${statPrefix}downstream_rq_http${exchange.version === 'HTTP/2' ? 2 : 1}_total`);
  sidecar.stats.move(`${statPrefix}downstream_rq_active`, 1);
  const elapsed = (): number => Math.round(performance.now() - began);
  exchange.onEnd((complete) => {
    const broken =
      complete || answer.code === 101
        ? {}
        : { flags: answer.flags ?? 'DC', details: answer.details ?? 'downstream_remote_disconnect' };
    sidecar.stats.move(`${statPrefix}downstream_rq_active`, -1);
    if (answer.code > 0) {
      sidecar.stats.add(`${statPrefix}downstream_rq_completed`);
      sidecar.stats.add(`${statPrefix}downstream_rq_${Math.floor(answer.code / 100)}xx`);
    }
    sidecar.logAccess({
      start,
      method: exchange.method,
      path: exchange.path,
      protocol: exchange.version,
      ...answer,
      ...broken,
      ...upstream,
      bytesReceived: exchange.bytes.received(),
      bytesSent: exchange.bytes.sent(),
      duration: elapsed(),
      forwardedFor: firstValue(exchange.headers, 'x-forwarded-for'),
      userAgent: firstValue(exchange.headers, 'user-agent'),
      requestId,
      authority: exchange.host,
      upstreamCluster,
      downstreamLocal: addressText(connection.local),
      downstreamRemote: clientOf(exchange, connection),
      serverName: connection.serverName,
      route,
    });
  });
  return {
    answer: (known) => (answer = known),
    upstream: (known) => (upstream = known),
    identify: (id) => (requestId = id),
    elapsed,
  };
}

/** Who the request is from: the last that x-forwarded-for names, where that is an address. Source: envoy conn_manager_utility.cc, with Istio's settings of a sidecar. */
function clientOf({ headers }: Exchange, { remote }: Connection): string {
  const named = headers.findLast(([name]) => name === 'x-forwarded-for')?.[1] ?? '';
  const last = named.split(',').at(-1)!.trim();
  return isIP(last) === 0 ? addressText(remote) : addressText({ address: last, port: 0 });
}
