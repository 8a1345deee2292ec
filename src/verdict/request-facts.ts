import type { HttpRequest, Pattern, Request } from '../model/index.ts';
import { httpMethods } from '../policy/http/index.ts';
import { addressesToTry, canList, textsToTry } from './candidates.ts';

/** Sets of values that a repeated header is tried with; beyond this many values they can't all be listed. */
const mostValues = 5;

/**
 * The requests in which `field` is said, one for each value that `patterns` can tell apart; undefined where these can't be listed (regular expressions, tokens,
 * claims). Fields are those of Fact's `request` kind.
 */
export function withRequestFact(
  request: Request,
  field: string,
  patterns: readonly Pattern[],
): readonly Request[] | undefined {
  if (!canList(patterns)) return undefined;
  const http = request.http ?? {};
  const texts = textsToTry(patterns);
  // A method that the parser does not take is answered 400 by every proxy; nobody asks about those.
  if (field === 'method') return [...httpMethods].map((method) => withHttp(request, { ...http, method }));
  if (field === 'host') return texts.map((host) => withHttp(request, { ...http, host }));
  if (field === 'path') {
    const paths = texts.map((text) => (text.startsWith('/') ? text : `/${text}`));
    return [...new Set(['/', ...paths])].map((path) => withHttp(request, { ...http, path }));
  }
  if (field === 'sni') return [null, ...texts].map((sni) => ({ ...request, sni }));
  if (field === 'remote address') {
    const forwarded = addressesToTry(patterns, ['0.0.0.0/0', '::/0']).map((address) => [address]);
    return [[], ...forwarded].map((values) => withHeaderValues(request, 'x-forwarded-for', values));
  }
  if (field.startsWith('header ')) return withHeader(request, field.slice('header '.length), texts);
  return undefined;
}

/** A header may be absent (an empty list says so), or sent with any set of the values. */
function withHeader(
  request: Request,
  name: string,
  texts: readonly string[],
): readonly Request[] | undefined {
  if (texts.length > mostValues) return undefined;
  const sets: string[][] = [[]];
  for (const text of texts) sets.push(...sets.map((set) => [...set, text]));
  return sets.map((values) => withHeaderValues(request, name, values));
}

function withHeaderValues(request: Request, name: string, values: readonly string[]): Request {
  const http = request.http ?? {};
  return withHttp(request, { ...http, headers: { ...http.headers, [name]: values } });
}

function withHttp(request: Request, http: HttpRequest): Request {
  return { ...request, http };
}
