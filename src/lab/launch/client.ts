import { Agent, request } from 'node:https';
import type { LabHandle } from './options.ts';

/** What the lab's API answered. */
export interface Answer {
  readonly status: number;
  /** Parsed, where it is JSON; else the text. */
  readonly body: unknown;
}

/** Speaks with the API of a lab. */
export interface LabClient {
  request(method: string, path: string, body?: unknown, contentType?: string): Promise<Answer>;
  close(): void;
}

/** A client for one lab; its connections are kept open until `close`. Rejects when the lab is gone. */
export function labClient(lab: Pick<LabHandle, 'port' | 'token' | 'authority'>): LabClient {
  const agent = new Agent({ keepAlive: true, ca: lab.authority });
  return {
    request: (method, path, body, contentType = 'application/json') =>
      new Promise((resolve, reject) => {
        const call = request(
          {
            agent,
            host: '127.0.0.1',
            port: lab.port,
            method,
            path,
            headers: {
              authorization: `Bearer ${lab.token}`,
              accept: 'application/json',
              ...(body === undefined ? {} : { 'content-type': contentType }),
            },
          },
          async (response) => {
            let text = '';
            response.setEncoding('utf8');
            for await (const chunk of response) text += chunk;
            const isJson = response.headers['content-type']?.startsWith('application/json') ?? false;
            resolve({ status: response.statusCode ?? 0, body: isJson ? JSON.parse(text) : text });
          },
        );
        call.on('error', reject);
        call.end(body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body));
      }),
    close: () => agent.destroy(),
  };
}
