import { request as httpRequest } from 'node:http';
import { isIP } from 'node:net';
import { text } from 'node:stream/consumers';
import { connect as connectTls } from 'node:tls';
import type { Cluster } from '../../../cluster/index.ts';
import type { NetworkNamespace } from '../../system/index.ts';
import { connectPlain } from '../sidecar/connect.ts';

/** Milliseconds for a whole download. Source: Istio's default for jwksUri. */
const patience = 5000;

/** Downloads a key set by HTTP or HTTPS from within a pod. Names are those of the cluster's Services, and addresses. Rejects where that fails. */
export async function fetchKeys(network: NetworkNamespace, cluster: Cluster, uri: string): Promise<string> {
  const url = new URL(uri);
  const secure = url.protocol === 'https:';
  const address = resolveHost(cluster, url.hostname);
  if (address === undefined) throw new Error(`${url.hostname} is no Service of the cluster and no address`);
  const raw = await connectPlain(network, { address, port: Number(url.port || (secure ? 443 : 80)) });
  const connection = secure
    ? connectTls({ socket: raw, servername: isIP(url.hostname) === 0 ? url.hostname : '' })
    : raw;
  return new Promise((resolve, reject) => {
    const request = httpRequest({
      createConnection: () => connection,
      method: 'GET',
      path: `${url.pathname}${url.search}`,
      headers: { host: url.host, connection: 'close' },
      timeout: patience,
    });
    request.on('timeout', () => request.destroy(new Error(`no answer from ${url.host}`)));
    request.on('error', reject);
    request.on('response', (response) => {
      if (response.statusCode === 200) text(response).then(resolve, reject);
      else reject(new Error(`${uri} answered ${response.statusCode}`));
      response.on('end', () => raw.destroy());
    });
    request.end();
  });
}

function resolveHost(cluster: Cluster, host: string): string | undefined {
  if (isIP(host) === 4) return host;
  const [name, namespace, ...rest] = host.split('.');
  if (!['', 'svc', 'svc.cluster.local'].includes(rest.join('.'))) return undefined;
  const address = cluster.services.get(`${namespace}/${name}`)?.spec.clusterIPs[0];
  return address === 'None' ? undefined : address;
}
