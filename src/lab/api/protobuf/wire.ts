/** One field as it travels: its number, and a number or bytes. */
export interface WireField {
  readonly number: number;
  readonly value: bigint | Uint8Array;
}

/** Bytes that are no protobuf. */
export class WireError extends Error {
  override readonly name = 'WireError';
}

/** Takes a message apart. Throws a WireError where it ends too early or has a form that protobuf no longer knows. */
export function* readFields(bytes: Uint8Array): Generator<WireField> {
  const reader = { bytes, at: 0 };
  while (reader.at < bytes.length) {
    const tag = Number(readVarint(reader));
    const number = tag >>> 3;
    switch (tag & 7) {
      case 0:
        yield { number, value: readVarint(reader) };
        break;
      case 1:
        yield { number, value: take(reader, 8) };
        break;
      case 2:
        yield { number, value: take(reader, Number(readVarint(reader))) };
        break;
      case 5:
        yield { number, value: take(reader, 4) };
        break;
      default:
        throw new WireError(`proto: illegal wireType ${tag & 7}`);
    }
  }
}

interface Reader {
  readonly bytes: Uint8Array;
  at: number;
}

function readVarint(reader: Reader): bigint {
  let value = 0n;
  for (let shift = 0n; shift < 70n; shift += 7n) {
    const byte = reader.bytes[reader.at++];
    if (byte === undefined) throw new WireError('unexpected EOF');
    value |= BigInt(byte & 0x7f) << shift;
    if (byte < 0x80) return BigInt.asUintN(64, value);
  }
  throw new WireError('proto: integer overflow');
}

function take(reader: Reader, length: number): Uint8Array {
  const end = reader.at + length;
  if (end > reader.bytes.length) throw new WireError('unexpected EOF');
  const piece = reader.bytes.subarray(reader.at, end);
  reader.at = end;
  return piece;
}
