import type { Writable } from 'node:stream';
import type { Body } from './exchange.ts';
import type { HeaderList } from './headers.ts';

/** A sum of bytes. */
export function countBytes(): { readonly add: (bytes: number) => void; readonly total: () => number } {
  let sum = 0;
  return { add: (bytes) => (sum += bytes), total: () => sum };
}

/** Sends a body on and ends the message. A body that breaks off breaks off the message, so that nobody takes it for whole. */
export function sendBody(
  target: Writable,
  body: Body | string | undefined,
  count: (bytes: number) => void,
  addTrailers: (trailers: HeaderList) => void,
): void {
  if (body === undefined || typeof body === 'string') {
    count(Buffer.byteLength(body ?? ''));
    target.end(body ?? '');
    return;
  }
  const { stream, trailers } = body;
  stream.on('data', (chunk: Buffer) => count(chunk.length));
  stream.on('end', () => {
    const list = trailers();
    if (list.length > 0) addTrailers(list);
    target.end();
  });
  stream.on('error', () => target.destroy());
  stream.on('close', () => {
    if (!stream.readableEnded) target.destroy();
  });
  target.on('close', () => stream.destroy());
  target.on('error', () => stream.destroy());
  stream.pipe(target, { end: false });
}
