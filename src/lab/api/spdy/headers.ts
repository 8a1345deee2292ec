import { SpdyError } from './spdy-error.ts';

/** Names in lower case. Several values of one name are joined by NUL. */
export type Headers = ReadonlyMap<string, string>;

/** Reads a header block that is not compressed any more. Throws a SpdyError for one that does not end where it should. */
export function readHeaders(block: Buffer): Headers {
  const headers = new Map<string, string>();
  let at = 0;
  const number = (): number => {
    if (at + 4 > block.length) throw new SpdyError('the headers are cut off');
    at += 4;
    return block.readUInt32BE(at - 4);
  };
  const text = (): string => {
    const length = number();
    if (length > block.length - at) throw new SpdyError('the headers are cut off');
    at += length;
    return block.toString('utf8', at - length, at);
  };
  for (let left = number(); left > 0; left--) {
    const name = text().toLowerCase();
    if (headers.has(name)) throw new SpdyError(`the header ${JSON.stringify(name)} stands there twice`);
    headers.set(name, text());
  }
  if (at !== block.length) throw new SpdyError('something stands behind the headers');
  return headers;
}

export function writeHeaders(headers: Headers): Buffer {
  const parts = [uint32(headers.size)];
  for (const [name, value] of headers) {
    for (const text of [name.toLowerCase(), value]) {
      const bytes = Buffer.from(text);
      parts.push(uint32(bytes.length), bytes);
    }
  }
  return Buffer.concat(parts);
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}
