import { answer } from './http/answer.ts';
import type { Call } from './http/call.ts';

const protobuf = 'application/com.github.proto-openapi.spec.v2.v1.0+protobuf';
const info = { title: 'Kubernetes', version: 'unversioned' };

/**
 * Answers /openapi/v2 with a document that describes nothing. Clients of today read /openapi/v3; kubectl turns here only for kinds that it has not found there, and says that there is
 * no such kind when they are not here either.
 */
export function answerOpenApiV2(call: Call): void {
  const { response, request } = call;
  if (!/openapi\.spec\.v2[^,]*\+protobuf/.test(request.headers.accept ?? '')) {
    answer(call, 200, { swagger: '2.0', info, paths: {}, definitions: {} });
    return;
  }
  // Fields of openapi.v2.Document: swagger 1, info 2 (title 1, version 2), paths 8, definitions 9.
  const body = Buffer.concat([
    field(1, Buffer.from('2.0')),
    field(2, Buffer.concat([field(1, Buffer.from(info.title)), field(2, Buffer.from(info.version))])),
    field(8, Buffer.alloc(0)),
    field(9, Buffer.alloc(0)),
  ]);
  response.writeHead(200, { 'Content-Type': protobuf, 'Content-Length': body.length });
  response.end(body);
}

/** A field of bytes; all here are shorter than 128. */
function field(number: number, bytes: Buffer): Buffer {
  return Buffer.concat([Buffer.from([(number << 3) | 2, bytes.length]), bytes]);
}
