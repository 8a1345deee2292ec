import { hostHeader } from '../model/index.ts';
import { usageError } from './exit.ts';
import { readPort, splitPort } from './port-text.ts';

/** A URL as a client takes it apart. */
export interface Url {
  readonly scheme: 'http' | 'https' | 'tcp';
  /** Without brackets. */
  readonly host: string;
  /** undefined only for `tcp://`. */
  readonly port: number | undefined;
  /** The request target: path and query exactly as written, `/` where there is none. */
  readonly target: string;
  /** The Host header as curl writes it: with the port only where it is not the scheme's own. */
  readonly hostHeader: string;
}

const defaultPorts = { http: 80, https: 443, tcp: undefined } as const;

/**
 * Reads an `http`, `https` or `tcp` URL. The path stays as it is written, dots and escapes and all (curl with `--path-as-is`): how a
 * path is normalised is a matter of the proxies. A fragment is never sent. Throws a usage error.
 */
export function readUrl(text: string): Url {
  const parts = /^([a-z][a-z0-9+.-]*):\/\/([^/?#]*)([^#]*)/i.exec(text);
  const scheme = parts?.[1]?.toLowerCase();
  if (scheme !== 'http' && scheme !== 'https' && scheme !== 'tcp') {
    throw usageError(`cannot read ${JSON.stringify(text)}: a URL begins with http://, https:// or tcp://`);
  }
  if (/[\s\u0000-\u001f\u007f]/.test(text)) {
    throw usageError(`cannot read ${JSON.stringify(text)}: a URL holds no white space; write %20`);
  }
  const authority = parts?.[2] ?? '';
  if (authority.includes('@')) {
    throw usageError(
      `cannot read ${JSON.stringify(text)}: give user and password as --header 'Authorization: …'`,
    );
  }
  const { host, port: portText } = splitPort(authority);
  if (host === '') throw usageError(`cannot read ${JSON.stringify(text)}: the host is missing`);
  const port = portText === undefined ? defaultPorts[scheme] : readPort(portText, text);
  if (typeof port === 'string')
    throw usageError(`cannot read ${JSON.stringify(text)}: a URL's port is a number`);
  const rest = parts?.[3] ?? '';
  if (scheme === 'tcp' && rest !== '')
    throw usageError(`cannot read ${JSON.stringify(text)}: tcp:// has no path`);
  return {
    scheme,
    host,
    port,
    target: rest.startsWith('/') ? rest : `/${rest}`,
    hostHeader: hostHeader(host, port, defaultPorts[scheme]),
  };
}
