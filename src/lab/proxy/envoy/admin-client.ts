import { request as httpRequest } from 'node:http';
import { text } from 'node:stream/consumers';
import { connectTcp, type NetworkNamespace } from '../../system/index.ts';
import { adminPort } from './bootstrap.ts';

/** What Envoy's administration answered. */
export interface AdminAnswer {
  readonly status: number;
  readonly text: string;
}

/** Asks the administration of the Envoy in a pod. Rejects where nobody answers. */
export type AskAdmin = (path: string, method?: 'GET' | 'POST') => Promise<AdminAnswer>;

/** Milliseconds; it answers from memory. */
const patience = 5000;

/** Asks through the pod's own loopback. */
export function adminOf(network: NetworkNamespace): AskAdmin {
  return (path, method = 'GET') =>
    new Promise((resolve, reject) => {
      const request = httpRequest({
        createConnection: () => connectTcp(network, '127.0.0.1', adminPort),
        path,
        method,
        headers: { host: `127.0.0.1:${adminPort}`, connection: 'close' },
        timeout: patience,
      });
      request.on('timeout', () => request.destroy(new Error(`no answer to ${path}`)));
      request.on('error', reject);
      request.on('response', (response) => {
        text(response).then((body) => resolve({ status: response.statusCode ?? 0, text: body }), reject);
      });
      request.end();
    });
}
