import type { HttpRequest, Pattern, Request } from '../model/index.ts';
import { httpMethods } from '../policy/http/index.ts';
import { addressesToTry, canList, textsToTry } from './candidates.ts';

/** Sets of values that a repeated header is tried with; beyond this many values they can't all be listed. */
const mostValues = 5;

/** Headers that are a part of every request by another name. */
const otherNames: ReadonlyMap<string, string> = new Map([
  ['header :method', 'method'],
  ['header :path', 'path'],
  ['header :authority', 'host'],
  ['header host', 'host'],
  ['header x-forwarded-for', 'remote address'],
]);

/** The one name of a field of a request: what is said under one name answers what is asked under the other. */
export function fieldName(field: string): string {
  return otherNames.get(field) ?? field;
}

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
  const name = fieldName(field);
  switch (name) {
    case 'method':
      // A method that the parser does not take is answered 400 by every proxy; nobody asks about those.
      return [...httpMethods].map((method) => withHttp(request, { ...http, method }));
    case 'host':
      return texts.map((host) => withHttp(request, { ...http, host }));
    case 'path':
      return pathsOf(texts)?.map((path) => withHttp(request, { ...http, path }));
    case 'sni':
      return [null, ...texts].map((sni) => ({ ...request, sni }));
    case 'remote address': {
      // A rule that looks at the header itself tells more apart than addresses.
      if (patterns.some(({ form }) => form !== 'range')) return undefined;
      const forwarded = addressesToTry(patterns, ['0.0.0.0/0', '::/0']).map((address) => [address]);
      return [[], ...forwarded].map((values) => withHeaderValues(request, 'x-forwarded-for', values));
    }
  }
  if (name.startsWith('header ')) return withHeader(request, name.slice('header '.length), texts);
  return undefined;
}

/**
 * Paths begin with a slash, and what is not ASCII or is blank does not parse. Where a rule looks at the query too, paths and queries can't be
 * listed apart.
 */
function pathsOf(texts: readonly string[]): readonly string[] | undefined {
  if (texts.some((text) => /[?#]/.test(text))) return undefined;
  const sendable = texts.filter((text) => /^[!-~]*$/.test(text));
  return [...new Set(['/', ...sendable.map((text) => (text.startsWith('/') ? text : `/${text}`))])];
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
