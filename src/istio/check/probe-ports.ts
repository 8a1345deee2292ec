import type { ClusterPod } from '../../cluster/index.ts';
import type { KindedObject } from '../../model/index.ts';

const probes = ['readinessProbe', 'livenessProbe', 'startupProbe'];
const actions = ['httpGet', 'tcpSocket', 'grpc'];

const byObject = new WeakMap<KindedObject, readonly (number | string)[]>();
const byOwner = new WeakMap<object, Map<string, readonly (number | string)[]>>();

/**
 * The ports on which a kubelet probes a pod, sorted: what the probes of its containers name, read from the manifest's text, which the snapshot does not keep.
 * Pods of one owner with the same ports are taken to have the same probes.
 */
export function probePorts(pod: ClusterPod): readonly number[] {
  const numbers = portsNamed(pod).flatMap((port) =>
    typeof port === 'number'
      ? [port]
      : pod.ports
          .filter(({ name, protocol }) => name === port && protocol === 'TCP')
          .map(({ containerPort }) => containerPort),
  );
  return [...new Set(numbers)].sort((a, b) => a - b);
}

function portsNamed(pod: ClusterPod): readonly (number | string)[] {
  const { object, owner, namespace } = pod;
  if (owner === undefined) return ofObject(object);
  const known = byOwner.get(object.origin.source) ?? new Map<string, readonly (number | string)[]>();
  byOwner.set(object.origin.source, known);
  const key = `${namespace}/${owner.kind}/${owner.name} ${pod.ports.map(({ containerPort }) => containerPort).join()}`;
  let found = known.get(key);
  if (found === undefined) {
    found = ofObject(object);
    known.set(key, found);
  }
  return found;
}

function ofObject(object: KindedObject): readonly (number | string)[] {
  let found = byObject.get(object);
  if (found === undefined) {
    found = readProbes(object);
    byObject.set(object, found);
  }
  return found;
}

/** Where the pod's spec is in an object of a kind that makes pods. */
function specPath(kind: string): readonly string[] {
  if (kind === 'Pod') return ['spec'];
  if (kind === 'CronJob') return ['spec', 'jobTemplate', 'spec', 'template', 'spec'];
  return ['spec', 'template', 'spec'];
}

function readProbes({ kind, origin }: KindedObject): readonly (number | string)[] {
  const { source, start, end } = origin;
  const text = source.text.slice(start, end);
  const named = probes.filter((name) => text.includes(name));
  const used = actions.filter((name) => text.includes(name));
  if (named.length === 0) return [];
  const path = specPath(kind);
  const found: (number | string)[] = [];
  for (const list of ['containers', 'initContainers'].filter((name) => text.includes(name)))
    for (let i = 0; i < 50; i++) {
      if (!isThere(origin, [...path, list, i, 'name'], 'name')) break;
      for (const probe of named)
        for (const action of used) {
          const port = portAt(origin, [...path, list, i, probe, action, 'port']);
          if (port !== undefined) found.push(port);
        }
    }
  return found;
}

/** The text of a field; of one that is not there `locate` gives an ancestor, which begins otherwise. */
function textAt(origin: KindedObject['origin'], path: readonly (string | number)[]): string {
  const { source, start, end } = origin.locate(path);
  return source.text.slice(start, end);
}

function isThere(origin: KindedObject['origin'], path: readonly (string | number)[], name: string): boolean {
  return new RegExp(`^["']?${name}["']?\\s*:`).test(textAt(origin, path));
}

function portAt(
  origin: KindedObject['origin'],
  path: readonly (string | number)[],
): number | string | undefined {
  const [, text] = /^["']?port["']?\s*:\s*["']?([\w-]+)["']?\s*$/.exec(textAt(origin, path)) ?? [];
  if (text === undefined) return undefined;
  return /^\d+$/.test(text) ? Number(text) : text;
}
