import { setTimeout as sleep } from 'node:timers/promises';
import type { LabClient } from '../../src/lab/index.ts';
import { type Pod, resourceTable } from '../../src/lab/store/index.ts';
import type { ProbeRequest, Verification } from '../../src/lab/verify/index.ts';
import type { Document } from '../../test/support/random-cluster.ts';
import { addressOf } from '../../test/support/random-policies.ts';

interface Named {
  readonly metadata: { readonly name: string; readonly namespace?: string };
}

/** Namespaces that the lab comes with: emptied between rounds, not deleted. */
const kept: ReadonlySet<string> = new Set(['istio-system']);
const patienceMilliseconds = 60_000;

/** Creates documents in an emptied lab, waits until its pods are ready, and then brings the policies, in which pods' addresses may stand. */
export async function fill(client: LabClient, documents: readonly Document[]): Promise<void> {
  const ranked = documents.toSorted((a, b) => rankOf(a) - rankOf(b));
  await create(
    client,
    ranked.filter((document) => !isIstios(document)),
  );
  const pods = await readyPods(client);
  await create(
    client,
    ranked.filter(isIstios).map((document) => withAddresses(document, pods)),
  );
}

function isIstios({ apiVersion }: Document): boolean {
  return String(apiVersion).startsWith('security.istio.io/');
}

/** The document with the addresses that pods have been given. */
function withAddresses<T>(document: T, pods: readonly Pod[]): T {
  let text = JSON.stringify(document);
  for (const { metadata, status } of pods)
    text = text.replaceAll(addressOf(`${metadata.namespace}/${metadata.name}`), status.podIP ?? '');
  // Of a pod that is not there any more.
  return JSON.parse(text.replaceAll(/\$\{address of [^}]*\}/g, '192.0.2.99')) as T;
}

async function create(client: LabClient, documents: readonly Document[]): Promise<void> {
  for (const document of documents) {
    const { metadata } = document as unknown as Named;
    if (document.kind === 'Namespace' && kept.has(metadata.name)) {
      await call(
        client,
        'PATCH',
        `/api/v1/namespaces/${metadata.name}`,
        { metadata },
        'application/merge-patch+json',
      );
    } else await call(client, 'POST', pathOf(document), document);
  }
}

async function readyPods(client: LabClient): Promise<readonly Pod[]> {
  let pods: readonly Pod[] = [];
  await waitFor('pods to get ready', async () => {
    pods = ((await call(client, 'GET', '/api/v1/pods')) as { items: Pod[] }).items;
    return pods
      .filter((pod) => !isReady(pod))
      .map(({ metadata, status }) => `${metadata.name} ${describe(status)}`);
  });
  return pods;
}

/** What others need comes first. */
function rankOf({ kind }: Document): number {
  return kind === 'Namespace' ? 0 : kind === 'ServiceAccount' ? 1 : 2;
}

/** Deletes what `fill` created. */
export async function empty(client: LabClient, documents: readonly Document[]): Promise<void> {
  for (const document of documents) {
    const { metadata } = document as unknown as Named;
    if (document.kind === 'Namespace' && kept.has(metadata.name)) {
      const labels = { env: null, 'istio-injection': null };
      const body = { metadata: { labels } };
      await call(
        client,
        'PATCH',
        `/api/v1/namespaces/${metadata.name}`,
        body,
        'application/merge-patch+json',
      );
    } else if (document.kind === 'Namespace' || isAlone(document))
      await client.request('DELETE', `${pathOf(document)}/${metadata.name}?gracePeriodSeconds=0`);
  }
  const names = new Set(documents.map((each) => `${each.kind}/${(each as unknown as Named).metadata.name}`));
  await waitFor('namespaces to go', async () => {
    const { items } = (await call(client, 'GET', '/api/v1/namespaces')) as { items: Named[] };
    const left = items.map(({ metadata }) => metadata.name);
    return left.filter((name) => !kept.has(name) && names.has(`Namespace/${name}`));
  });
}

/** Not deleted with its namespace: because it has none, or because the namespace stays. */
function isAlone(document: Document): boolean {
  const { namespace } = (document as unknown as Named).metadata;
  return namespace === undefined || kept.has(namespace);
}

/** Verifies all cells, and beside the plain request in each what is asked for. */
export async function verifyLab(client: LabClient, requests: readonly ProbeRequest[]): Promise<Verification> {
  const pods = await readyPods(client);
  const body = { all: true, requests: withAddresses(requests, pods) };
  return (await call(client, 'POST', '/portcullis/verify', body)) as Verification;
}

async function call(
  client: LabClient,
  method: string,
  path: string,
  body?: unknown,
  contentType?: string,
): Promise<unknown> {
  let answer = await client.request(method, path, body, contentType);
  // A new namespace gets its ServiceAccount a moment later, here as in every cluster.
  for (let tries = 20; answer.status === 403 && tries > 0; tries--) {
    await sleep(20);
    answer = await client.request(method, path, body, contentType);
  }
  if (answer.status >= 400) {
    throw new Error(
      `${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}\n${JSON.stringify(body)}`,
    );
  }
  return answer.body;
}

/** `missing` gives what is not there yet. */
async function waitFor(what: string, missing: () => Promise<readonly string[]>): Promise<void> {
  const deadline = Date.now() + patienceMilliseconds;
  for (let left = await missing(); left.length > 0; left = await missing()) {
    if (Date.now() > deadline) throw new Error(`waited in vain for ${what}: ${left.join('; ')}`);
    await sleep(50);
  }
}

function isReady({ status }: Pod): boolean {
  return status.conditions?.some(({ type, status: is }) => type === 'Ready' && is === 'True') ?? false;
}

function describe({ phase, conditions = [], containerStatuses = [] }: Pod['status']): string {
  const containers = containerStatuses.map(
    ({ name, ready, state }) => `${name} ${ready} ${JSON.stringify(state)}`,
  );
  return [phase, ...conditions.map(({ type, status }) => `${type}=${status}`), ...containers].join(' ');
}

function pathOf(document: Document): string {
  const { apiVersion, kind } = document as { apiVersion: string; kind: string };
  const [group, version] = apiVersion.includes('/') ? apiVersion.split('/') : ['', apiVersion];
  const resource = resourceTable.find((each) => each.kind === kind && each.group === group);
  if (resource === undefined) throw new Error(`the lab has no ${apiVersion} ${kind}`);
  const base = group === '' ? `/api/${version}` : `/apis/${group}/${version}`;
  const { namespace } = (document as unknown as Named).metadata;
  return resource.namespaced
    ? `${base}/namespaces/${namespace}/${resource.plural}`
    : `${base}/${resource.plural}`;
}
