import { checkAddress } from './address.ts';
import { escapeText, quote } from './quote.ts';

export type UrlCheck =
  | {
      readonly scheme: string /** Digits after the host's colon; '' where there are none. */;
      readonly port: string;
    }
  | { readonly error: string };

/** What Go's url.Parse says of a text: scheme (lower case) and port, or its error in words. */
export function checkUrl(text: string): UrlCheck {
  const hash = text.indexOf('#');
  const address = hash < 0 ? text : text.slice(0, hash);
  const result = check(address, false);
  if ('error' in result) return wrap(address, result.error);
  const bad = hash < 0 ? undefined : badEscape(text.slice(hash + 1));
  return bad === undefined ? result : wrap(text, bad);
}

/** What CEL's url() says: url.ParseRequestURI, which wants an absolute URI or path without fragment, and then url.Parse. */
export function checkRequestUri(text: string): UrlCheck {
  const result = check(text, true);
  return 'error' in result ? wrap(text, result.error) : checkUrl(text);
}

function wrap(text: string, error: string): UrlCheck {
  return { error: `parse ${quote(text)}: ${error}` };
}

function check(text: string, request: boolean): UrlCheck {
  if (/[\x00-\x1f\x7f]/.test(text)) return { error: 'net/url: invalid control character in URL' };
  if (text === '' && request) return { error: 'empty url' };
  if (text === '*') return { scheme: '', port: '' };
  if (text.startsWith(':')) return { error: 'missing protocol scheme' };
  const scheme = (/^([a-zA-Z][a-zA-Z0-9+.-]*):/.exec(text)?.[1] ?? '').toLowerCase();
  const rest = (scheme === '' ? text : text.slice(scheme.length + 1)).split('?', 1)[0]!;
  if (!rest.startsWith('/')) {
    if (scheme !== '') return { scheme, port: '' };
    if (request) return { error: 'invalid URI for request' };
    if (rest.split('/', 1)[0]!.includes(':')) {
      return { error: 'first path segment in URL cannot contain colon' };
    }
  }
  const hasAuthority = rest.startsWith('//') && (scheme !== '' || (!request && !rest.startsWith('///')));
  const pathStart = hasAuthority ? rest.indexOf('/', 2) : 0;
  const path = pathStart < 0 ? '' : rest.slice(pathStart);
  const authority = hasAuthority ? rest.slice(2, pathStart < 0 ? rest.length : pathStart) : '';
  const error = checkAuthority(authority) ?? badEscape(path);
  if (error !== undefined) return { error };
  return { scheme, port: /:([0-9]*)$/.exec(authority)?.[1] ?? '' };
}

function checkAuthority(authority: string): string | undefined {
  const at = authority.lastIndexOf('@');
  const error = checkHost(authority.slice(at + 1));
  if (error !== undefined || at < 0) return error;
  const user = authority.slice(0, at);
  if (!/^[A-Za-z0-9\-._:~!$&'()*+,;=%@]*$/.test(user)) return 'net/url: invalid userinfo';
  const colon = user.indexOf(':');
  return colon < 0 ? badEscape(user) : (badEscape(user.slice(0, colon)) ?? badEscape(user.slice(colon + 1)));
}

function checkHost(host: string): string | undefined {
  const open = host.lastIndexOf('[');
  if (open > 0) return 'invalid IP-literal';
  if (open === 0) return checkBracketed(host);
  const colon = host.lastIndexOf(':');
  return (colon < 0 ? undefined : checkPort(host.slice(colon))) ?? badHostText(host);
}

function checkBracketed(host: string): string | undefined {
  const close = host.lastIndexOf(']');
  if (close < 0) return "missing ']' in host";
  const inside = host.slice(1, close);
  const zone = inside.indexOf('%25');
  const name = zone < 0 ? inside : inside.slice(0, zone);
  const error =
    checkPort(host.slice(close + 1)) ??
    badHostText(name) ??
    (zone < 0 ? undefined : badHostText(inside.slice(zone), true));
  if (error !== undefined) return error;
  const address = checkAddress(
    zone < 0 ? resolveEscapes(inside) : resolveEscapes(name) + resolveEscapes(inside.slice(zone)),
  );
  if ('error' in address) return `invalid host: ${address.error}`;
  return address.family === 4 ? 'invalid IP-literal' : undefined;
}

function checkPort(port: string): string | undefined {
  return /^(?::[0-9]*)?$/.test(port) ? undefined : `invalid port ${quote(port)} after host`;
}

/** The first `%` that two hexadecimal digits do not follow. */
function badEscape(text: string): string | undefined {
  const start = text.search(/%(?![0-9a-fA-F]{2})/);
  return start < 0 ? undefined : escapeError(text.slice(start));
}

/** Names the first three bytes of a text; a character that is cut shows as its bytes. */
function escapeError(text: string): string {
  let shown = '';
  let left = 3;
  for (const character of text) {
    const bytes = new TextEncoder().encode(character);
    if (bytes.length <= left) shown += escapeText(character);
    else for (const byte of bytes.subarray(0, left)) shown += `\\x${byte.toString(16)}`;
    left -= bytes.length;
    if (left <= 0) break;
  }
  return `invalid URL escape "${shown}"`;
}

/** In a host only bytes beyond ASCII may be escaped, and `%25`; in a zone also what a host may hold, and the blank. */
function badHostText(text: string, zone = false): string | undefined {
  for (let i = 0; i < text.length; i++) {
    const character = text[i]!;
    if (character === '%') {
      const digits = text.slice(i + 1, i + 3);
      if (!/^[0-9a-fA-F]{2}$/.test(digits)) return escapeError(text.slice(i));
      const code = Number.parseInt(digits, 16);
      const allowed = zone ? code === 0x20 || inHost.test(String.fromCharCode(code)) : code >= 0x80;
      if (digits !== '25' && !allowed) return escapeError(text.slice(i));
      i += 2;
    } else if (character < '\x80' && !inHost.test(character)) {
      return `invalid character ${quote(character)} in host name`;
    }
  }
  return undefined;
}

const inHost = /^[A-Za-z0-9\-_.~!$&'()*+,;=:[\]<>"]$/;

/** Escapes resolved byte by byte; bytes that are no UTF-8 become U+FFFD, which is no part of any address either. */
function resolveEscapes(text: string): string {
  const bytes: number[] = [];
  const encoded = new TextEncoder().encode(text);
  for (let i = 0; i < encoded.length; i++) {
    if (encoded[i] === 0x25) {
      bytes.push(Number.parseInt(String.fromCharCode(encoded[i + 1]!, encoded[i + 2]!), 16));
      i += 2;
    } else bytes.push(encoded[i]!);
  }
  return new TextDecoder().decode(new Uint8Array(bytes));
}
