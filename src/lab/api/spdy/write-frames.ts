import { type Frame, finFlag, frameNumbers, spdyVersion } from './frames.ts';
import { createCompress } from './header-compression.ts';
import { writeHeaders } from './headers.ts';

/** Gives the bytes of frames, which must be sent in the order in which they were asked for: their headers are one compressed stream. */
export type FrameWriter = (frame: WrittenFrame) => Buffer;

export type WrittenFrame = Exclude<Frame, { readonly type: 'unknown' }>;

export function createFrameWriter(): FrameWriter {
  const compress = createCompress();
  return (frame) => {
    switch (frame.type) {
      case 'data':
        return Buffer.concat([frameHead(frame.stream, frame.fin, frame.bytes.length), frame.bytes]);
      case 'syn-stream': {
        // No stream that it belongs to, the highest priority, no slot for a certificate.
        const words = uint32s(frame.stream, 0);
        const body = [words, Buffer.alloc(2), compress(writeHeaders(frame.headers))];
        return control(frame.type, Buffer.concat(body), frame.fin);
      }
      case 'syn-reply':
      case 'headers': {
        const body = [uint32s(frame.stream), compress(writeHeaders(frame.headers))];
        return control(frame.type, Buffer.concat(body), frame.fin);
      }
      case 'rst-stream':
        return control(frame.type, uint32s(frame.stream, frame.status));
      case 'settings':
        return control(frame.type, uint32s(frame.values.size, ...[...frame.values].flat()));
      case 'ping':
        return control(frame.type, uint32s(frame.id));
      case 'goaway':
        return control(frame.type, uint32s(frame.lastStream, frame.status));
      case 'window-update':
        return control(frame.type, uint32s(frame.stream, frame.delta));
    }
  };
}

function control(type: keyof typeof frameNumbers, body: Buffer, fin = false): Buffer {
  const word = (0x8000_0000 | (spdyVersion << 16) | frameNumbers[type]) >>> 0;
  return Buffer.concat([frameHead(word, fin, body.length), body]);
}

function frameHead(word: number, fin: boolean, length: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeUInt32BE(word, 0);
  bytes[4] = fin ? finFlag : 0;
  bytes.writeUIntBE(length, 5, 3);
  return bytes;
}

function uint32s(...values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(values.length * 4);
  for (const [i, value] of values.entries()) bytes.writeUInt32BE(value, i * 4);
  return bytes;
}
