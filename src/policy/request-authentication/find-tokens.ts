import type { JwtRule, Token } from '../../model/index.ts';
import type { TokenPlaces, WireText } from './wire.ts';

/** Something found where a rule looks for tokens. */
export type Found =
  | { readonly kind: 'token'; readonly token: Token }
  /** Text that is no token; `text` is Envoy's complaint. */
  | { readonly kind: 'malformed'; readonly text: string }
  /** A token written out: whether its signature is good cannot be told. */
  | { readonly kind: 'written out' };

type HeaderPlace = JwtRule['fromHeaders'][number];

export const badHeaderJson = 'Jwt header is an invalid JSON';
const badForm = 'Jwt is not in the form of Header.Payload.Signature with two dots and 3 sections';

/**
 * The tokens at the places that a rule names, or without any at `Authorization: Bearer` and the parameter `access_token`. In the order in which Envoy
 * checks them: from the last place to the first, where the order of places is headers, parameters, cookies, each by name.
 * Source: envoy source/extensions/filters/http/jwt_authn/extractor.cc, authenticator.cc.
 */
export function findTokens(rule: JwtRule, places: TokenPlaces): readonly Found[] {
  const named = rule.fromHeaders.length + rule.fromParams.length + rule.fromCookies.length > 0;
  const headers = named ? rule.fromHeaders : [{ name: 'authorization', prefix: 'Bearer ' }];
  const params = named ? rule.fromParams : ['access_token'];
  return [
    ...headers.toSorted(byHeaderKey).flatMap((place) => readHeader(place, places)),
    ...params.toSorted().flatMap((name) => readParts(places.params.get(name))),
    ...rule.fromCookies.toSorted().flatMap((name) => readParts(places.cookies.get(name))),
  ].reverse();
}

function byHeaderKey(a: HeaderPlace, b: HeaderPlace): number {
  const [left, right] = [a, b].map(({ name, prefix }) => name.toLowerCase() + prefix) as [string, string];
  return left < right ? -1 : left > right ? 1 : 0;
}

/**
 * Every value of the header that holds the prefix, anywhere in it, has a token behind it. Envoy joins a repeated Authorization header: what stands
 * behind the first prefix then is only a token where that is the last value.
 */
function readHeader({ name, prefix }: HeaderPlace, places: TokenPlaces): readonly Found[] {
  const key = name.toLowerCase();
  const values = places.headers.get(key) ?? [];
  const joined = key === 'authorization' ? values.findIndex(({ text }) => text.includes(prefix)) : -1;
  if (joined >= 0 && joined < values.length - 1) return [{ kind: 'malformed', text: badForm }];
  return values
    .filter(({ text }) => text.includes(prefix))
    .map((value) => {
      if (prefix === '') return readWhole(value);
      const rest = value.text.slice(value.text.indexOf(prefix) + prefix.length);
      const start = rest.search(/[A-Za-z0-9_.-]/);
      return readWhole({ ...value, text: start < 0 ? '' : rest.slice(start) });
    });
}

function readParts(value: WireText | undefined): readonly Found[] {
  return value === undefined ? [] : [readWhole(value)];
}

function readWhole({ text, token }: WireText): Found {
  if (token !== undefined && text === '') return { kind: 'token', token };
  if (token !== undefined) return { kind: 'malformed', text: badHeaderJson };
  return text.split('.').length === 3 ? { kind: 'written out' } : { kind: 'malformed', text: badForm };
}
