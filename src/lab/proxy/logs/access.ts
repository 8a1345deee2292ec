/** What one request, or one connection of other bytes, leaves in the access log. `undefined` is printed as Envoy prints what is not there. */
export interface AccessEntry {
  readonly start: Date;
  readonly method?: string | undefined;
  readonly path?: string | undefined;
  readonly protocol?: string | undefined;
  /** 0 for a connection of other bytes, and for a request that was never answered. */
  readonly code: number;
  readonly flags?: string | undefined;
  readonly details?: string | undefined;
  readonly terminationDetails?: string | undefined;
  readonly transportFailure?: string | undefined;
  readonly bytesReceived: number;
  readonly bytesSent: number;
  /** Milliseconds. */
  readonly duration: number;
  readonly upstreamServiceTime?: number | undefined;
  readonly forwardedFor?: string | undefined;
  readonly userAgent?: string | undefined;
  readonly requestId?: string | undefined;
  readonly authority?: string | undefined;
  readonly upstreamHost?: string | undefined;
  readonly upstreamCluster?: string | undefined;
  readonly upstreamLocal?: string | undefined;
  readonly downstreamLocal?: string | undefined;
  readonly downstreamRemote?: string | undefined;
  readonly serverName?: string | undefined;
  readonly route?: string | undefined;
}

export type AccessLogEncoding = 'TEXT' | 'JSON';

/** One entry in Istio's default format. Source: istio pilot/pkg/model/telemetry_logging.go. */
export function formatAccess(entry: AccessEntry, encoding: AccessLogEncoding): string {
  return encoding === 'JSON' ? asJson(entry) : asText(entry);
}

function asText(e: AccessEntry): string {
  const plain = (value: string | number | undefined): string =>
    value === undefined || value === '' ? '-' : `${value}`;
  const quoted = (value: string | undefined): string => `"${plain(value)}"`;
  return [
    `[${e.start.toISOString()}]`,
    `"${plain(e.method)} ${plain(e.path)} ${plain(e.protocol)}"`,
    `${e.code}`,
    plain(e.flags),
    plain(e.details),
    plain(e.terminationDetails),
    quoted(e.transportFailure),
    `${e.bytesReceived}`,
    `${e.bytesSent}`,
    `${e.duration}`,
    plain(e.upstreamServiceTime),
    quoted(e.forwardedFor),
    quoted(e.userAgent),
    quoted(e.requestId),
    quoted(e.authority),
    quoted(e.upstreamHost),
    plain(e.upstreamCluster),
    plain(e.upstreamLocal),
    plain(e.downstreamLocal),
    plain(e.downstreamRemote),
    plain(e.serverName),
    plain(e.route),
  ].join(' ');
}

function asJson(e: AccessEntry): string {
  const orNull = (value: string | undefined): string | null =>
    value === undefined || value === '' ? null : value;
  return JSON.stringify({
    authority: orNull(e.authority),
    bytes_received: e.bytesReceived,
    bytes_sent: e.bytesSent,
    connection_termination_details: orNull(e.terminationDetails),
    downstream_local_address: orNull(e.downstreamLocal),
    downstream_remote_address: orNull(e.downstreamRemote),
    duration: e.duration,
    method: orNull(e.method),
    path: orNull(e.path),
    protocol: orNull(e.protocol),
    request_id: orNull(e.requestId),
    requested_server_name: orNull(e.serverName),
    response_code: e.code,
    response_code_details: orNull(e.details),
    response_flags: e.flags ?? '-',
    route_name: orNull(e.route),
    start_time: e.start.toISOString(),
    upstream_cluster: orNull(e.upstreamCluster),
    upstream_host: orNull(e.upstreamHost),
    upstream_local_address: orNull(e.upstreamLocal),
    upstream_service_time: e.upstreamServiceTime === undefined ? null : `${e.upstreamServiceTime}`,
    upstream_transport_failure_reason: orNull(e.transportFailure),
    user_agent: orNull(e.userAgent),
    x_forwarded_for: orNull(e.forwardedFor),
  });
}
