import type { Cluster, ClusterPod } from '../cluster/index.ts';
import { type ChainRule, preparePolicy } from '../policy/authorization/index.ts';
import { jwtRulesFor } from '../policy/request-authentication/index.ts';
import { arriveAtRules } from './requests/arrive.ts';
import {
  allRequests,
  type Conjunction,
  contains,
  differenceOf,
  findWitness,
  type RequestSet,
  type RequestWitness,
  type Universe,
} from './requests/index.ts';
import { conjunctionKeys } from './requests/keys.ts';
import { askedOf } from './source-conditions.ts';

const known = new WeakMap<Cluster, Map<string, readonly RequestWitness[]>>();

/**
 * Requests that policies which may have a say on the way to a pod tell apart: for each thing that a rule asks of requests one that meets it, those that meet it and not
 * some other, and one that meets none. Of requests that meet the same, one.
 */
export function probesOf(cluster: Cluster, pod: ClusterPod): readonly RequestWitness[] {
  const byPlace = known.get(cluster) ?? new Map<string, readonly RequestWitness[]>();
  known.set(cluster, byPlace);
  const jwtRules = jwtRulesFor(cluster, pod.policyTarget);
  const sources = jwtRules.map(
    ({ reference: { policy, path } }) =>
      `${policy.metadata.namespace}/${policy.metadata.name} ${path.join()}`,
  );
  const key = [pod.namespace, ...sources].join('\n');
  let probes = byPlace.get(key);
  if (probes === undefined) {
    probes = findProbes(askedNear(cluster, pod.namespace), { mesh: cluster.mesh, jwtRules });
    byPlace.set(key, probes);
  }
  return probes;
}

/** What rules that may matter to the pods of a namespace ask of requests, each thing once. */
function askedNear(cluster: Cluster, home: string): readonly Conjunction[] {
  const gateways = [...cluster.gateways.values()].map(({ metadata }) => metadata.namespace);
  const asked = new Map<string, Conjunction>();
  for (const namespace of new Set([cluster.mesh.rootNamespace, home, ...gateways]))
    for (const policy of cluster.policies.authorization.get(namespace) ?? [])
      for (const { rule } of preparePolicy(policy, cluster.mesh, 'HTTP').rules)
        for (const conjunction of conjunctionsOf(rule))
          asked.set(conjunctionKeys(conjunction).key, conjunction);
  return [...asked.values()];
}

function findProbes(asked: readonly Conjunction[], universe: Universe): readonly RequestWitness[] {
  const each = asked.map((conjunction): RequestSet => [{ any: [conjunction], none: [] }]);
  const sets: readonly RequestSet[] = [
    differenceOf(allRequests, [{ any: asked, none: [] }]),
    ...each,
    ...each.flatMap((set) => each.flatMap((other) => (other === set ? [] : [differenceOf(set, other)]))),
    ...each.map((set) => differenceOf(set, each.filter((other) => other !== set).flat())),
  ];
  const distinct = new Map<string, RequestWitness>();
  for (const set of sets) {
    const witness = findWitness(set, universe);
    const arrived = witness === undefined ? undefined : arriveAtRules(witness, universe);
    if (arrived === undefined) continue;
    const met = each.map((other) => contains(other, arrived) === true).join();
    if (!distinct.has(met)) distinct.set(met, witness!);
  }
  return [...distinct.values()];
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
