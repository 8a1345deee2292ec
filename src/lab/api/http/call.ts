import type { IncomingMessage, ServerResponse } from 'node:http';

/** One request, taken apart as far as everybody needs it. */
export interface Call {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly method: string;
  /** Decoded parts of the path, without empty ones. */
  readonly path: readonly string[];
  readonly query: URLSearchParams;
  /** What is told along with the answer (headers `Warning`), each once. */
  readonly warnings: Set<string>;
}

export function createCall(request: IncomingMessage, response: ServerResponse): Call {
  return { request, response, method: request.method ?? 'GET', ...splitUrl(request), warnings: new Set() };
}

/** Path and query of a request. */
export function splitUrl({ url = '/' }: IncomingMessage): Pick<Call, 'path' | 'query'> {
  const { pathname, searchParams } = new URL(`https://lab${url.startsWith('/') ? url : `/${url}`}`);
  return { path: pathname.split('/').filter(Boolean).map(decode), query: searchParams };
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

/** A query parameter as Go reads a bool: `1`, `true`; anything else is false. */
export function flag(query: URLSearchParams, name: string): boolean {
  return ['1', 't', 'T', 'true', 'TRUE', 'True'].includes(query.get(name) ?? '');
}
