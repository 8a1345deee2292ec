import type { Cluster, Policies } from '../cluster/index.ts';
import type { AuthorizationPolicy, KindedObject, NetworkPolicy } from '../model/index.ts';
import { namedBlocks } from './address-cells.ts';
import { assembleTables, behavioursOf } from './behaviours.ts';
import type { Ends } from './ends.ts';
import { rereadNamespaces } from './network-policies.ts';
import { policySigner } from './pod-signature.ts';
import type { MapRows } from './rows.ts';
import type { MapLayer } from './types.ts';

/**
 * The rows of a cluster that has other NetworkPolicies or AuthorizationPolicies than the one that `rows` are of. undefined where something else has changed, or where a new
 * policy tells apart what was alike: then nothing of the rows can be relied on.
 */
export function updateRows(
  rows: MapRows,
  before: Cluster,
  after: Cluster,
  layer: MapLayer,
): MapRows | undefined {
  if (!isSameButPolicies(before, after)) return undefined;
  const { ends, tables } = rows;
  const network = changes(before.policies.network, after.policies.network);
  const authorization = changes(before.policies.authorization, after.policies.authorization);
  const added = [...network.added, ...authorization.added];
  if (!added.every((policy) => keepsClasses(policy, ends, before))) return undefined;
  // A waypoint has policies of other namespaces than its own, and what it does matters to all behind it.
  const everywhere =
    authorization.namespaces.length > 0 &&
    (after.gateways.size > 0 || authorization.namespaces.includes(after.mesh.rootNamespace));
  const changed = rereadNamespaces(tables.network, network.namespaces, after, ends, tables.peers);
  // What comes to a waypoint goes on to all behind it. Whoever only policies of the other direction select may fare differently in the Baseline tier.
  const networkEverywhere =
    layer !== 'authorization' &&
    changed.touched.size > 0 &&
    (after.waypointPods.size > 0 || (after.policies.admin.length > 0 && changed.governed));
  const next = assembleTables(after, tables.context, { ...tables, network: changed.tables });
  const behaviours = [...rows.behaviours];
  for (const destination of ends.classes) {
    const isTouched =
      everywhere ||
      networkEverywhere ||
      (layer !== 'authorization' && destination.virtual.some((index) => changed.touched.has(index))) ||
      authorization.namespaces.includes(destination.end.pod?.namespace ?? '');
    if (!isTouched) continue;
    const found = behavioursOf(next, destination);
    for (const [i, index] of destination.virtual.entries()) behaviours[index] = found[i]!;
  }
  return { ends, behaviours, tables: next };
}

/** Everything but the policies of these two kinds is the very same. */
function isSameButPolicies(before: Cluster, after: Cluster): boolean {
  const isSame = <T extends object>(a: T, b: T, except: readonly string[]): boolean =>
    Object.keys(a).every((key) => except.includes(key) || a[key as keyof T] === b[key as keyof T]);
  return (
    isSame(before, after, ['policies']) &&
    isSame(before.policies, after.policies, ['network', 'authorization'])
  );
}

interface Changes<P> {
  readonly namespaces: readonly string[];
  readonly added: readonly P[];
}

/** Namespaces whose lists differ, and the policies that were not there before. */
function changes<P extends KindedObject>(
  before: ReadonlyMap<string, readonly P[]>,
  after: ReadonlyMap<string, readonly P[]>,
): Changes<P> {
  const all = new Set([...before.keys(), ...after.keys()]);
  const namespaces = [...all].filter((name) => before.get(name) !== after.get(name));
  const known = new Set(namespaces.flatMap((name) => before.get(name) ?? []));
  return {
    namespaces,
    added: namespaces.flatMap((name) => (after.get(name) ?? []).filter((policy) => !known.has(policy))),
  };
}

/** Does a policy that is new in a cluster tell apart no pods of any class? Blocks of addresses that nobody has named before cut anew what was one range. */
function keepsClasses(policy: NetworkPolicy | AuthorizationPolicy, ends: Ends, cluster: Cluster): boolean {
  const alone: Cluster = { ...cluster, policies: only(policy) };
  const blocks = [...namedBlocks(alone).keys()];
  if (blocks.length > 0) {
    const known = namedBlocks(cluster);
    if (!blocks.every((block) => known.has(block))) return false;
  }
  const sign = policySigner(alone);
  return ends.classes.every(({ ends: own }) => {
    const pods = own.flatMap((end) => (end.kind === 'workload' ? end.pods : []));
    return pods.length < 2 || new Set(pods.map(sign)).size === 1;
  });
}

/** Policies of which this is the only one. */
function only(policy: NetworkPolicy | AuthorizationPolicy): Policies {
  const none: Policies = {
    network: new Map(),
    admin: [],
    authorization: new Map(),
    peerAuthentication: new Map(),
    requestAuthentication: new Map(),
    destinationRules: [],
  };
  const { namespace } = policy.metadata;
  return policy.kind === 'AuthorizationPolicy'
    ? { ...none, authorization: new Map([[namespace, [policy]]]) }
    : { ...none, network: new Map([[namespace, [policy]]]) };
}
