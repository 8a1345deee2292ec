import type { HttpRequest } from '../../model/index.ts';

/** Methods that Envoy's HTTP/1 parser takes; a method of any other name fails to parse. Source: envoy source/common/http/http1/balsa_parser.cc. */
export const httpMethods: ReadonlySet<string> = new Set(
  (
    'ACL BIND CHECKOUT CONNECT COPY DELETE GET HEAD LINK LOCK MERGE MKACTIVITY MKCALENDAR MKCOL MOVE MSEARCH NOTIFY OPTIONS PATCH POST ' +
    'PROPFIND PROPPATCH PURGE PUT REBIND REPORT SEARCH SOURCE SUBSCRIBE TRACE UNBIND UNLINK UNLOCK UNSUBSCRIBE'
  ).split(' '),
);

const pathCharacters = /^[!-~]*$/;
const absoluteTarget = /^([A-Za-z][A-Za-z0-9+.-]*):\/\/([A-Za-z0-9!$%&'()*+,.:;=@[\]_~-]*)((?:[/?][!-~]*)?)$/;

/** A request target taken apart: `authority` only where the target was an absolute URI, which overrules the Host header. */
export interface RequestTarget {
  readonly path: string;
  readonly authority?: string;
}

const token = /^[\w!#$%&'*+.^`|~-]+$/;

/**
 * Does a proxy that has to find out take the connection for HTTP/1? It parses the request line, with any method: what fails there is bytes to it, and goes to the chain for bytes. What
 * is not said is taken to be fine. Source: envoy source/extensions/filters/listener/http_inspector; seen with 1.40.0.
 */
export function looksLikeHttp({ method, path }: HttpRequest): boolean {
  if (method !== undefined && !token.test(method)) return false;
  return path === undefined || method === 'CONNECT' || readTarget(path, method) !== codecError;
}

/** A response that the proxy gives by itself because it can make nothing of the request. */
export interface BadRequest {
  readonly status: number;
  /** Envoy's response code details. */
  readonly details: string;
  readonly body: string;
}

export const codecError: BadRequest = { status: 400, details: 'http1.codec_error', body: 'Bad Request' };

const noAbsolutePath: BadRequest = { status: 404, details: 'absolute_path_rejected', body: '' };

/** True for a method that the parser takes. */
export function isKnownMethod(method: string): boolean {
  return httpMethods.has(method);
}

/**
 * Reads the target of an HTTP/1.1 request line, one character per byte. The fragment is cut off.
 * Source: envoy balsa_parser.cc (characters), http1/codec_impl.cc handlePath (absolute URIs).
 */
export function readTarget(target: string, method: string | undefined): RequestTarget | BadRequest {
  if (target.startsWith('/')) {
    if (method === 'CONNECT') return pathCharacters.test(target) ? protocolError('invalid_url') : codecError;
    return pathCharacters.test(target) ? { path: withoutFragment(target) } : codecError;
  }
  if (target === '*' && method === 'OPTIONS') return noAbsolutePath;
  if (target.startsWith('*')) return pathCharacters.test(target) ? protocolError('invalid_url') : codecError;
  const parts = absoluteTarget.exec(target);
  if (parts === null || target.includes('@@')) return codecError;
  const [, scheme, authority, path] = parts as unknown as [string, string, string, string];
  if (authority === '') return protocolError('invalid_url');
  if (!/^https?$/i.test(scheme)) return protocolError('invalid_scheme');
  if (path.startsWith('?')) return noAbsolutePath;
  return { path: path === '' ? '/' : withoutFragment(path), authority };
}

/** True for a refusal, false for a request that parsed. */
export function isBadRequest(value: object): value is BadRequest {
  return 'status' in value;
}

function protocolError(name: string): BadRequest {
  return { status: 400, details: `http1.${name}`, body: 'Bad Request' };
}

function withoutFragment(path: string): string {
  const start = path.indexOf('#');
  return start < 0 ? path : path.slice(0, start);
}
