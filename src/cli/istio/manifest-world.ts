import { type Cluster, type ClusterPod, selectsLabels } from '../../cluster/index.ts';
import { configDump, inboundListener } from '../../istio/envoy/index.ts';
import {
  type AdminAnswer,
  answerLogging,
  createLoggers,
  type EnvoyAdmin,
  type FoundPods,
  type IstioctlWorld,
  type Loggers,
} from '../../istio/istioctl/index.ts';
import { readEndpoint } from '../endpoint-text.ts';
import { inputError } from '../exit.ts';
import { readLabelSelector } from './label-selector-text.ts';
import { findSidecarPod, sidecarNotes } from './sidecar-pod.ts';

/**
 * A cluster of manifests as istioctl asks a cluster: each pod with the proxy that Istio would give it, as it is when it has just started. What is not in the manifests is told as a note. Pods may
 * also be named as everywhere in Portcullis; one that there is not is refused with what is nearest.
 */
export function manifestWorld(cluster: Cluster, note: (text: string) => void): IstioctlWorld {
  const proxies = new Map<string, EnvoyAdmin>();

  function proxyOf(text: string, namespace: string): EnvoyAdmin {
    const { pod, notes } = findSidecarPod(text, cluster, namespace);
    const known = proxies.get(pod.key);
    if (known !== undefined) return known;
    for (const each of [...notes, ...sidecarNotes(cluster, pod)]) note(each);
    const made = startProxy(cluster, pod);
    proxies.set(pod.key, made);
    return made;
  }

  function podsOf(text: string, namespace: string): FoundPods {
    const written = readEndpoint(text);
    if (written.kind !== 'object' || written.objectKind !== 'Service') {
      const { pod, notes } = findSidecarPod(text, cluster, namespace);
      for (const each of notes) note(each);
      return [{ name: pod.name, namespace: pod.namespace }];
    }
    const key = `${written.namespace ?? namespace}/${written.name}`;
    if (!cluster.services.has(key)) throw inputError(`no Service ${key} in the manifests`);
    return (cluster.podsByService.get(key) ?? []).map((pod) => nameOf(cluster.pods.get(pod)!));
  }

  return {
    defaultNamespace: 'default',
    now: () => new Date(),
    readFile: (name) => ({ failure: `open ${name}: no such file or directory` }),
    admin: ({ name, namespace }) => proxyOf(name, namespace),
    podsOf: async (text, namespace) => podsOf(text, namespace),
    podsSelected: async (text, namespace) => {
      const selector = readLabelSelector(text, `--selector ${text}`);
      const pods = [...cluster.pods.values()].filter((pod) => pod.namespace === namespace);
      return pods.filter(({ labels }) => selectsLabels(selector, labels)).map(nameOf);
    },
    injectorValues: async () => undefined,
  };
}

function nameOf({ name, namespace }: ClusterPod): { readonly name: string; readonly namespace: string } {
  return { name, namespace };
}

function startProxy(cluster: Cluster, pod: ClusterPod): EnvoyAdmin {
  const { annotations } = pod;
  const loggers: Loggers = createLoggers({
    level: annotations['sidecar.istio.io/logLevel'],
    componentLevel: annotations['sidecar.istio.io/componentLogLevel'],
  });
  const answer = async (path: string): Promise<AdminAnswer> => {
    const { pathname, searchParams } = new URL(path, 'http://admin/');
    if (pathname === '/config_dump') {
      return { status: 200, body: JSON.stringify(configDump(inboundListener(cluster, pod))) };
    }
    if (pathname !== '/logging') return { status: 404, body: '' };
    const { status, text } = answerLogging(loggers, searchParams);
    return { status, body: text };
  };
  return { get: answer, post: answer };
}
