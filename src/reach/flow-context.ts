import type { Cluster } from '../cluster/index.ts';
import type { End } from '../verdict/index.ts';
import { addBits, allBits, type Bits, noBits } from './bits.ts';
import type { EndClass, Ends } from './ends.ts';
import type { NetworkRows } from './network-rows.ts';
import type { NetworkRow } from './network-tiers.ts';
import { type ProxyFlows, proxyFlows } from './proxy-flows.ts';
import { groupSenders, type Senders } from './senders.ts';
import type { SourceConditions } from './source-conditions.ts';
import { manySources } from './sources.ts';
import type { MapLayer } from './types.ts';
import { type ZtunnelFlows, ztunnelFlows } from './ztunnel-flows.ts';

/** Everything that is worked out once for a map. */
export interface FlowContext {
  readonly cluster: Cluster;
  readonly ends: Ends;
  readonly layer: MapLayer;
  readonly rows: NetworkRows;
  readonly senders: readonly Senders[];
  readonly atProxy: ProxyFlows;
  readonly atZtunnel: ZtunnelFlows;
  readonly classOfPod: ReadonlyMap<string, EndClass>;
  /** Is any pod in the mesh? Without one, only the network decides. */
  readonly meshed: boolean;
  /** False where it is not known of some ends whether they are in the mesh, or of a waypoint whose it is. */
  readonly roadsKnown: boolean;
  /** Sources that send plainly to whoever is not in the mesh. */
  readonly plainSenders: Bits;
}

/** What no NetworkPolicy or AuthorizationPolicy has a part in. */
export type Surroundings = Pick<
  FlowContext,
  'ends' | 'layer' | 'senders' | 'classOfPod' | 'meshed' | 'roadsKnown' | 'plainSenders'
>;

/** Looks at how the ends of a cluster send. */
export function surroundingsOf(cluster: Cluster, ends: Ends, layer: MapLayer): Surroundings {
  const senders = groupSenders(cluster, ends);
  const plainSenders = noBits(ends.virtual.length);
  for (const { example, sources } of senders) if (isOutOfMesh(example.end)) addBits(plainSenders, sources);
  const classOfPod = new Map<string, EndClass>();
  for (const each of ends.classes)
    for (const end of each.ends)
      if (end.kind === 'workload') for (const pod of end.pods) classOfPod.set(pod.key, each);
  return {
    ends,
    layer,
    senders,
    classOfPod,
    meshed: ends.classes.some(({ end }) => !isOutOfMesh(end)),
    roadsKnown: areRoadsKnown(cluster, ends),
    plainSenders,
  };
}

/** Prepares a cluster for the flows to its destinations. `rows` undefined: a network without policies. */
export function flowContext(
  cluster: Cluster,
  around: Surroundings,
  rows: NetworkRows | undefined,
  conditions: SourceConditions,
): FlowContext {
  return {
    ...around,
    cluster,
    rows: rows ?? openRows(around.ends),
    atProxy: proxyFlows(cluster, conditions),
    atZtunnel: ztunnelFlows(cluster, around.ends, conditions),
  };
}

/** True for an end that no proxy or ztunnel stands before, for certain. */
export function isOutOfMesh({ pod, host }: End): boolean {
  return pod === undefined || host || (pod.membership.kind === 'none' && pod.membership.facts === undefined);
}

function areRoadsKnown({ gateways, namespaces, unreadable }: Cluster, { classes }: Ends): boolean {
  if (classes.some(({ end }) => !end.host && end.pod?.membership.facts !== undefined)) return false;
  if (unreadable.some(({ kind }) => kind === 'Gateway')) return false;
  return gateways.size === 0 || [...namespaces.values()].every(({ labels }) => labels.complete);
}

/** Rows of a network without policies. */
function openRows({ virtual }: Ends): NetworkRows {
  const row: NetworkRow = { allow: manySources(allBits(virtual.length)), ask: undefined, closed: false };
  return { row: () => row, prepare: () => {}, cuts: () => [] };
}
