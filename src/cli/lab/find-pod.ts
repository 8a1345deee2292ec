import type { Pod } from '../../lab/store/index.ts';
import { closest } from '../closest.ts';
import { readEndpoint } from '../endpoint-text.ts';
import { inputError, usageError } from '../exit.ts';
import type { LabApi, ListedObject } from './api.ts';
import { isReady } from './readiness.ts';

/** A pod that was found. */
export interface FoundPod extends PodName {
  /** The container that is meant where none is named: the one of its annotation, else its first. */
  readonly container: string;
}

interface PodName {
  readonly namespace: string;
  readonly name: string;
}

type ListedPod = Pod & ListedObject;

/** By which a pod says what kubectl means by it; Istio's injection sets it. */
const defaultContainer = 'kubectl.kubernetes.io/default-container';

/**
 * Finds a pod by its name, or one of a workload by that workload's: `shop/web`, `shop/deploy/web`, `deploy/web` or `web` in `namespace`. Of several pods one that is ready comes first.
 * Throws a Refusal with what is nearest.
 */
export async function findPod(api: LabApi, text: string, namespace: string = 'default'): Promise<FoundPod> {
  const wanted = readName(text, namespace);
  const pods = await api.list<ListedPod>('/api/v1/pods');
  const inside = pods.filter(({ metadata }) => metadata.namespace === wanted.namespace);
  const exact = inside.find(({ metadata }) => metadata.name === wanted.name);
  const found =
    exact ??
    inside
      .filter((pod) => workloadsOf(pod).includes(wanted.name) && pod.metadata.deletionTimestamp === undefined)
      .sort((a, b) => Number(isReady(b)) - Number(isReady(a)))[0];
  if (found !== undefined) {
    const container = found.metadata.annotations?.[defaultContainer] ?? found.spec.containers[0]!.name;
    return { namespace: wanted.namespace, name: found.metadata.name, container };
  }
  const names = pods.map(({ metadata }) => `${metadata.namespace}/${metadata.name}`);
  const near = closest(`${wanted.namespace}/${wanted.name}`, names);
  throw inputError(
    `the lab has no pod or workload ${wanted.namespace}/${wanted.name}`,
    near.length === 0 ? [] : ['closest:', ...near.map((name) => `  ${name}`)],
  );
}

function readName(text: string, namespace: string): PodName {
  const read = readEndpoint(text);
  if (read.kind === 'object') return { namespace: read.namespace ?? namespace, name: read.name };
  if (read.kind !== 'host') throw usageError(`${text} is no pod: write NAMESPACE/NAME or NAME -n NAMESPACE`);
  const [name = '', own] = read.host.split('.');
  return { namespace: own ?? namespace, name };
}

/** The names of what made a pod: its owner, and the Deployment whose ReplicaSet that is, whose name has the template's hash behind it. */
export function workloadsOf({ metadata }: Pod): readonly string[] {
  const hash = metadata.labels?.['pod-template-hash'];
  return (metadata.ownerReferences ?? []).flatMap(({ name }) =>
    hash !== undefined && name.endsWith(`-${hash}`) ? [name, name.slice(0, -hash.length - 1)] : [name],
  );
}
