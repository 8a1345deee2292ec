import type { Duplex } from 'node:stream';
import { httpMethods, looksLikeHttp } from '../../../policy/http/index.ts';
import { type ClientHello, looksLikeTls, readClientHello } from './client-hello.ts';

/** What the first bytes of a connection show, as Envoy's tls_inspector and http_inspector take them. */
export type FirstBytes =
  | { readonly kind: 'TLS'; readonly hello: ClientHello }
  | { readonly kind: 'HTTP/1' | 'HTTP/2' | 'other' }
  /** It ended before it said anything, or enough. */
  | { readonly kind: 'nothing' };

/** What is looked for: TLS alone where the port's protocol is declared as raw bytes. */
export type Look = 'TLS' | 'TLS or HTTP' | 'HTTP';

const preface = 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n';
const mostBytes = 64 * 1024;

/** Of a record of TLS: with fewer bytes, its inspector goes on waiting, whatever they are. */
const recordHeader = 5;

/** Reads the first bytes of a connection and puts them back. Waits as long as the client does: server-first protocols stand still here, as they do in Istio. */
export function readFirstBytes(connection: Duplex, look: Look): Promise<FirstBytes> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    const finish = (found: FirstBytes): void => {
      connection.off('readable', read);
      connection.off('end', ended);
      connection.off('close', closed);
      if (chunks.length > 0 && !connection.destroyed) connection.unshift(Buffer.concat(chunks));
      resolve(found);
    };
    const read = (): void => {
      for (let chunk = connection.read() as Buffer | null; chunk !== null; chunk = connection.read()) {
        chunks.push(chunk);
      }
      const found = chunks.length === 0 ? undefined : classify(Buffer.concat(chunks), look);
      if (found !== undefined) finish(found);
    };
    const ended = (): void => {
      const bytes = Buffer.concat(chunks).length;
      finish({ kind: bytes === 0 || (look !== 'HTTP' && bytes < recordHeader) ? 'nothing' : 'other' });
    };
    const closed = (): void => finish({ kind: 'nothing' });
    connection.on('readable', read);
    connection.on('end', ended);
    connection.on('close', closed);
  });
}

/** undefined = not to be told yet. */
function classify(bytes: Buffer, look: Look): FirstBytes | undefined {
  if (look !== 'HTTP' && bytes.length < recordHeader) return undefined;
  if (look !== 'HTTP' && looksLikeTls(bytes)) {
    const hello = readClientHello(bytes);
    if (hello === 'incomplete' && bytes.length < mostBytes) return undefined;
    if (typeof hello === 'object') return { kind: 'TLS', hello };
    return { kind: 'other' };
  }
  return look === 'TLS' ? { kind: 'other' } : classifyHttp(bytes);
}

function classifyHttp(bytes: Buffer): FirstBytes | undefined {
  const text = bytes.toString('latin1', 0, mostBytes);
  if (text.startsWith(preface)) return { kind: 'HTTP/2' };
  if (preface.startsWith(text)) return undefined;
  const end = text.indexOf('\n');
  if (end < 0) return couldBeHttp(text) && bytes.length < mostBytes ? undefined : { kind: 'other' };
  const [, method, path] = /^([^ ]+) ([^ ]+) HTTP\/1\.[01]\r?$/.exec(text.slice(0, end)) ?? [];
  const isHttp = method !== undefined && path !== undefined && looksLikeHttp({ method, path });
  return { kind: isHttp ? 'HTTP/1' : 'other' };
}

/** Is this the beginning of a request line, as far as it goes? */
function couldBeHttp(text: string): boolean {
  const space = text.indexOf(' ');
  if (space >= 0) return httpMethods.has(text.slice(0, space)) && !/[^\x20-\xff\r]/.test(text);
  for (const method of httpMethods) if (method.startsWith(text)) return true;
  return false;
}
