import type { KeyObject } from 'node:crypto';
import { type Pod, StatusError } from '../store/index.ts';
import type { ApiContext } from './context.ts';
import { answerDiscovery } from './discovery/index.ts';
import { answer, answerText } from './http/answer.ts';
import { type Call, flag } from './http/call.ts';
import { methodNotAllowed } from './http/status.ts';
import { answerOpenApi } from './openapi/index.ts';
import { answerOpenApiV2 } from './openapi-v2.ts';
import { findTarget, type Target } from './path.ts';
import { createToken, review, reviews } from './reviews.ts';
import { answerLog, upgradeRequired } from './streams/index.ts';
import { create } from './verbs/create.ts';
import { remove, removeCollection } from './verbs/delete.ts';
import { evict } from './verbs/evict.ts';
import { patch } from './verbs/patch.ts';
import { found, get, list } from './verbs/read.ts';
import { scalable, scale } from './verbs/scale.ts';
import { update } from './verbs/update.ts';
import { watch } from './verbs/watch.ts';

/** The Kubernetes whose words and rules the lab follows; its node is of the same version. */
export const kubernetesVersion = 'v1.36.3';

const version = {
  major: '1',
  minor: '36',
  gitVersion: kubernetesVersion,
  gitCommit: '',
  gitTreeState: 'clean',
  buildDate: '1970-01-01T00:00:00Z',
  goVersion: '',
  compiler: 'node',
  platform: `linux/${process.arch === 'x64' ? 'amd64' : process.arch}`,
};

/** Subresources of pods that leave HTTP. */
const streamed: ReadonlySet<string> = new Set(['exec', 'attach', 'portforward']);

const healthPaths: ReadonlySet<string> = new Set(['healthz', 'livez', 'readyz']);

/** Answers one request that was let in. */
export async function serve(context: ApiContext, call: Call, key: KeyObject): Promise<void> {
  const { path } = call;
  const [root] = path;
  if (root === undefined) return answer(call, 200, { paths: rootPaths });
  if (healthPaths.has(root)) return answerText(call, 200, 'ok');
  if (root === 'version' && path.length === 1) return answer(call, 200, version);
  if (root === 'openapi' && path[1] === 'v2' && path.length === 2) return answerOpenApiV2(call);
  if (root === 'openapi' && serveOpenApi(context, call)) return;
  if (root === 'portcullis') return serveRoute(context, call);
  if (call.method === 'GET' && answerDiscovery(context.store, call)) return;
  const question = path.slice(1).join('/');
  if (root === 'apis' && reviews.has(question)) return review(call, question);
  const target = findTarget(context.store, path);
  if (target === undefined) return answerText(call, 404, '404 page not found\n');
  return serveResource(context, call, target, key);
}

const rootPaths = [
  '/api',
  '/api/v1',
  '/apis',
  '/healthz',
  '/livez',
  '/openapi/v2',
  '/openapi/v3',
  '/readyz',
  '/version',
];

function serveOpenApi({ store }: ApiContext, call: Call): boolean {
  const found = answerOpenApi(
    {
      path: call.path,
      hash: call.query.get('hash') ?? undefined,
      ifNoneMatch: call.request.headers['if-none-match'],
    },
    store.resources,
  );
  if (found === undefined) return false;
  call.response.writeHead(found.code, { 'Content-Type': 'application/json', ...found.headers });
  call.response.end(found.body);
  return true;
}

async function serveRoute({ routes }: ApiContext, call: Call): Promise<void> {
  const [, name = '', ...rest] = call.path;
  const route = Object.hasOwn(routes, name) ? routes[name] : undefined;
  if (route === undefined) return answerText(call, 404, '404 page not found\n');
  return route(call, rest);
}

async function serveResource(context: ApiContext, call: Call, target: Target, key: KeyObject): Promise<void> {
  const { store } = context;
  const { subresource, resource, name } = target;
  if (subresource !== undefined && subresource !== 'status' && subresource !== 'finalize') {
    return serveSubresource(context, call, target, key);
  }
  if (subresource === 'status' && !resource.status) return notServed(call);
  if (subresource === 'finalize' && resource.name !== 'namespaces') return notServed(call);
  return name === undefined ? serveCollection(store, call, target) : serveObject(store, call, target);
}

function serveCollection(store: ApiContext['store'], call: Call, target: Target): void | Promise<void> {
  const inNamespace = target.namespace !== undefined || !target.resource.namespaced;
  switch (call.method) {
    case 'GET':
    case 'HEAD':
      if (target.watch || flag(call.query, 'watch')) return watch(store, call, target);
      return list(store, call, target);
    case 'POST':
      if (inNamespace) return create(store, call, target);
      break;
    case 'DELETE':
      if (inNamespace) return removeCollection(store, call, target);
  }
  throw methodNotAllowed();
}

function serveObject(store: ApiContext['store'], call: Call, target: Target): void | Promise<void> {
  switch (call.method) {
    case 'GET':
    case 'HEAD':
      if (target.watch) return watch(store, call, target);
      return get(store, call, target);
    case 'PUT':
      return update(store, call, target);
    case 'PATCH':
      return patch(store, call, target);
    case 'DELETE':
      if (target.subresource === undefined) return remove(store, call, target);
  }
  throw methodNotAllowed();
}

function serveSubresource(
  { store, runtime }: ApiContext,
  call: Call,
  target: Target,
  key: KeyObject,
): void | Promise<void> {
  const { resource, subresource } = target;
  if (subresource === 'scale' && scalable.has(resource.name)) return scale(store, call, target);
  if (subresource === 'token' && resource.name === 'serviceaccounts') {
    return createToken(store, call, target, key);
  }
  if (resource.name !== 'pods') return notServed(call);
  if (subresource === 'eviction') return evict(store, call, target);
  if (subresource === 'log') return answerLog(call, runtime, found(store, target) as Pod);
  if (subresource === 'ephemeralcontainers') throw noEphemeralContainers();
  if (subresource !== undefined && streamed.has(subresource)) throw upgradeRequired(subresource);
  return notServed(call);
}

function noEphemeralContainers(): StatusError {
  return new StatusError(
    501,
    'NotImplemented',
    'this lab does not serve ephemeral containers (kubectl debug): run programs in a container of the pod with kubectl exec, or in a pod of their own with kubectl run',
  );
}

function notServed(call: Call): void {
  answerText(call, 404, '404 page not found\n');
}
