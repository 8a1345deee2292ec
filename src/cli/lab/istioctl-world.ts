import type { AdminAnswer, FoundPods, IstioctlWorld, PodName } from '../../istio/istioctl/index.ts';
import type { LabHandle } from '../../lab/index.ts';
import type { Pod } from '../../lab/store/index.ts';
import { readDumpFile } from '../dump-file.ts';
import type { LabApi, ListedObject } from './api.ts';
import { workloadsOf } from './find-pod.ts';
import { isReady } from './readiness.ts';
import { runInPod } from './run-in-pod.ts';

type ListedPod = Pod & ListedObject;

/** What kubectl calls the types that make pods, by what one may write. */
const types: readonly (readonly [RegExp, string])[] = [
  [/^(po|pods?)$/, 'pods'],
  [/^deploy(ments?)?(\.apps)?$/, 'deployments.apps'],
  [/^(sts|statefulsets?(\.apps)?)$/, 'statefulsets.apps'],
  [/^(ds|daemonsets?(\.apps)?)$/, 'daemonsets.apps'],
  [/^(rs|replicasets?(\.apps)?)$/, 'replicasets.apps'],
  [/^jobs?(\.batch)?$/, 'jobs.batch'],
];

/** A lab as istioctl asks a cluster. Envoy's admin port is asked by curl in the proxy's container. */
export function labWorld(lab: LabHandle, api: LabApi, cwd: string): IstioctlWorld {
  return {
    defaultNamespace: 'default',
    now: () => new Date(),
    readFile: (name) => readDumpFile(name, cwd),
    admin: (pod, port) => ({
      get: (path) => askProxy(lab, api, pod, ['-X', 'GET', `http://127.0.0.1:${port}/${path}`]),
      post: (path) => askProxy(lab, api, pod, ['-X', 'POST', `http://127.0.0.1:${port}/${path}`]),
    }),
    podsOf: (resource, namespace) => podsOf(api, resource, namespace),
    podsSelected: async (selector, namespace) => {
      const query = new URLSearchParams({ labelSelector: selector });
      const path = `/api/v1/namespaces/${encodeURIComponent(namespace)}/pods?${query}`;
      return (await api.list<ListedPod>(path)).map(nameOf);
    },
    injectorValues: async (istioNamespace) => {
      const path = `/api/v1/namespaces/${encodeURIComponent(istioNamespace)}/configmaps/istio-sidecar-injector`;
      const { status, body } = await api.request('GET', path);
      if (status !== 200) return undefined;
      return (body as { readonly data?: Readonly<Record<string, string>> }).data?.values;
    },
  };
}

async function askProxy(
  lab: LabHandle,
  api: LabApi,
  { name, namespace }: PodName,
  words: readonly string[],
): Promise<AdminAnswer> {
  const path = `/api/v1/namespaces/${encodeURIComponent(namespace)}/pods/${encodeURIComponent(name)}`;
  const { status } = await api.request('GET', path);
  if (status !== 200) return { failure: `pods "${name}" not found` };
  const command = ['curl', '-sS', '-w', '\n%{http_code}', ...words];
  const { code, stdout, stderr } = await runInPod(lab, `${path}/exec?container=istio-proxy`, command);
  if (code !== 0) return { failure: `failure running port forward process: ${(stderr || stdout).trim()}` };
  const end = stdout.lastIndexOf('\n');
  return { status: Number(stdout.slice(end + 1)), body: stdout.slice(0, end) };
}

/** The pods of a workload, those that are ready first, or the pod itself. */
async function podsOf(api: LabApi, resource: string, namespace: string): Promise<FoundPods> {
  const [type = '', name = ''] = resource.split('/');
  const known = types.find(([pattern]) => pattern.test(type.toLowerCase()))?.[1];
  const where = `in the "${namespace}" namespace`;
  if (known === undefined)
    return { failure: `failed retrieving: the server doesn't have a resource type "${type}" ${where}` };
  const pods = await api.list<ListedPod>(`/api/v1/namespaces/${encodeURIComponent(namespace)}/pods`);
  const found = pods
    .filter((pod) => (known === 'pods' ? pod.metadata.name === name : workloadsOf(pod).includes(name)))
    .sort((a, b) => Number(isReady(b)) - Number(isReady(a)));
  if (found.length > 0) return found.map(nameOf);
  return { failure: `failed retrieving: ${known} "${name}" not found ${where}` };
}

function nameOf({ metadata }: ListedPod): PodName {
  return { name: metadata.name, namespace: metadata.namespace ?? 'default' };
}
