import { ConfigError, type Directive } from './parse-config.ts';

/** m: main, e: events, h: http, s: server, l: location. */
export type Level = 'm' | 'e' | 'h' | 's' | 'l';

/** Directives that do something here, and where they may stand. */
const working: Readonly<Record<string, string>> = {
  events: 'm',
  http: 'm',
  server: 'h',
  location: 's',
  types: 'hsl',
  listen: 's',
  server_name: 's',
  return: 'sl',
  root: 'hsl',
  alias: 'l',
  index: 'hsl',
  try_files: 'sl',
  add_header: 'hsl',
  default_type: 'hsl',
  error_page: 'hsl',
  access_log: 'hsl',
};

/** Directives that change nothing that can be seen from outside a lab: logs go to the container's, and Node does the rest. */
const silent: Readonly<Record<string, string>> = {
  user: 'm',
  worker_processes: 'm',
  worker_rlimit_nofile: 'm',
  worker_cpu_affinity: 'm',
  worker_shutdown_timeout: 'm',
  pid: 'm',
  daemon: 'm',
  master_process: 'm',
  pcre_jit: 'm',
  worker_connections: 'e',
  multi_accept: 'e',
  use: 'e',
  accept_mutex: 'e',
  error_log: 'mhsl',
  log_format: 'h',
  sendfile: 'hsl',
  tcp_nopush: 'hsl',
  tcp_nodelay: 'hsl',
  aio: 'hsl',
  directio: 'hsl',
  keepalive_timeout: 'hsl',
  keepalive_requests: 'hsl',
  client_header_timeout: 'hs',
  client_body_timeout: 'hsl',
  client_body_buffer_size: 'hsl',
  client_header_buffer_size: 'hs',
  large_client_header_buffers: 'hs',
  client_max_body_size: 'hsl',
  send_timeout: 'hsl',
  reset_timedout_connection: 'hsl',
  server_tokens: 'hsl',
  server_names_hash_bucket_size: 'h',
  server_names_hash_max_size: 'h',
  types_hash_bucket_size: 'hsl',
  types_hash_max_size: 'hsl',
  variables_hash_bucket_size: 'h',
  variables_hash_max_size: 'h',
  log_not_found: 'hsl',
  log_subrequest: 'hsl',
  gzip: 'hsl',
  gzip_types: 'hsl',
  gzip_vary: 'hsl',
  gzip_proxied: 'hsl',
  gzip_comp_level: 'hsl',
  gzip_min_length: 'hsl',
  gzip_buffers: 'hsl',
  gzip_http_version: 'hsl',
  gzip_disable: 'hsl',
  gzip_static: 'hsl',
  open_file_cache: 'hsl',
  etag: 'hsl',
};

/** Refuses what the stand-in does not know, and what stands where it may not. Throws a ConfigError. */
export function checkDirective(directive: Directive, level: Level): void {
  const { name, block } = directive;
  const levels = working[name] ?? silent[name];
  if (levels === undefined) {
    throw new ConfigError(
      `the lab's stand-in for nginx does not know the directive "${name}" (install nginx on this machine for all of them)`,
      directive,
    );
  }
  if (!levels.includes(level)) throw new ConfigError(`"${name}" directive is not allowed here`, directive);
  const opens = ['events', 'http', 'server', 'location', 'types'].includes(name);
  if (opens && block === undefined)
    throw new ConfigError(`directive "${name}" has no opening "{"`, directive);
  if (!opens && block !== undefined) {
    throw new ConfigError(`directive "${name}" is not terminated by ";"`, directive);
  }
}

/** Checks the number of arguments. */
export function checkArguments(directive: Directive, least: number, most: number): void {
  const count = directive.args.length;
  if (count < least || count > most) {
    throw new ConfigError(`invalid number of arguments in "${directive.name}" directive`, directive);
  }
}
