import type { HttpRequest, JwtRule, TokenLocation } from '../../../model/index.ts';

/** A token as it was found on the wire, and where. */
export interface FoundToken {
  readonly text: string;
  readonly location: TokenLocation;
}

/** The tokens of a request, and the request without them. What is at such a place and has not the form of a token stays where it is. */
export interface FoundTokens {
  readonly found: readonly FoundToken[];
  readonly http: HttpRequest;
}

const threeParts = /^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*/;

/** Looks for tokens at every place that the rules name; a rule without places means `Authorization: Bearer` and the parameter `access_token`. */
export function findTokenTexts(rules: readonly JwtRule[], http: HttpRequest): FoundTokens {
  const found: FoundToken[] = [];
  let rest = http;
  for (const location of placesOf(rules)) {
    const [texts, without] = take(rest, location);
    found.push(...texts.map((text) => ({ text, location })));
    rest = without;
  }
  return { found, http: rest };
}

function placesOf(rules: readonly JwtRule[]): readonly TokenLocation[] {
  const places = rules.flatMap(({ fromHeaders, fromParams, fromCookies }): readonly TokenLocation[] =>
    fromHeaders.length + fromParams.length + fromCookies.length === 0
      ? [{ header: 'authorization', prefix: 'Bearer ' }, { param: 'access_token' }]
      : [
          ...fromHeaders.map(({ name, prefix }) => ({ header: name.toLowerCase(), prefix })),
          ...fromParams.map((param) => ({ param })),
          ...fromCookies.map((cookie) => ({ cookie })),
        ],
  );
  return [...new Map(places.map((place) => [JSON.stringify(place), place])).values()];
}

function take(http: HttpRequest, location: TokenLocation): readonly [readonly string[], HttpRequest] {
  if ('param' in location) return takeParameter(http, location.param);
  if ('cookie' in location) return takeCookie(http, location.cookie);
  return takeHeader(http, location.header, location.prefix ?? '');
}

function takeHeader(
  http: HttpRequest,
  name: string,
  prefix: string,
): readonly [readonly string[], HttpRequest] {
  const values = [http.headers?.[name] ?? []].flat();
  const texts: string[] = [];
  const left = values.filter((value) => {
    const start = value.indexOf(prefix);
    const behind = start < 0 ? '' : value.slice(start + prefix.length).trimStart();
    const text = threeParts.exec(behind)?.[0];
    if (text === undefined || (prefix === '' && text !== behind)) return true;
    texts.push(text);
    return false;
  });
  return texts.length === 0 ? [[], http] : [texts, { ...http, headers: { ...http.headers, [name]: left } }];
}

function takeParameter(http: HttpRequest, name: string): readonly [readonly string[], HttpRequest] {
  const [target = '', ...behind] = (http.path ?? '').replace(/#.*$/s, '').split('?');
  if (behind.length === 0) return [[], http];
  const pairs = behind.join('?').split('&');
  const index = pairs.findIndex((pair) => [...new URLSearchParams(pair).keys()][0] === name);
  const text = index < 0 ? undefined : new URLSearchParams(pairs[index]).get(name);
  if (text === undefined || text === null || threeParts.exec(text)?.[0] !== text) return [[], http];
  const left = pairs.toSpliced(index, 1);
  return [[text], { ...http, path: left.length === 0 ? target : `${target}?${left.join('&')}` }];
}

function takeCookie(http: HttpRequest, name: string): readonly [readonly string[], HttpRequest] {
  const values = [http.headers?.cookie ?? []].flat();
  let text: string | undefined;
  const left = values.map((value) =>
    value
      .split(';')
      .filter((pair) => {
        const [key = '', ...rest] = pair.split('=');
        const content = rest
          .join('=')
          .trim()
          .replace(/^"(.*)"$/, '$1');
        if (text !== undefined || key.trim() !== name || threeParts.exec(content)?.[0] !== content)
          return true;
        text = content;
        return false;
      })
      .join(';'),
  );
  if (text === undefined) return [[], http];
  return [[text], { ...http, headers: { ...http.headers, cookie: left } }];
}
