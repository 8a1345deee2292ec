import type { IncomingMessage } from 'node:http';
import { ConfigError, type Directive } from './parse-config.ts';

/** What variables are read from. */
export interface Exchange {
  readonly request: IncomingMessage;
  /** The path as locations see it: decoded, without the query. Changes with internal redirects. */
  uri: string;
  readonly args: string;
  readonly hostname: string;
  readonly serverName: string;
  /** Of the expression of the location. */
  captures: readonly (string | undefined)[];
}

/** Text with variables. */
export type Template = (exchange: Exchange) => string;

const variables: Readonly<Record<string, (exchange: Exchange) => string | undefined>> = {
  args: ({ args }) => args,
  document_uri: ({ uri }) => uri,
  host: (exchange) => hostOf(exchange),
  hostname: ({ hostname }) => hostname,
  is_args: ({ args }) => (args === '' ? '' : '?'),
  msec: () => (Date.now() / 1000).toFixed(3),
  query_string: ({ args }) => args,
  remote_addr: ({ request }) => request.socket.remoteAddress,
  remote_port: ({ request }) => String(request.socket.remotePort),
  remote_user: () => '',
  request: ({ request }) => `${request.method} ${request.url} HTTP/${request.httpVersion}`,
  request_method: ({ request }) => request.method,
  request_uri: ({ request }) => request.url,
  scheme: () => 'http',
  server_addr: ({ request }) => request.socket.localAddress,
  server_name: ({ serverName }) => serverName,
  server_port: ({ request }) => String(request.socket.localPort),
  server_protocol: ({ request }) => `HTTP/${request.httpVersion}`,
  time_iso8601: () => new Date().toISOString().replace(/\.\d+Z$/, '+00:00'),
  uri: ({ uri }) => uri,
};

/** Compiles text with `$name` and `${name}`. Throws a ConfigError for a variable that the stand-in does not have. */
export function template(text: string, directive: Directive): Template {
  const parts = [...text.matchAll(/\$(?:\{(\w+)\}|(\w+))|([^$]+|\$)/g)].map(([, braced, bare, plain]) =>
    plain === undefined ? variable((braced ?? bare)!, directive) : () => plain,
  );
  return (exchange) => parts.map((part) => part(exchange)).join('');
}

function variable(name: string, directive: Directive): Template {
  const known = variables[name.toLowerCase()];
  if (known !== undefined) return (exchange) => known(exchange) ?? '';
  if (/^[1-9]$/.test(name)) return ({ captures }) => captures[Number(name)] ?? '';
  if (name.startsWith('http_')) {
    const header = name.slice('http_'.length).replaceAll('_', '-');
    return ({ request }) => [request.headers[header] ?? ''].flat().join(', ');
  }
  if (name.startsWith('arg_')) {
    const arg = name.slice('arg_'.length);
    return ({ args }) => rawArgument(args, arg);
  }
  throw new ConfigError(
    `unknown "${name}" variable (nginx itself may know it; the lab's stand-in doesn't)`,
    directive,
  );
}

/** As nginx gives it: still encoded. */
function rawArgument(args: string, name: string): string {
  const found = args.split('&').find((part) => part.split('=', 1)[0]!.toLowerCase() === name.toLowerCase());
  return found?.slice(name.length + 1) ?? '';
}

/** The Host header without its port, in lower case, else the server's name. */
function hostOf({ request, serverName }: Exchange): string {
  const host = request.headers.host ?? '';
  return host === '' ? serverName : host.toLowerCase().replace(/:\d+$/, '').replace(/\.$/, '');
}
