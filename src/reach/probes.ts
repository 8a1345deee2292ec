import type { Cluster, ClusterPod } from '../cluster/index.ts';
import { type ChainRule, preparePolicy } from '../policy/authorization/index.ts';
import { jwtRulesFor } from '../policy/request-authentication/index.ts';
import {
  allRequests,
  type Conjunction,
  differenceOf,
  findWitness,
  type RequestSet,
  type RequestWitness,
  type Universe,
} from './requests/index.ts';
import { askedOf } from './source-conditions.ts';

const known = new WeakMap<ClusterPod, readonly RequestWitness[]>();

/** Requests that policies which may have a say on the way to a pod tell apart: one for each thing that a rule asks of requests, and one that meets none. */
export function probesOf(cluster: Cluster, pod: ClusterPod): readonly RequestWitness[] {
  const before = known.get(pod);
  if (before !== undefined) return before;
  const universe: Universe = { mesh: cluster.mesh, jwtRules: jwtRulesFor(cluster, pod.policyTarget) };
  const gateways = [...cluster.gateways.values()].map(({ metadata }) => metadata.namespace);
  const asked: Conjunction[] = [];
  for (const namespace of new Set([cluster.mesh.rootNamespace, pod.namespace, ...gateways]))
    for (const policy of cluster.policies.authorization.get(namespace) ?? [])
      for (const { rule } of preparePolicy(policy, cluster.mesh, 'HTTP').rules)
        asked.push(...conjunctionsOf(rule));
  const others: RequestSet = differenceOf(allRequests, [{ any: asked, none: [] }]);
  const sets: readonly RequestSet[] = [others, ...asked.map((any): RequestSet => [{ any: [any], none: [] }])];
  const probes = sets.flatMap((set) => findWitness(set, universe) ?? []);
  known.set(pod, probes);
  return probes;
}

/** What a rule asks of requests, entry by entry. */
function conjunctionsOf({ from, to, when }: ChainRule): readonly Conjunction[] {
  const requestsOnly = (list: Conjunction): Conjunction => list.filter((each) => askedOf(each) === 'request');
  const sources = from.length === 0 ? [[]] : from.map(requestsOnly);
  const operations = to.length === 0 ? [[]] : to.map(requestsOnly);
  const conditions = requestsOnly(when);
  return sources.flatMap((source) =>
    operations
      .map((operation) => [...source, ...operation, ...conditions])
      .filter((conjunction) => conjunction.length > 0),
  );
}
