import type { Exchange } from './exchange.ts';
import { firstValue, type HeaderList } from './headers.ts';

/** An answer that a proxy gives by itself. */
export interface LocalReply {
  readonly status: number;
  readonly body: string;
  /** Envoy's response code details. */
  readonly details: string;
  /** Envoy's response flag. */
  readonly flag?: string | undefined;
  readonly headers?: HeaderList;
}

/** gRPC's status for those of HTTP. Source: envoy source/common/grpc/status.cc. */
const grpcStatus: Readonly<Record<number, number>> = {
  400: 13,
  401: 16,
  403: 7,
  404: 12,
  429: 14,
  502: 14,
  503: 14,
  504: 14,
};

/** Answers in the proxy's own name. A gRPC client gets its kind of answer. Source: envoy source/common/http/utility.cc sendLocalReply. */
export function replyLocally(
  exchange: Exchange,
  status: number,
  text: string,
  server: string,
  more: HeaderList = [],
): void {
  const common: HeaderList = [
    ['date', new Date().toUTCString()],
    ['server', server],
  ];
  if (isGrpc(exchange.headers)) {
    const message: HeaderList = text === '' ? [] : [['grpc-message', percentEncode(text)]];
    const code = grpcStatus[status] ?? 2;
    exchange.respond(200, [
      ['content-type', 'application/grpc'],
      ['grpc-status', `${code}`],
      ...message,
      ...more,
      ...common,
    ]);
    return;
  }
  if (text === '') {
    exchange.respond(status, [['content-length', '0'], ...more, ...common], '');
    return;
  }
  const headers: HeaderList = [
    ['content-length', `${Buffer.byteLength(text)}`],
    ['content-type', 'text/plain'],
    ...more,
    ...common,
  ];
  exchange.respond(status, headers, exchange.method === 'HEAD' ? '' : text);
}

function isGrpc(headers: HeaderList): boolean {
  return /^application\/grpc(\+|;|$)/.test(firstValue(headers, 'content-type') ?? '');
}

function percentEncode(text: string): string {
  return text.replace(/[^\x20-\x24\x26-\x7e]/g, (character) => encodeURIComponent(character));
}
