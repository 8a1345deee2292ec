import { type Cluster, ownerOfAddress } from '../cluster/index.ts';
import { type Endpoint, parseAddress, rangeHolds, type ServiceReference } from '../model/index.ts';
import type { MapEnd } from '../reach/index.ts';
import { closest } from './closest.ts';
import { readEndpoint } from './endpoint-text.ts';
import { inputError, Refusal, usageError } from './exit.ts';
import { resolveDestination, resolveSource } from './resolve-endpoint.ts';

/** Where names of ends are looked up. */
export interface EndNames {
  readonly cluster: Cluster;
  readonly ends: readonly MapEnd[];
  /** Of names that have none. */
  readonly namespace: string;
}

/**
 * The ends of a map that a text means, in the map's order: all of a namespace (`shop/`), all `outside`, or what `check` takes as FROM or TO. Throws a usage error,
 * or an input error with what is nearest. Among workloads alone an address outside means none.
 */
export function chooseEnds(text: string, side: 'from' | 'to', names: EndNames): readonly MapEnd[] {
  if (text === 'outside') return names.ends.filter(({ kind }) => kind === 'outside');
  if (/^[^/:]+\/$/.test(text)) return endsInNamespace(text.slice(0, -1), names);
  const written = readEndpoint(text);
  if (written.kind === 'url') throw usageError(`--${side} takes no URL: a map is about all requests`);
  if (written.port !== undefined) throw usageError(`--${side} takes no port: a map is about all ports`);
  if (written.kind === 'node') {
    throw usageError(`nodes are no ends of a map; ask about one with check ${text}`);
  }
  if (written.kind === 'host' && written.outside === true) {
    throw usageError(`${text} may have any address: name the address, or outside for all of them`);
  }
  const { cluster, namespace } = names;
  try {
    const { end } =
      side === 'from'
        ? resolveSource(cluster, written, namespace)
        : resolveDestination(cluster, written, namespace, nobody);
    return endsOf(end, 'name' in written ? written.name : text, names);
  } catch (error) {
    if (error instanceof Refusal && cluster.namespaces.has(text)) {
      throw inputError(error.message, [`the whole namespace is ${text}/`, ...error.details]);
    }
    throw error;
  }
}

/** The ends of a namespace. Throws an input error where there is none. */
export function endsInNamespace(name: string, { cluster, ends }: EndNames): readonly MapEnd[] {
  const found = ends.filter((end) => end.kind === 'workload' && end.namespace === name);
  if (found.length > 0) return found;
  if (cluster.namespaces.has(name)) throw inputError(`namespace ${name} has no pods in the manifests`);
  const near = closest(name, cluster.namespaces.keys());
  throw inputError(
    `no namespace ${name} in the manifests`,
    near.length === 0 ? [] : ['closest:', ...near.map((candidate) => `  ${candidate}`)],
  );
}

/** A sender that is no pod: the replicas of a destination need not be told from it. */
const nobody: Endpoint = { kind: 'address', address: '0.0.0.0' };

function endsOf(
  end: Endpoint | ServiceReference,
  written: string,
  { cluster, ends }: EndNames,
): readonly MapEnd[] {
  switch (end.kind) {
    case 'service': {
      const name = `${end.namespace}/${end.name}`;
      const pods = new Set(cluster.podsByService.get(name));
      if (pods.size === 0) throw inputError(`Service ${name} has no pods`, ['its selector matches none']);
      return ends.filter((each) => each.kind === 'workload' && each.pods.some(({ key }) => pods.has(key)));
    }
    case 'pod':
      return endsWithPod(`${end.namespace}/${end.name}`, written, ends);
    case 'address':
      return endsWithAddress(end.address, written, { cluster, ends });
    case 'node':
    case 'host':
      throw usageError(`${written} is no end of a map`);
  }
}

/** A workload that was named is meant with all of its pods, a pod alone. */
function endsWithPod(key: string, written: string, ends: readonly MapEnd[]): readonly MapEnd[] {
  const own = ends.find((end) => end.kind === 'workload' && end.pods.some((pod) => pod.key === key));
  if (own?.kind !== 'workload') throw inputError(`${key} is no end of the map`);
  if (own.workload.name !== written) return [own];
  return ends.filter((end) => end.kind === 'workload' && end.workload === own.workload);
}

function endsWithAddress(
  address: string,
  written: string,
  { cluster, ends }: Pick<EndNames, 'cluster' | 'ends'>,
): readonly MapEnd[] {
  const owner = ownerOfAddress(cluster, address);
  if (owner.kind === 'pod') return endsWithPod(owner.pod.key, '', ends);
  if (owner.kind === 'node') throw usageError(`${written} is node/${owner.name}; nodes are no ends of a map`);
  if (owner.kind === 'service') {
    const { namespace, name } = owner.service.metadata;
    return endsOf({ kind: 'service', namespace, name }, written, { cluster, ends, namespace });
  }
  const value = parseAddress(address);
  const found = ends.filter(
    (end) =>
      end.kind === 'outside' && value !== undefined && end.ranges.some((range) => rangeHolds(range, value)),
  );
  const isMap = ends.some(({ kind }) => kind === 'outside');
  if (found.length > 0 || !isMap) return found;
  throw inputError(
    `no packet comes from or goes to ${written}: a map leaves out loopback, link-local and multicast addresses`,
  );
}
