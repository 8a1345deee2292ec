import type { FoundPods } from '../../istio/istioctl/index.ts';
import { type Pod, type Resource, resourceTable } from '../../lab/store/index.ts';
import { formatSelector, type LabelSelector } from '../../model/index.ts';
import { type LabApi, type ListedObject, messageOf } from './api.ts';
import { pathOf } from './discovery.ts';
import { isReady } from './readiness.ts';

type ListedPod = Pod & ListedObject;
type Selected = { readonly selector: LabelSelector } | { readonly failure: string };

/** Whose pods have a selector of their own, beside Services. */
const workloads: ReadonlySet<string> = new Set([
  'Deployment',
  'ReplicaSet',
  'StatefulSet',
  'DaemonSet',
  'Job',
]);

/**
 * The pods behind `TYPE/NAME`, in the order and with the failures of istioctl, which are kubectl's. Source: istioctl/pkg/util/handlers, kubectl/pkg/polymorphichelpers.
 */
export async function podsOf(api: LabApi, named: string, namespace: string): Promise<FoundPods> {
  const failed = (why: string): FoundPods => ({
    failure: `failed retrieving: ${why} in the ${JSON.stringify(namespace)} namespace`,
  });
  const [type = '', name = '', more] = named.split('/');
  if (more !== undefined) return failed('arguments in resource/name form may not have more than one slash');
  if (type === '' || name === '') {
    return failed('arguments in resource/name form must have a single resource and name');
  }
  const resource = findResource(type);
  if (resource === undefined) {
    return failed(`the server doesn't have a resource type ${JSON.stringify(type)}`);
  }
  const { status, body } = await api.request(
    'GET',
    pathOf(apiVersionOf(resource), resource, namespace, name),
  );
  if (status !== 200) return failed(messageOf({ status, body }));
  const object = body as ListedObject;
  if (resource.kind === 'Pod') return [nameOf(object)];
  const selected = selectorOf(object, resource);
  if ('failure' in selected) {
    return { failure: `${JSON.stringify(named)} does not refer to a pod: ${selected.failure}` };
  }
  const query = new URLSearchParams({ labelSelector: formatSelector(selected.selector) });
  const path = `/api/v1/namespaces/${encodeURIComponent(namespace)}/pods?${query}`;
  return [...(await api.list<ListedPod>(path))].sort(byUse).map(nameOf);
}

export function nameOf({ metadata }: ListedObject): { readonly name: string; readonly namespace: string } {
  return { name: metadata.name, namespace: metadata.namespace ?? 'default' };
}

/** A type as kubectl reads it: plural, singular or short, in any case, alone or with its group behind. */
function findResource(text: string): Resource | undefined {
  const type = text.toLowerCase();
  return resourceTable.find(({ plural, singular, shortNames, group }) =>
    [plural, singular, ...shortNames].some((each) => type === each || type === `${each}.${group}`),
  );
}

function apiVersionOf({ group, versions }: Resource): string {
  return group === '' ? versions[0]! : `${group}/${versions[0]}`;
}

function selectorOf({ spec = {}, metadata }: ListedObject, { kind, versions }: Resource): Selected {
  if (workloads.has(kind)) return { selector: spec.selector as LabelSelector };
  if (kind !== 'Service') return { failure: `selector for *${versions[0]}.${kind} not implemented` };
  const matchLabels = (spec.selector ?? {}) as Readonly<Record<string, string>>;
  if (Object.keys(matchLabels).length > 0) return { selector: { matchLabels } };
  return { failure: `invalid service '${metadata.name}': Service is defined without a selector` };
}

const phases: Readonly<Record<string, number>> = { Unknown: 1, Pending: 2 };

/** Those first that kubectl logs would read: on a node, running, ready, long ready, often restarted, old. */
function byUse(a: ListedPod, b: ListedPod): number {
  const facts = (pod: ListedPod): readonly (number | string)[] => [
    Number(!pod.spec.nodeName),
    phases[pod.status.phase ?? ''] ?? 0,
    Number(!isReady(pod)),
    pod.status.conditions?.find(({ type }) => type === 'Ready')?.lastTransitionTime ?? '',
    -Math.max(0, ...(pod.status.containerStatuses ?? []).map(({ restartCount }) => restartCount)),
    pod.metadata.creationTimestamp ?? '',
  ];
  const [left, right] = [facts(a), facts(b)];
  const i = left.findIndex((fact, at) => fact !== right[at]);
  return i === -1 ? 0 : left[i]! < right[i]! ? -1 : 1;
}
