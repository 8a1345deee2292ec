import { usageError } from './exit.ts';

/** Splits `HOST:PORT` and `[IPV6]:PORT`; without a port the host is the whole text (less the brackets). */
export function splitPort(text: string): { readonly host: string; readonly port?: string } {
  const bracketed = /^\[([^\]]*)\](?::(.*))?$/.exec(text);
  if (bracketed !== null) {
    const [, host = '', port] = bracketed;
    return port === undefined ? { host } : { host, port };
  }
  const colon = text.lastIndexOf(':');
  return colon < 0 ? { host: text } : { host: text.slice(0, colon), port: text.slice(colon + 1) };
}

/** A port number from 1 to 65535, or the name of a port (at most 15 of a-z, 0-9 and -). Throws a usage error; `where` is what was written. */
export function readPort(text: string, where: string): number | string {
  if (/^\d+$/.test(text)) {
    const port = Number(text);
    if (port >= 1 && port <= 65535) return port;
  } else if (/^[a-z0-9](?:[a-z0-9-]{0,13}[a-z0-9])?$/.test(text)) return text;
  const written = where === text ? '' : ` in ${JSON.stringify(where)}`;
  throw usageError(
    `${JSON.stringify(text)}${written} is not a port: a number from 1 to 65535 or a port's name`,
  );
}
