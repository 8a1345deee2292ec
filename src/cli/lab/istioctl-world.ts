import type { AdminAnswer, IstioctlWorld, PodName } from '../../istio/istioctl/index.ts';
import type { LabHandle } from '../../lab/index.ts';
import { readDumpFile } from '../dump-file.ts';
import type { LabApi } from './api.ts';
import { nameOf, podsOf } from './pods-of.ts';
import { runInPod } from './run-in-pod.ts';

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
      return (await api.list(path)).map(nameOf);
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
