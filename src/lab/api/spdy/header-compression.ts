import { constants, deflateSync, inflateRawSync } from 'node:zlib';
import { dictionary } from './dictionary.ts';
import { SpdyError } from './spdy-error.ts';

/** How far back a compressed block can refer. */
const window = 32 * 1024;
/** No more is taken out of one block. */
const mostBytes = 64 * 1024;
/** A deflate block without compression holds no more. */
const longestStored = 0xffff;
const presetDictionary = 0x20;
/** The block of nothing that ends what a sender flushes. */
const flushed = Buffer.from([0, 0, 0, 0xff, 0xff]);

/** Takes one direction's header blocks out of their compression, in their order. Throws a SpdyError. */
export type Decompress = (block: Buffer) => Buffer;

/** Puts one direction's header blocks into the form that the other end expects. */
export type Compress = (block: Buffer) => Buffer;

/**
 * All blocks of one direction are one zlib stream, flushed behind each (Z_SYNC_FLUSH). So each block ends at a byte and can be inflated alone, with what came before it as its dictionary.
 */
export function createDecompress(): Decompress {
  let history: Buffer = dictionary;
  let first = true;
  return (block) => {
    const raw = first ? withoutHead(block) : block;
    first = false;
    const plain = inflate(raw, history);
    history = Buffer.concat([history, plain]).subarray(-window);
    return plain;
  };
}

/** Takes off the head of the zlib stream, which may name the dictionary. */
function withoutHead(block: Buffer): Buffer {
  const [method = 0, flags = 0] = block;
  if ((method & 0x0f) !== 8 || ((method << 8) | flags) % 31 !== 0) {
    throw new SpdyError('the headers are not compressed with zlib');
  }
  return block.subarray((flags & presetDictionary) === 0 ? 2 : 6);
}

function inflate(block: Buffer, history: Buffer): Buffer {
  try {
    return inflateRawSync(block, {
      dictionary: history,
      finishFlush: constants.Z_SYNC_FLUSH,
      maxOutputLength: mostBytes,
    });
  } catch (error) {
    throw new SpdyError(`the headers cannot be decompressed: ${(error as Error).message}`);
  }
}

/** The few headers that are sent go uncompressed, which zlib allows: as stored blocks, after the head of the stream. */
export function createCompress(): Compress {
  let first = true;
  return (block) => {
    const parts: Buffer[] = first ? [head] : [];
    first = false;
    for (let at = 0; at < block.length; at += longestStored) {
      const bytes = block.subarray(at, at + longestStored);
      const lengths = Buffer.alloc(5);
      lengths.writeUInt16LE(bytes.length, 1);
      lengths.writeUInt16LE(~bytes.length & 0xffff, 3);
      parts.push(lengths, bytes);
    }
    return Buffer.concat([...parts, flushed]);
  };
}

/** Method and flags with their check, and the checksum that names the dictionary. */
const head = deflateSync(Buffer.alloc(0), { dictionary }).subarray(0, 6);
