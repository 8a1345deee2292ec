import { type EnvoyLevel, envoyLevels, readEnvoyLevel } from './levels.ts';

/** Envoy's loggers in the order in which it lists them. Source: the admin interface of Envoy 1.40. */
const loggerNames: readonly string[] = (
  'a2a admin ai_protocol_manager alternate_protocols_cache aws assert backtrace basic_auth cache_filter client config connection conn_handler ' +
  'compression credential_injector decompression dns dubbo envoy_bug ext_authz ext_proc rocketmq file filter forward_proxy geolocation grpc ' +
  'happy_eyeballs hc health_checker http http2 hystrix init io jwt json_rpc kafka key_value_store lua local_rate_limit main matcher mcp misc ' +
  'mongo multi_connection notification oauth2 quic quic_stream pool rate_limit_quota rbac rds redis router runtime stats secret sse tap testing ' +
  'thrift tracing upstream udp wasm websocket golang stats_sinks dynamic_modules ip_tagging'
).split(' ');

/** The level of each logger of one proxy, to be changed at any time. */
export interface Loggers {
  readonly isOn: (logger: string, level: EnvoyLevel) => boolean;
  readonly list: () => readonly (readonly [string, EnvoyLevel])[];
  /** False for a logger that Envoy does not have. */
  readonly set: (logger: string, level: EnvoyLevel) => boolean;
  readonly setAll: (level: EnvoyLevel) => void;
}

export interface LogSettings {
  /** Annotation `sidecar.istio.io/logLevel`: a level, `NAME:LEVEL` or both, comma-separated. */
  readonly level?: string | undefined;
  /** Annotation `sidecar.istio.io/componentLogLevel`: `NAME:LEVEL`, comma-separated. */
  readonly componentLevel?: string | undefined;
}

/**
 * The loggers as the two annotations set them. What `logLevel` says of components takes the place of `componentLogLevel`, whose default is `misc:error`.
 * Names and levels that Envoy does not know are left out. Source: istio pkg/envoy/proxy.go splitComponentLog.
 */
export function createLoggers({
  level = 'warning',
  componentLevel = 'misc:error',
}: LogSettings = {}): Loggers {
  const parts = level.split(',').map((part) => part.trim());
  const components = parts.filter((part) => part.includes(':'));
  const general = parts.findLast((part) => part !== '' && !part.includes(':')) ?? 'warning';
  const current = new Map<string, EnvoyLevel>(
    loggerNames.map((name) => [name, readEnvoyLevel(general) ?? 'warning']),
  );
  for (const part of components.length > 0 ? components : componentLevel.split(',')) {
    const [name = '', text = ''] = part.trim().split(':');
    const wanted = readEnvoyLevel(text);
    if (wanted !== undefined && current.has(name)) current.set(name, wanted);
  }
  return {
    isOn: (logger, asked) =>
      envoyLevels.indexOf(current.get(logger) ?? 'warning') <= envoyLevels.indexOf(asked),
    list: () => [...current],
    set: (logger, wanted) => current.has(logger) && current.set(logger, wanted) !== undefined,
    setAll: (wanted) => {
      for (const name of current.keys()) current.set(name, wanted);
    },
  };
}
