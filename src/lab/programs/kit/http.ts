import type { IncomingMessage, ServerResponse } from 'node:http';

/** The path of a request, without its query, as it was sent. */
export function pathOf(request: IncomingMessage): string {
  return request.url!.split('?', 1)[0]!;
}

export function queryOf(request: IncomingMessage): URLSearchParams {
  const at = request.url!.indexOf('?');
  return new URLSearchParams(at < 0 ? '' : request.url!.slice(at + 1));
}

/** Answers with text, as Go's net/http writes it. */
export function sendText(response: ServerResponse, text: string, code = 200): void {
  response.writeHead(code, {
    'Content-Type': 'text/plain; charset=utf-8',
    'Content-Length': Buffer.byteLength(text),
  });
  response.end(text);
}

/** Answers with JSON, indented as httpbin does. */
export function sendJson(response: ServerResponse, value: unknown, code = 200): void {
  const text = `${JSON.stringify(value, null, 2)}\n`;
  response.writeHead(code, { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(text) });
  response.end(text);
}

/** `address:port` of who sent a request. */
export function senderOf({ socket }: IncomingMessage): string {
  return `${socket.remoteAddress}:${socket.remotePort}`;
}
