import type { HttpRequest, Request, Token, TokenLocation } from '../../model/index.ts';

/** A piece of a request at which a token may stand: text, and behind it perhaps a token that was described rather than written out. */
export interface WireText {
  readonly text: string;
  readonly token?: Token;
}

/** Where tokens are looked for, as the request has them on the wire. Header names are lower-case. */
export interface TokenPlaces {
  readonly headers: ReadonlyMap<string, readonly WireText[]>;
  readonly params: ReadonlyMap<string, WireText>;
  readonly cookies: ReadonlyMap<string, WireText>;
}

const bearer: TokenLocation = { header: 'authorization', prefix: 'Bearer ' };

/** Lays out headers, query and cookies of a request, with the tokens that it describes put where they are sent. */
export function layOutTokens(http: HttpRequest, tokens: readonly Token[]): TokenPlaces {
  const headers = new Map<string, WireText[]>();
  for (const [name, value] of Object.entries(http.headers ?? {})) {
    for (const text of typeof value === 'string' ? [value] : value)
      append(headers, name, { text: text.trim() });
  }
  const params = readParams(http.path ?? '');
  const cookies = readCookies(headers.get('cookie') ?? []);
  for (const token of tokens) {
    const location = token.location ?? bearer;
    if ('header' in location) append(headers, location.header, { text: location.prefix ?? '', token });
    else if ('param' in location) putFirst(params, location.param, { text: '', token });
    else putFirst(cookies, location.cookie, { text: '', token });
  }
  return { headers, params, cookies };
}

/** The tokens that a request carries; undefined = it is not known whether it carries any. */
export function tokensOf(request: Pick<Request, 'jwt' | 'complete'>): readonly Token[] | undefined {
  const { jwt, complete } = request;
  if (jwt === undefined) return complete ? [] : undefined;
  if (jwt === 'none') return [];
  return Array.isArray(jwt) ? jwt : [jwt as Token];
}

function append(headers: Map<string, WireText[]>, name: string, value: WireText): void {
  const key = name.toLowerCase();
  const list = headers.get(key);
  if (list === undefined) headers.set(key, [value]);
  else list.push(value);
}

function putFirst(places: Map<string, WireText>, name: string, value: WireText): void {
  if (!places.has(name)) places.set(name, value);
}

function readParams(target: string): Map<string, WireText> {
  const params = new Map<string, WireText>();
  const query = target.replace(/#.*$/s, '').split('?').slice(1).join('?');
  for (const [name, text] of new URLSearchParams(query)) putFirst(params, name, { text });
  return params;
}

function readCookies(values: readonly WireText[]): Map<string, WireText> {
  const cookies = new Map<string, WireText>();
  for (const pair of values.flatMap(({ text }) => text.split(';'))) {
    const equals = pair.indexOf('=');
    if (equals > 0)
      putFirst(cookies, pair.slice(0, equals).trim(), { text: unquote(pair.slice(equals + 1).trim()) });
  }
  return cookies;
}

function unquote(text: string): string {
  return text.length > 1 && text.startsWith('"') && text.endsWith('"') ? text.slice(1, -1) : text;
}
