import type { Socket as Datagrams } from 'node:dgram';
import { once } from 'node:events';
import { request as httpRequest, type ServerResponse } from 'node:http';
import { isIPv4 } from 'node:net';
import { text } from 'node:stream/consumers';
import type { ContainerContext } from '../../node/index.ts';
import { bindUdp, connectTcp } from '../../system/index.ts';
import { sendText } from '../kit/http.ts';

type Dialer = (context: ContainerContext, host: string, port: number, words: string) => Promise<string>;

const timeout = 5_000;
const mostTries = 100;
const dialers: Readonly<Record<string, Dialer>> = { '': dialHttp, http: dialHttp, udp: dialUdp };

/** netexec's `/dial`: asks another server from within the pod, a number of times, and tells what came of it. Hosts are addresses. */
export async function dial(
  context: ContainerContext,
  form: URLSearchParams,
  response: ServerResponse,
  log: (line: string) => void,
): Promise<void> {
  const [host = '', port = '', request = '', protocol = '', tries = ''] = [
    'host',
    'port',
    'request',
    'protocol',
    'tries',
  ].map((name) => form.get(name) ?? '');
  log(`GET /dial?host=${host}&protocol=${protocol}&port=${port}&request=${request}&tries=${tries}`);
  const dialer = dialers[protocol.toLowerCase()];
  const problem = problemOf(host, port, request, tries);
  if (problem !== undefined) return sendText(response, `${problem}\n`, 400);
  if (dialer === undefined) return sendText(response, `unsupported protocol. ${protocol}\n`, 400);
  const responses: string[] = [];
  const errors: string[] = [];
  for (let i = 0; i < Math.min(Number(tries || 1), mostTries); i++) {
    try {
      responses.push(await dialer(context, host, Number(port), request));
    } catch (error) {
      errors.push((error as Error).message);
    }
  }
  const output = {
    ...(errors.length > 0 ? { errors } : {}),
    ...(responses.length > 0 ? { responses } : {}),
  };
  sendText(response, JSON.stringify(output));
}

function problemOf(host: string, port: string, request: string, tries: string): string | undefined {
  if (!/^\d*$/.test(tries)) return `tries parameter is invalid. ${tries}`;
  if (request === '') return 'request parameter not specified.';
  if (!isIPv4(host)) return `host and/or port param are invalid. The lab takes addresses: ${host}`;
  if (!/^\d+$/.test(port) || Number(port) > 65_535) return `host and/or port param are invalid. ${port}`;
  return undefined;
}

async function dialHttp(
  { network }: ContainerContext,
  host: string,
  port: number,
  path: string,
): Promise<string> {
  const request = httpRequest({
    host,
    port,
    path: `/${path}`,
    timeout,
    createConnection: () => connectTcp(network, host, port),
  });
  request.on('timeout', () => request.destroy(new Error('Client.Timeout exceeded while awaiting headers')));
  request.end();
  const [response] = await once(request, 'response');
  return text(response);
}

async function dialUdp(
  { network }: ContainerContext,
  host: string,
  port: number,
  words: string,
): Promise<string> {
  const socket: Datagrams = await bindUdp(network, '0.0.0.0', 0);
  try {
    socket.send(words, port, host);
    const [reply] = await once(socket, 'message', { signal: AbortSignal.timeout(timeout) });
    return String(reply);
  } catch {
    throw new Error(`reading from udp connection failed. err:'i/o timeout'`);
  } finally {
    socket.close();
  }
}
