import { request } from 'node:https';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ApiUnderTest, idle, startApiUnderTest } from '../../../test/support/api-server.ts';

interface Answer {
  readonly code: number;
  readonly type: string;
  readonly text: string;
}

describe('requests', () => {
  let api: ApiUnderTest;
  beforeAll(async () => {
    api = await startApiUnderTest(idle);
  });
  afterAll(() => api.close());

  const ask = (path: string, headers: object = {}, method = 'GET', body?: string): Promise<Answer> =>
    new Promise((resolve, reject) => {
      const all = { authorization: `Bearer ${api.token}`, ...headers };
      const call = request(
        `${api.server}${path}`,
        { ca: api.caPem, checkServerIdentity: () => undefined, method, headers: all },
        async (response) => {
          let text = '';
          for await (const chunk of response) text += chunk;
          resolve({ code: response.statusCode!, type: response.headers['content-type'] ?? '', text });
        },
      );
      call.on('error', reject);
      call.end(body);
    });
  const message = ({ text }: Answer): string => (JSON.parse(text) as { readonly message: string }).message;

  it('come in with the token alone', async () => {
    for (const authorization of ['', 'Bearer wrong', `Basic ${api.token}`, `Bearer ${api.token}x`]) {
      const answer = await ask('/api', { authorization });
      expect(answer.code).toBe(401);
      expect(message(answer)).toBe('Unauthorized');
    }
    expect((await ask('/healthz')).text).toBe('ok');
    expect((await ask('/healthz', { authorization: '' })).code).toBe(401);
  });

  it('come in under no name and from no page but their own', async () => {
    expect((await ask('/version', { host: 'evil.example' })).code).toBe(403);
    expect((await ask('/version', { origin: 'https://evil.example' })).code).toBe(403);
    expect((await ask('/version', { host: 'kubernetes.default.svc' })).code).toBe(200);
  });

  it('get JSON or YAML, and are told where they want anything else', async () => {
    const wanted = async (accept: string) => {
      const { code, type } = await ask('/api/v1/namespaces/default', { accept });
      return `${code} ${type}`;
    };
    expect(await wanted('application/vnd.kubernetes.protobuf, application/json')).toBe(
      '200 application/json',
    );
    expect(await wanted('application/yaml')).toBe('200 application/yaml');
    expect(await wanted('application/vnd.kubernetes.protobuf')).toBe('406 application/json');
    const refused = await ask('/api/v1/namespaces', { 'content-type': 'text/plain' }, 'POST', 'x');
    expect(refused.code).toBe(415);
    expect(message(refused)).toBe(
      'the body of the request was in an unknown format - accepted media types include: application/json, application/yaml, application/vnd.kubernetes.protobuf',
    );
  });

  it('find only what is served', async () => {
    for (const path of [
      '/x',
      '/api/v2',
      '/apis/apps/v2/deployments',
      '/api/v1/ingresses',
      '/apis/apps/v1/pods',
    ]) {
      expect([path, (await ask(path)).code]).toEqual([path, 404]);
    }
    expect((await ask('/api/v1/pods', {}, 'POST', '{}')).code).toBe(405);
    expect((await ask('/api/v1/namespaces/default/pods/x/proxy')).code).toBe(404);
  });

  it('read discovery whole or in pieces', async () => {
    const whole = await ask('/apis', {
      accept: 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList',
    });
    expect(whole.type).toBe('application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList');
    const groups = (JSON.parse(whole.text) as { items: { metadata: { name: string } }[] }).items;
    expect(groups.map(({ metadata }) => metadata.name)).toContain('security.istio.io');
    const { resources } = JSON.parse((await ask('/apis/apps/v1')).text) as { resources: { name: string }[] };
    expect(resources.map(({ name }) => name)).toContain('deployments/scale');
  });

  it('list as tables and as metadata alone', async () => {
    const table = await ask('/api/v1/namespaces', { accept: 'application/json;as=Table;v=v1;g=meta.k8s.io' });
    const { kind, rows } = JSON.parse(table.text) as {
      kind: string;
      rows: { cells: string[]; object: { kind: string } }[];
    };
    expect(kind).toBe('Table');
    expect(rows[0]!.cells.slice(0, 2)).toEqual(['default', 'Active']);
    expect(rows[0]!.object.kind).toBe('PartialObjectMetadata');
    const accept = 'application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io';
    const partial = JSON.parse((await ask('/api/v1/namespaces', { accept })).text) as { items: object[] };
    expect(Object.keys(partial.items[0]!)).toEqual(['kind', 'apiVersion', 'metadata']);
  });

  it('begin a watch with what is there, marked where it ends', async () => {
    const query = 'watch=1&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true';
    const { text } = await ask(`/api/v1/namespaces?${query}&timeoutSeconds=1`);
    const events = text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { type: string; object: { metadata: { annotations?: object } } });
    expect(events.map(({ type }) => type)).toEqual(['ADDED', 'BOOKMARK']);
    expect(events[1]!.object.metadata.annotations).toEqual({ 'k8s.io/initial-events-end': 'true' });
  });

  it('may not write too much, nor nonsense', async () => {
    const big = await ask('/api/v1/namespaces', {}, 'POST', ' '.repeat(4_000_000));
    expect(message(big)).toBe('Request entity too large: limit is 3145728');
    expect(message(await ask('/api/v1/namespaces', {}, 'POST', '{"metadata":{}}'))).toBe(
      'Namespace "" is invalid: metadata.name: Required value: name or generateName is required',
    );
    expect((await ask('/api/v1/namespaces?dryRun=Some', {}, 'POST', '{}')).code).toBe(422);
    const type = { 'content-type': 'application/vnd.kubernetes.protobuf' };
    expect((await ask('/api/v1/namespaces', type, 'POST', 'k8s\0\xff\xff')).code).toBe(400);
  });
});
