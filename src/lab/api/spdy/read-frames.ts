import { type Frame, finFlag, frameNumbers, initialWindowSetting, spdyVersion } from './frames.ts';
import { createDecompress, type Decompress } from './header-compression.ts';
import { readHeaders } from './headers.ts';
import { SpdyError } from './spdy-error.ts';

/** Takes what comes over the connection, in pieces of any size, and gives the frames that are whole by now. Throws a SpdyError; after that nothing more can be read. */
export type FrameReader = (bytes: Buffer) => readonly Frame[];

const headLength = 8;
/** Longer control frames are refused; what Kubernetes' clients send has some hundred bytes. */
const longestControl = 16 * 1024;

interface OpenData {
  readonly stream: number;
  readonly fin: boolean;
  left: number;
}

export function createFrameReader(): FrameReader {
  const decompress = createDecompress();
  let rest: Buffer = Buffer.alloc(0);
  let data: OpenData | undefined;

  /** The next frame, or undefined where more must come first. */
  function next(): Frame | undefined {
    if (data !== undefined) return nextData(data);
    if (rest.length < headLength) return undefined;
    const word = rest.readUInt32BE(0);
    const flags = rest[4]!;
    const length = rest.readUIntBE(5, 3);
    if (word >>> 31 === 0) {
      rest = rest.subarray(headLength);
      data = { stream: streamOf(word), fin: (flags & finFlag) !== 0, left: length };
      return nextData(data);
    }
    const version = (word >>> 16) & 0x7fff;
    if (version !== spdyVersion) throw new SpdyError(`SPDY/${version} is not spoken here`);
    if (length > longestControl) throw new SpdyError(`a control frame of ${length} bytes is too long`);
    if (rest.length < headLength + length) return undefined;
    const body = rest.subarray(headLength, headLength + length);
    rest = rest.subarray(headLength + length);
    return readControl(word & 0xffff, flags, body, decompress);
  }

  function nextData(open: OpenData): Frame | undefined {
    if (open.left > 0 && rest.length === 0) return undefined;
    const bytes = rest.subarray(0, open.left);
    rest = rest.subarray(bytes.length);
    open.left -= bytes.length;
    if (open.left === 0) data = undefined;
    return { type: 'data', stream: open.stream, bytes, fin: open.fin && open.left === 0 };
  }

  return (bytes) => {
    rest = rest.length === 0 ? bytes : Buffer.concat([rest, bytes]);
    const frames: Frame[] = [];
    for (let frame = next(); frame !== undefined; frame = next()) frames.push(frame);
    return frames;
  };
}

function readControl(number: number, flags: number, body: Buffer, decompress: Decompress): Frame {
  const fin = (flags & finFlag) !== 0;
  const need = (length: number): void => {
    if (body.length < length) {
      throw new SpdyError(`a control frame of type ${number} has ${body.length} bytes, not ${length}`);
    }
  };
  switch (number) {
    case frameNumbers['syn-stream']: {
      need(10);
      const headers = readHeaders(decompress(body.subarray(10)));
      return { type: 'syn-stream', stream: openStream(body), headers, fin };
    }
    case frameNumbers['syn-reply']:
    case frameNumbers.headers: {
      need(4);
      const headers = readHeaders(decompress(body.subarray(4)));
      const type = number === frameNumbers.headers ? 'headers' : 'syn-reply';
      return { type, stream: openStream(body), headers, fin };
    }
    case frameNumbers['rst-stream']:
      need(8);
      return { type: 'rst-stream', stream: openStream(body), status: body.readUInt32BE(4) };
    case frameNumbers.settings:
      need(4);
      return { type: 'settings', values: readSettings(body) };
    case frameNumbers.ping:
      need(4);
      return { type: 'ping', id: body.readUInt32BE(0) };
    case frameNumbers.goaway:
      need(8);
      return { type: 'goaway', lastStream: streamOf(body.readUInt32BE(0)), status: body.readUInt32BE(4) };
    case frameNumbers['window-update']: {
      need(8);
      const delta = streamOf(body.readUInt32BE(4));
      return { type: 'window-update', stream: streamOf(body.readUInt32BE(0)), delta };
    }
    default:
      return { type: 'unknown', number };
  }
}

/** The stream that the first word names. */
function openStream(body: Buffer): number {
  const stream = streamOf(body.readUInt32BE(0));
  if (stream === 0) throw new SpdyError('there is no stream 0');
  return stream;
}

/** The highest bit belongs to nothing. */
function streamOf(word: number): number {
  return word & 0x7fff_ffff;
}

function readSettings(body: Buffer): ReadonlyMap<number, number> {
  const count = body.readUInt32BE(0);
  if (body.length !== 4 + count * 8) {
    throw new SpdyError(`${count} settings do not fit into ${body.length} bytes`);
  }
  const values = new Map<number, number>();
  for (let at = 4; at < body.length; at += 8) {
    const id = body.readUIntBE(at + 1, 3);
    const value = body.readUInt32BE(at + 4);
    if (id === initialWindowSetting && value > 0x7fff_ffff) {
      throw new SpdyError(`the initial window ${value} is too large`);
    }
    values.set(id, value);
  }
  return values;
}
