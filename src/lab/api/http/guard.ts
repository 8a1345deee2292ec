import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';
import { StatusError } from '../../store/index.ts';
import { unauthorized } from './status.ts';

/** Throws a StatusError for a request that is not let in. */
export type Guard = (request: IncomingMessage) => void;

/** Names under which pods know the API server. */
const ownNames: ReadonlySet<string> = new Set([
  'localhost',
  'kubernetes',
  'kubernetes.default',
  'kubernetes.default.svc',
  'kubernetes.default.svc.cluster.local',
]);

/** Lets in whoever has the token (401 for others) and comes under one of the server's own names (403): a web page in the user's browser has neither. */
export function createGuard(token: string): Guard {
  const expected = digest(token);
  return (request) => {
    checkHost(request);
    const given = /^Bearer +(\S+) *$/i.exec(request.headers.authorization ?? '')?.[1];
    // Digests are of one length, so that comparing them takes the same time for every token.
    if (given === undefined || !timingSafeEqual(digest(given), expected)) throw unauthorized();
  };
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

/** A name of somebody else's in `Host` is DNS rebinding; an `Origin` of somebody else's is a page of another site. */
function checkHost({ headers }: IncomingMessage): void {
  const host = hostOf(headers.host ?? '');
  if (!isOwn(host)) throw refused(`the host ${JSON.stringify(host)} is not this server's`);
  const { origin } = headers;
  if (origin === undefined) return;
  if (hostOf(origin.replace(/^\w+:\/\//, '')) !== host || !isOwn(host)) {
    throw refused(`requests of the origin ${JSON.stringify(origin)} are not served`);
  }
}

function refused(why: string): StatusError {
  return new StatusError(403, 'Forbidden', `forbidden: ${why}`, {});
}

function isOwn(host: string): boolean {
  return isIP(host) !== 0 || ownNames.has(host);
}

/** `127.0.0.1:6443`, `[::1]:6443`, `localhost` without the port and brackets. */
function hostOf(authority: string): string {
  return authority
    .replace(/:\d+$/, '')
    .replace(/^\[(.*)\]$/, '$1')
    .toLowerCase();
}
