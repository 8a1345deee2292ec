import { request as httpRequest } from 'node:http';
import { connect as connectHttp2 } from 'node:http2';
import type { Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { connectTcp, type NetworkNamespace, type SocketOptions } from '../system/index.ts';
import { goError } from './go-error.ts';

/** Where a probe's connection comes from. */
export interface ProbeOrigin {
  readonly namespace: NetworkNamespace;
  readonly options: SocketOptions;
}

/** undefined: all is well; else what is wrong, in the kubelet's words. */
export type ProbeFailure = string | undefined;

export interface HttpTarget {
  readonly address: string;
  readonly port: number;
  readonly path: string;
  readonly scheme: string;
  readonly headers: readonly { readonly name: string; readonly value: string }[];
}

/** A GET; anything from 200 to 399 is well. No certificate is checked. */
export function probeHttp(
  origin: ProbeOrigin,
  target: HttpTarget,
  signal: AbortSignal,
): Promise<ProbeFailure> {
  const { address, port, path, scheme, headers } = target;
  const secure = scheme.toUpperCase() === 'HTTPS';
  const url = `${secure ? 'https' : 'http'}://${address}:${port}${path.startsWith('/') ? '' : '/'}${path}`;
  return new Promise((resolve) => {
    const failed = (error: Error): void =>
      resolve(
        signal.aborted
          ? `Get "${url}": context deadline exceeded (Client.Timeout exceeded while awaiting headers)`
          : `Get "${url}": ${goError(error, address, port)}`,
      );
    const outgoing = httpRequest({
      method: 'GET',
      path: path.startsWith('/') ? path : `/${path}`,
      headers: {
        host: `${address}:${port}`,
        'user-agent': 'kube-probe/1.33',
        accept: '*/*',
        connection: 'close',
        ...Object.fromEntries(headers.map(({ name, value }) => [name.toLowerCase(), value])),
      },
      signal,
      createConnection: () => {
        const socket = open(origin, address, port);
        if (!secure) return socket;
        return connectTls({ socket, rejectUnauthorized: false }).on('error', failed);
      },
    });
    outgoing.on('error', failed);
    outgoing.on('response', (response) => {
      const { statusCode = 0 } = response;
      response.on('error', () => {});
      response.destroy();
      resolve(
        statusCode >= 200 && statusCode < 400
          ? undefined
          : `HTTP probe failed with statuscode: ${statusCode}`,
      );
    });
    outgoing.end();
  });
}

/** A connection, opened and closed. */
export function probeTcp(
  origin: ProbeOrigin,
  address: string,
  port: number,
  signal: AbortSignal,
): Promise<ProbeFailure> {
  return new Promise((resolve) => {
    const socket = open(origin, address, port);
    const finish = (failure: ProbeFailure): void => {
      signal.removeEventListener('abort', onAbort);
      socket.destroy();
      resolve(failure);
    };
    const onAbort = (): void => finish(`dial tcp ${address}:${port}: i/o timeout`);
    signal.addEventListener('abort', onAbort);
    socket.once('connect', () => finish(undefined));
    socket.on('error', (error) => finish(goError(error, address, port)));
  });
}

/** grpc.health.v1.Health/Check; SERVING is well. */
export function probeGrpc(
  origin: ProbeOrigin,
  address: string,
  port: number,
  service: string,
  signal: AbortSignal,
): Promise<ProbeFailure> {
  const authority = `${address}:${port}`;
  const unreachable = `failed to connect service ${JSON.stringify(authority)}`;
  return new Promise((resolve) => {
    const socket = open(origin, address, port);
    // Before HTTP/2 hears of it, and says no more than that it has been cut off.
    socket.once('error', (error) => finish(`error: ${unreachable}: ${goError(error, address, port)}`));
    const session = connectHttp2(`http://${authority}`, { createConnection: () => socket });
    const finish = (failure: ProbeFailure): void => {
      signal.removeEventListener('abort', onAbort);
      session.destroy();
      resolve(failure);
    };
    const onAbort = (): void => finish(`timeout: ${unreachable}: context deadline exceeded`);
    signal.addEventListener('abort', onAbort);
    session.on('error', (error) => finish(`error: ${unreachable}: ${error.message}`));
    const stream = session.request({
      ':method': 'POST',
      ':path': '/grpc.health.v1.Health/Check',
      'content-type': 'application/grpc',
      te: 'trailers',
    });
    let status: string | undefined;
    const parts: Buffer[] = [];
    stream.on('error', () => finish('error: the health check was cut off'));
    stream.on('response', (headers) => {
      status ??= headers['grpc-status'] as string | undefined;
    });
    stream.on('trailers', (headers) => {
      status ??= headers['grpc-status'] as string | undefined;
    });
    stream.on('data', (bytes: Buffer) => parts.push(bytes));
    stream.on('end', () => finish(judgeHealth(status, Buffer.concat(parts))));
    stream.end(healthRequest(service));
  });
}

/** A message of one field, `service`, behind gRPC's prefix of five bytes. */
function healthRequest(service: string): Buffer {
  const name = Buffer.from(service);
  const message = name.length === 0 ? name : Buffer.concat([Buffer.from([0x0a, name.length]), name]);
  const prefix = Buffer.alloc(5);
  prefix.writeUInt32BE(message.length, 1);
  return Buffer.concat([prefix, message]);
}

const healthStatus = ['UNKNOWN', 'SERVING', 'NOT_SERVING', 'SERVICE_UNKNOWN'];

function judgeHealth(status: string | undefined, answer: Buffer): ProbeFailure {
  if (status !== undefined && status !== '0')
    return `error: health rpc probe failed: rpc error: code = ${status}`;
  const health = answer[5] === 0x08 ? (answer[6] ?? 0) : 0;
  return health === 1
    ? undefined
    : `service unhealthy (responded with ${JSON.stringify(healthStatus[health] ?? health)})`;
}

function open({ namespace, options }: ProbeOrigin, address: string, port: number): Socket {
  // Errors between the connection and whoever listens to it next end the probe anyhow.
  return connectTcp(namespace, address, port, options).on('error', () => {});
}
