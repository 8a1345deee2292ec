import { type Cluster, ownerOfAddress } from '../cluster/index.ts';
import { checkWords } from '../lint/index.ts';
import { type Endpoint, parseAddress, rangeOf, type ServiceReference } from '../model/index.ts';
import type { Desk, Found, Problem, Question } from '../testing/index.ts';
import { ask, readEnds } from './ask.ts';
import { type EndpointText, readEndpoint } from './endpoint-text.ts';
import { Refusal, usageError } from './exit.ts';
import type { RequestFlags } from './request-flags.ts';
import { resolveDestination, resolveSource } from './resolve-endpoint.ts';

/** Reads the names and questions of tests as `check` does. */
export function openDesk(cluster: Cluster, namespace: string | undefined): Desk {
  return {
    cluster,
    ask: ({ from, to, request }) =>
      orProblem(() => ask(cluster, readEnds(from, to), { ...request, ...(namespace && { namespace }) })),
    find: (name, side) => orProblem(() => find(name, side, cluster, namespace ?? 'default')),
    questionWords,
    requestWords: (request) => checkWords(cluster, request),
  };
}

/** What `check` would refuse to answer is a problem of the test; anything else is a bug. */
function orProblem<T>(answer: () => T): T | Problem {
  try {
    return answer();
  } catch (error) {
    if (error instanceof Refusal) return { problem: error.message, details: error.details };
    throw error;
  }
}

/** A sender that is no pod: the replicas of a destination need not be told from it. */
const nobody: Endpoint = { kind: 'address', address: '0.0.0.0' };

function find(name: string, side: 'from' | 'to', cluster: Cluster, namespace: string): Found {
  const written = readEndpoint(name);
  if (written.kind === 'url') throw usageError(`${name} is a URL; a set has pods, workloads and addresses`);
  if (written.port !== undefined) throw usageError(`${name} has a port; say it with requests: {port: …}`);
  const { end } =
    side === 'from'
      ? resolveSource(cluster, written, namespace)
      : resolveDestination(cluster, written, namespace, nobody);
  return membersOf(end, written, cluster);
}

function membersOf(end: Endpoint | ServiceReference, written: EndpointText, cluster: Cluster): Found {
  switch (end.kind) {
    case 'pod':
      return { pods: workloadPods(`${end.namespace}/${end.name}`, written, cluster), ranges: [] };
    case 'service':
      return { pods: cluster.podsByService.get(`${end.namespace}/${end.name}`) ?? [], ranges: [] };
    case 'address': {
      const owner = ownerOfAddress(cluster, end.address);
      if (owner.kind === 'pod') return { pods: [owner.pod.key], ranges: [] };
      const address = parseAddress(end.address)!;
      return { pods: [], ranges: [rangeOf(address, address.family === 4 ? 32 : 128)] };
    }
    case 'node':
    case 'host':
      throw usageError(`a ${end.kind} is in no set; a case can ask about one`);
  }
}

/** A workload that was named is meant with all of its pods, a pod alone. */
function workloadPods(key: string, written: EndpointText, cluster: Cluster): readonly string[] {
  const name =
    written.kind === 'object' ? written.name : written.kind === 'host' ? written.host.split('.')[0] : '';
  const own = [...cluster.workloads.values()].find(
    (workload) => workload.name === name && workload.pods.includes(key),
  );
  return own?.pods ?? [key];
}

/** The case as `check` takes it: FROM, TO and flags. */
function questionWords({ from, to, request }: Question): readonly string[] {
  const flags: RequestFlags = request;
  const words = Object.entries(flags).flatMap(([name, value]: [string, unknown]) => {
    if (value === undefined || value === false) return [];
    if (value === true) return [`--${name}`];
    return [value].flat().flatMap((each) => [`--${name}`, String(each)]);
  });
  return [from, to, ...words];
}
