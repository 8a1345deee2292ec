import type { FoundPods, IstioctlWorld, PodName } from './types.ts';

/**
 * The pods that `[TYPE/]NAME[.NAMESPACE]` names: a plain name is taken as it stands, without asking whether there is such a pod. What follows the last dot behind the
 * type is the namespace. Source: istioctl/pkg/util/handlers.
 */
export async function namedPods(text: string, namespace: string, world: IstioctlWorld): Promise<FoundPods> {
  const pod = splitNamespace(text, namespace === '' ? world.defaultNamespace : namespace);
  return pod.name.includes('/') ? world.podsOf(pod.name, pod.namespace) : [pod];
}

function splitNamespace(text: string, namespace: string): PodName {
  const slash = text.lastIndexOf('/');
  const dot = text.lastIndexOf('.');
  if (dot < 0 || (slash > 0 && dot < slash)) return { name: text, namespace };
  return { name: text.slice(0, dot), namespace: text.slice(dot + 1) };
}
