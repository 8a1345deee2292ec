import type { HttpRequest } from '../../model/index.ts';

/** Headers by lower-case name, all values of a repeated one in order. */
export type Headers = ReadonlyMap<string, readonly string[]>;

const fieldName = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;

/** Headers that end at the proxy (unless the request asks for an upgrade) and that no filter sees. Source: envoy conn_manager_utility.cc. */
const hopByHop = ['connection', 'upgrade'];
const removedAlways = [
  'keep-alive',
  'proxy-connection',
  'transfer-encoding',
  'x-envoy-decorator-operation',
  'x-envoy-expected-rq-timeout-ms',
];

/**
 * Of these Envoy keeps one value, so that those of a repeated one are joined by commas, the empty ones left out; of all others each stays by itself. Source: Envoy 1.40.0, asked for each
 * (its inline headers).
 */
const joined: ReadonlySet<string> = new Set([
  'accept',
  'accept-encoding',
  'access-control-request-headers',
  'access-control-request-method',
  'authorization',
  'cache-control',
  'content-encoding',
  'content-type',
  'expect',
  'grpc-accept-encoding',
  'grpc-timeout',
  'if-match',
  'if-modified-since',
  'if-none-match',
  'if-range',
  'if-unmodified-since',
  'origin',
  'pragma',
  'referer',
  'user-agent',
  'via',
  'x-client-trace-id',
  'x-envoy-attempt-count',
  'x-envoy-external-address',
  'x-envoy-original-path',
  'x-forwarded-for',
  'x-forwarded-host',
  'x-forwarded-port',
  'x-forwarded-proto',
  'x-request-id',
]);

/** Reads headers as a proxy has them: lower-case names, white space around values gone. Undefined where one is no valid header. */
export function readHeaders(sent: HttpRequest['headers']): Map<string, readonly string[]> | undefined {
  const headers = new Map<string, readonly string[]>();
  for (const [name, value] of Object.entries(sent ?? {})) {
    const values = (typeof value === 'string' ? [value] : value).map(trimBlanks);
    if (!fieldName.test(name) || values.some((text) => /[\0\r\n]/.test(text))) return undefined;
    const key = name.toLowerCase();
    const all = [...(headers.get(key) ?? []), ...values];
    headers.set(key, joined.has(key) && all.length > 1 ? [all.filter((text) => text !== '').join(',')] : all);
  }
  return headers;
}

/** Takes away the headers that are for the proxy alone. */
export function removeConnectionHeaders(headers: Map<string, readonly string[]>): void {
  const upgrades =
    headers.has('upgrade') &&
    (headers.get('connection') ?? []).some((value) => /(^|,)\s*upgrade\s*(,|$)/i.test(value));
  for (const name of upgrades ? removedAlways : [...removedAlways, ...hopByHop]) headers.delete(name);
  const trailers = (headers.get('te') ?? []).some((value) => /(^|,)\s*trailers\s*(,|$)/i.test(value));
  if (trailers) headers.set('te', ['trailers']);
  else headers.delete('te');
}

function trimBlanks(text: string): string {
  return text.replace(/^[ \t]+|[ \t]+$/g, '');
}
