import { request as httpRequest } from 'node:http';
import { connect as connectTls } from 'node:tls';
import { passthroughAddress } from '../capture/rules.ts';
import { type AppProbers, readProbers } from '../injection/probes.ts';
import { connectPlain } from '../sidecar/connect.ts';
import type { ProxyContext } from '../types.ts';
import { notFound, type TextAnswer } from './text-server.ts';

type Prober = AppProbers[string];
type ProbedPod = Pick<ProxyContext, 'pod' | 'network' | 'address'>;

/** Answers the kubelet's probes in the application's place: `/app-health/CONTAINER/readyz`. Source: istio pilot/cmd/pilot-agent/status. */
export function appHealth(context: ProbedPod): (path: string) => Promise<TextAnswer> {
  const probers = readProbers(context.pod.spec.containers);
  return async (path) => {
    const prober = probers[path];
    if (prober === undefined) return notFound;
    try {
      return { status: await probe(context, prober), text: '' };
    } catch (error) {
      return { status: 500, text: `${error instanceof Error ? error.message : error}\n` };
    }
  };
}

/** The status to tell; rejects where nothing answers in time. */
async function probe(
  { network, address }: ProbedPod,
  { httpGet, tcpSocket, timeoutSeconds = 1 }: Prober,
): Promise<number> {
  const port = Number(httpGet?.port ?? tcpSocket?.port);
  const raw = await connectPlain(network, { address, port, source: passthroughAddress });
  if (httpGet === undefined) {
    raw.destroy();
    return 200;
  }
  const secure = httpGet.scheme?.toUpperCase() === 'HTTPS';
  const connection = secure ? connectTls({ socket: raw, rejectUnauthorized: false }) : raw;
  const own = Object.fromEntries((httpGet.httpHeaders ?? []).map(({ name, value }) => [name, value]));
  return new Promise((resolve, reject) => {
    const request = httpRequest({
      createConnection: () => connection,
      path: httpGet.path ?? '/',
      headers: {
        host: `${httpGet.host ?? address}:${port}`,
        'user-agent': 'kube-probe',
        connection: 'close',
        ...own,
      },
      timeout: timeoutSeconds * 1000,
    });
    request.on('timeout', () => request.destroy(new Error('timeout')));
    request.on('error', reject);
    request.on('response', (response) => {
      response.resume();
      resolve(response.statusCode ?? 500);
    });
    request.end();
  });
}
