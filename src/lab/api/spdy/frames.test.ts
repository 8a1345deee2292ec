import { constants, createDeflate, createInflate } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dictionary } from './dictionary.ts';
import type { Frame } from './frames.ts';
import { createCompress, createDecompress } from './header-compression.ts';
import { readHeaders, writeHeaders } from './headers.ts';
import { createFrameReader } from './read-frames.ts';
import { SpdyError } from './spdy-error.ts';
import { createFrameWriter, type WrittenFrame } from './write-frames.ts';

const id = fc.integer({ min: 1, max: 0x7fff_ffff });
const word = fc.integer({ min: 0, max: 0xffff_ffff });
const name = fc.string({ minLength: 1, maxLength: 20 }).map((text) => text.toLowerCase());
const headers = fc
  .uniqueArray(fc.tuple(name, fc.string({ maxLength: 200 })), { selector: ([key]) => key, maxLength: 8 })
  .map((pairs) => new Map(pairs));
const bytes = fc.uint8Array({ maxLength: 300 }).map((each) => Buffer.from(each));

const frame: fc.Arbitrary<WrittenFrame> = fc.oneof(
  fc.record({
    type: fc.constantFrom('syn-stream' as const, 'syn-reply' as const, 'headers' as const),
    stream: id,
    headers,
    fin: fc.boolean(),
  }),
  fc.record({ type: fc.constant('data' as const), stream: id, bytes, fin: fc.boolean() }),
  fc.record({ type: fc.constant('rst-stream' as const), stream: id, status: word }),
  fc.record({ type: fc.constant('ping' as const), id: word }),
  fc.record({
    type: fc.constant('goaway' as const),
    lastStream: fc.integer({ min: 0, max: 0x7fff_ffff }),
    status: word,
  }),
  fc.record({ type: fc.constant('window-update' as const), stream: id, delta: id }),
  fc.record({
    type: fc.constant('settings' as const),
    values: fc
      .array(fc.tuple(fc.integer({ min: 0, max: 0xff_ffff }), id), { maxLength: 5 })
      .map((pairs) => new Map(pairs)),
  }),
);

function cut(whole: Buffer, sizes: readonly number[]): readonly Buffer[] {
  const parts: Buffer[] = [];
  let at = 0;
  for (const size of sizes) {
    parts.push(whole.subarray(at, at + size));
    at += size;
  }
  return [...parts, whole.subarray(at)];
}

/** What all the frames say, with the data of each stream in one piece. */
function meaning(frames: readonly Frame[]): unknown {
  const others = frames.filter(({ type }) => type !== 'data');
  const data = new Map<number, { text: string; fins: number }>();
  for (const each of frames) {
    if (each.type !== 'data') continue;
    const known = data.get(each.stream) ?? { text: '', fins: 0 };
    data.set(each.stream, {
      text: known.text + each.bytes.toString('hex'),
      fins: known.fins + Number(each.fin),
    });
  }
  return { others, data: [...data] };
}

const readAll = (parts: readonly Buffer[]): readonly Frame[] => parts.flatMap(createFrameReader());

describe('frames', () => {
  it('are read as they were written, however they are cut', () => {
    fc.assert(
      fc.property(
        fc.array(frame, { maxLength: 12 }),
        fc.array(fc.nat({ max: 60 }), { maxLength: 40 }),
        (frames, sizes) => {
          const write = createFrameWriter();
          const whole = Buffer.concat(frames.map((each) => write(each)));
          expect(meaning(readAll(cut(whole, sizes)))).toEqual(meaning(frames));
        },
      ),
    );
  });

  it('that are cut off are waited for', () => {
    fc.assert(
      fc.property(frame, fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), (each, part) => {
        const whole = createFrameWriter()(each);
        const read = readAll([whole.subarray(0, Math.floor(whole.length * part))]);
        if (each.type === 'data') expect(read.every((piece) => !('fin' in piece && piece.fin))).toBe(true);
        else expect(read).toEqual([]);
      }),
    );
  });

  it('any bytes are frames or a SpdyError, nothing else', () => {
    const start = fc.constantFrom(...[1, 2, 3, 4, 6, 7, 8, 9, 99].map((type) => [0x80, 3, 0, type]), []);
    fc.assert(
      fc.property(start, fc.nat({ max: 40 }), bytes, (first, length, rest) => {
        const head = first.length === 0 ? first : [...first, 0, 0, 0, length];
        try {
          readAll([Buffer.from(head), rest]);
        } catch (error) {
          expect(error).toBeInstanceOf(SpdyError);
        }
      }),
      { numRuns: 2000 },
    );
  });

  it.each([
    ['another version', [0x80, 2, 0, 6, 0, 0, 0, 4, 0, 0, 0, 1]],
    ['a control frame of megabytes', [0x80, 3, 0, 1, 0, 0xff, 0xff, 0xff]],
    ['a PING without its number', [0x80, 3, 0, 6, 0, 0, 0, 2, 0, 0]],
    ['settings that do not fit', [0x80, 3, 0, 4, 0, 0, 0, 4, 0xff, 0xff, 0xff, 0xff]],
    ['a stream 0', [0x80, 3, 0, 3, 0, 0, 0, 8, 0, 0, 0, 0, 0, 0, 0, 1]],
    ['headers that are not zlib', [0x80, 3, 0, 2, 0, 0, 0, 6, 0, 0, 0, 1, 1, 2]],
  ])('%s is refused', (_what, given) => {
    expect(() => readAll([Buffer.from(given)])).toThrow(SpdyError);
  });
});

describe('headers', () => {
  it("as zlib compresses them, one context over all blocks, with SPDY's dictionary or without", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(headers, { minLength: 1, maxLength: 6 }),
        fc.boolean(),
        async (sets, preset) => {
          const deflate = createDeflate(preset ? { dictionary } : {});
          const decompress = createDecompress();
          for (const set of sets) {
            const block = await passed(deflate, writeHeaders(set));
            expect(readHeaders(decompress(block))).toEqual(set);
          }
        },
      ),
      { numRuns: 30 },
    );
  });

  it('that we send are what zlib takes', async () => {
    const [inflate, compress] = [createInflate({ dictionary }), createCompress()];
    for (const length of [0, 1, 70_000]) {
      const plain = Buffer.alloc(length, 'x');
      expect((await passed(inflate, compress(plain))).equals(plain)).toBe(true);
    }
  });

  it('the dictionary is the one of the draft', () => {
    // What zlib itself writes of it into the head of a stream (Adler-32).
    expect(createCompress()(Buffer.alloc(0)).subarray(2, 6).toString('hex')).toBe('e3c6a7c2');
    expect(dictionary.length).toBe(1423);
  });

  it('a few bytes that would become megabytes are refused', async () => {
    const bomb = await passed(createDeflate({ dictionary }), Buffer.alloc(10_000_000));
    expect(bomb.length).toBeLessThan(16_000);
    expect(() => createDecompress()(bomb)).toThrow(SpdyError);
  });
});

/** What a zlib stream makes of a piece, flushed. */
function passed(
  stream: ReturnType<typeof createDeflate | typeof createInflate>,
  piece: Buffer,
): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const parts: Buffer[] = [];
    const collect = (part: Buffer): void => void parts.push(part);
    stream.on('data', collect);
    stream.once('error', reject);
    stream.write(piece);
    stream.flush(constants.Z_SYNC_FLUSH, () => {
      stream.off('data', collect);
      stream.off('error', reject);
      resolve(Buffer.concat(parts));
    });
  });
}
