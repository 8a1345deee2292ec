/** What a TLS client says in clear before anything else. */
export interface ClientHello {
  readonly serverName: string | undefined;
  /** ALPN. */
  readonly protocols: readonly string[];
}

const handshakeRecord = 0x16;
const clientHello = 0x01;
const serverNameExtension = 0;
const protocolsExtension = 16;

/** Could these bytes be the beginning of TLS? */
export function looksLikeTls(bytes: Buffer): boolean {
  return bytes[0] === handshakeRecord && (bytes.length < 2 || bytes[1] === 0x03);
}

/** Reads a client hello. 'incomplete' = more bytes are needed; undefined = it is none. Source: RFC 8446 §4.1.2, RFC 6066 §3, RFC 7301 §3.1. */
export function readClientHello(bytes: Buffer): ClientHello | 'incomplete' | undefined {
  const message = handshakeMessage(bytes);
  if (message === 'incomplete' || message === undefined) return message;
  try {
    return readMessage(message);
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

/** The first handshake message, put together from its records. */
function handshakeMessage(bytes: Buffer): Buffer | 'incomplete' | undefined {
  const pieces: Buffer[] = [];
  let at = 0;
  let wanted = Number.POSITIVE_INFINITY;
  let have = 0;
  while (have < wanted) {
    if (bytes.length < at + 5) return 'incomplete';
    if (bytes[at] !== handshakeRecord) return undefined;
    const end = at + 5 + bytes.readUInt16BE(at + 3);
    if (bytes.length < end) return 'incomplete';
    pieces.push(bytes.subarray(at + 5, end));
    have += end - at - 5;
    at = end;
    const start = Buffer.concat(pieces);
    if (have >= 4) {
      if (start[0] !== clientHello) return undefined;
      wanted = 4 + start.readUIntBE(1, 3);
    }
  }
  return Buffer.concat(pieces).subarray(4, wanted);
}

function readMessage(message: Buffer): ClientHello {
  let at = 2 + 32;
  at += 1 + message.readUInt8(at);
  at += 2 + message.readUInt16BE(at);
  at += 1 + message.readUInt8(at);
  let serverName: string | undefined;
  let protocols: readonly string[] = [];
  const end = at + 2 <= message.length ? at + 2 + message.readUInt16BE(at) : at;
  at += 2;
  while (at + 4 <= end) {
    const type = message.readUInt16BE(at);
    const content = message.subarray(at + 4, at + 4 + message.readUInt16BE(at + 2));
    if (type === serverNameExtension) serverName = readServerName(content);
    if (type === protocolsExtension) protocols = readProtocols(content);
    at += 4 + content.length;
  }
  return { serverName, protocols };
}

function readServerName(content: Buffer): string | undefined {
  if (content.length < 5 || content[2] !== 0) return undefined;
  return content.toString('latin1', 5, 5 + content.readUInt16BE(3)).toLowerCase();
}

function readProtocols(content: Buffer): readonly string[] {
  const names: string[] = [];
  for (let at = 2; at < content.length; at += 1 + content[at]!) {
    names.push(content.toString('latin1', at + 1, at + 1 + content[at]!));
  }
  return names;
}
