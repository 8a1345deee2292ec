import { type Duplex, PassThrough, Duplex as Streams, Writable } from 'node:stream';
import { finished } from 'node:stream/promises';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Frame } from './frames.ts';
import { type SpdyStream, serveSpdy } from './index.ts';
import { createFrameReader } from './read-frames.ts';
import { createFrameWriter, type WrittenFrame } from './write-frames.ts';

interface Served {
  /** The client's end of the connection. */
  readonly client: Duplex;
  readonly write: (frame: WrittenFrame) => Buffer;
  readonly frames: readonly Frame[];
  readonly opened: readonly SpdyStream[];
}

function serve(onStream: (stream: SpdyStream) => void): Served {
  const [to, from] = [new PassThrough(), new PassThrough()];
  const client = Streams.from({ writable: to, readable: from });
  const opened: SpdyStream[] = [];
  serveSpdy(Streams.from({ writable: from, readable: to }), (stream) => {
    opened.push(stream);
    onStream(stream);
  });
  const frames: Frame[] = [];
  const read = createFrameReader();
  client.on('data', (bytes: Buffer) => frames.push(...read(bytes)));
  client.on('error', () => {});
  return { client, write: createFrameWriter(), frames, opened };
}

const echo = (stream: SpdyStream): void => void stream.pipe(stream);

function textOf(frames: readonly Frame[], stream: number): { readonly text: string; readonly fin: boolean } {
  const own = frames.filter((frame) => frame.type === 'data' && frame.stream === stream);
  const text = Buffer.concat(own.map((frame) => (frame as { bytes: Buffer }).bytes)).toString('hex');
  return { text, fin: own.some((frame) => frame.type === 'data' && frame.fin) };
}

describe('a session', () => {
  it('carries many streams at once, however they are mixed and cut', async () => {
    const piece = fc.tuple(fc.nat({ max: 4 }), fc.uint8Array({ maxLength: 3000 }));
    await fc.assert(
      fc.asyncProperty(
        fc.array(piece, { maxLength: 40 }),
        fc.integer({ min: 1, max: 5000 }),
        async (pieces, size) => {
          const { client, write, frames } = serve(echo);
          const ids = [1, 3, 5, 7, 9];
          const sent = ids.map((stream) =>
            write({ type: 'syn-stream', stream, headers: new Map(), fin: false }),
          );
          const expected = ids.map(() => '');
          for (const [i, bytes] of pieces) {
            expected[i] += Buffer.from(bytes).toString('hex');
            sent.push(write({ type: 'data', stream: ids[i]!, bytes: Buffer.from(bytes), fin: false }));
          }
          for (const stream of ids)
            sent.push(write({ type: 'data', stream, bytes: Buffer.alloc(0), fin: true }));
          // All streams have ended when the client says goodbye, so the connection ends.
          sent.push(write({ type: 'goaway', lastStream: 0, status: 0 }));
          const whole = Buffer.concat(sent);
          for (let at = 0; at < whole.length; at += size) client.write(whole.subarray(at, at + size));
          await finished(client, { writable: false });
          expect(ids.map((id) => textOf(frames, id))).toEqual(expected.map((text) => ({ text, fin: true })));
        },
      ),
      { numRuns: 40 },
    );
  });

  it('survives whatever frames come, and leaves no stream behind when the connection ends', async () => {
    const stream = fc.integer({ min: 1, max: 12 });
    const frame: fc.Arbitrary<WrittenFrame> = fc.oneof(
      fc.record({
        type: fc.constantFrom('syn-stream' as const, 'syn-reply' as const, 'headers' as const),
        stream,
        headers: fc.constant(new Map([['port', '80']])),
        fin: fc.boolean(),
      }),
      fc.record({
        type: fc.constant('data' as const),
        stream,
        bytes: fc.uint8Array({ maxLength: 50 }).map((bytes) => Buffer.from(bytes)),
        fin: fc.boolean(),
      }),
      fc.record({ type: fc.constant('rst-stream' as const), stream, status: fc.nat({ max: 12 }) }),
      fc.record({
        type: fc.constant('window-update' as const),
        stream: fc.nat({ max: 12 }),
        delta: fc.nat({ max: 0x7fff_ffff }),
      }),
      fc.record({
        type: fc.constant('settings' as const),
        values: fc.nat({ max: 100 }).map((size) => new Map([[7, size]])),
      }),
      fc.record({ type: fc.constant('ping' as const), id: fc.nat({ max: 9 }) }),
      fc.record({
        type: fc.constant('goaway' as const),
        lastStream: fc.constant(0),
        status: fc.nat({ max: 2 }),
      }),
    );
    const part = fc.oneof(
      { weight: 20, arbitrary: frame },
      { weight: 1, arbitrary: fc.uint8Array({ maxLength: 20 }) },
    );
    await fc.assert(
      fc.asyncProperty(fc.array(part, { maxLength: 40 }), fc.boolean(), async (parts, refuse) => {
        const { client, write, opened } = serve((each) => {
          if (refuse && each.id % 3 === 0) each.destroy();
          else echo(each);
        });
        for (const each of parts) {
          if (client.writable) client.write(each instanceof Uint8Array ? Buffer.from(each) : write(each));
        }
        client.end();
        await finished(client, { writable: false }).catch(() => {});
        await new Promise(setImmediate);
        expect(opened.every(({ destroyed }) => destroyed)).toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  it('grants windows as what came is read', async () => {
    const { client, write, frames } = serve((stream) => void stream.on('data', () => {}));
    client.write(write({ type: 'syn-stream', stream: 1, headers: new Map(), fin: false }));
    for (let i = 0; i < 10; i++) {
      client.write(write({ type: 'data', stream: 1, bytes: Buffer.alloc(10_000), fin: false }));
    }
    client.write(write({ type: 'ping', id: 1 }));
    const granted = (stream: number): number =>
      frames.reduce((sum, frame) => {
        const own = frame.type === 'window-update' && frame.stream === stream;
        return sum + (own ? frame.delta : 0);
      }, 0);
    while (granted(1) < 80_000) await new Promise(setImmediate);
    expect(granted(0)).toBe(100_000);
    client.destroy();
  });

  it('a client that keeps to its windows gets everything through, to a reader that is slow', async () => {
    let taken = 0;
    const slow = new Writable({
      highWaterMark: 1,
      write(bytes: Buffer, _encoding, done) {
        taken += bytes.length;
        setImmediate(done);
      },
    });
    const { client, write, frames } = serve((stream) => void stream.pipe(slow));
    client.write(write({ type: 'syn-stream', stream: 1, headers: new Map(), fin: false }));
    const total = 2_000_000;
    let sent = 0;
    while (taken < total) {
      const granted = frames.reduce((sum, frame) => {
        return sum + (frame.type === 'window-update' && frame.stream === 1 ? frame.delta : 0);
      }, 65_536);
      const size = Math.min(granted - sent, total - sent, 20_000);
      if (size > 0) {
        client.write(write({ type: 'data', stream: 1, bytes: Buffer.alloc(size), fin: false }));
        sent += size;
      }
      await new Promise(setImmediate);
    }
    client.destroy();
  });
});
