import type { Cluster, ClusterPod, Workload } from '../cluster/index.ts';
import {
  commonRanges,
  formatIpRange,
  type IpRange,
  type NotSaid,
  notSaid,
  type PacketEnd,
  parseRange,
} from '../model/index.ts';
import { type End, podEnd, resolveEnd } from '../verdict/index.ts';
import { type AddressCells, cutAddresses, firstFreeAddress } from './address-cells.ts';
import { podSigner } from './pod-signature.ts';
import type { MapEnd } from './types.ts';

/** Ends that no policy tells apart: one of them stands for all. */
export interface EndClass {
  readonly index: number;
  readonly ends: readonly MapEnd[];
  readonly end: End;
  /** Indexes of its virtual ends. */
  readonly virtual: readonly number[];
  /** Its address is that of the manifests, not one of several that it might have. */
  readonly addressKnown: boolean;
}

/**
 * An end with one address. A pod whose address nobody said is as many of them as there are kinds of addresses that it might have and rules tell apart;
 * a pod with addresses of both families is two.
 */
export interface VirtualEnd {
  readonly index: number;
  readonly class: number;
  readonly packet: PacketEnd;
  /** 1: IPv4, 2: IPv6, 3: either. */
  readonly families: number;
}

/** The rows and columns of a map, gathered into classes. */
export interface Ends {
  readonly ends: readonly MapEnd[];
  readonly classes: readonly EndClass[];
  readonly virtual: readonly VirtualEnd[];
  readonly classOf: ReadonlyMap<MapEnd, EndClass>;
}

/** Sorts the pods of a cluster and the addresses outside it into ends and classes. */
export function gatherEnds(cluster: Cluster): Ends {
  const cells = cutAddresses(cluster);
  const pieces = podPieces(cluster, cells);
  const drafts = [...workloadDrafts(cluster, cells), ...outsideDrafts(cluster, cells)];
  const classes: EndClass[] = [];
  const virtual: VirtualEnd[] = [];
  const classOf = new Map<MapEnd, EndClass>();
  const byKey = Map.groupBy(drafts, ({ key }) => key);
  for (const group of byKey.values()) {
    const { end, addressKnown } = group[0]!;
    const index = classes.length;
    const view = end.host ? undefined : end.pod?.view;
    const indexes = addressesOf(end, cells, pieces).map(({ address, families }) => {
      const packet: PacketEnd = { pod: view, address, label: end.label };
      return virtual.push({ index: virtual.length, class: index, packet, families }) - 1;
    });
    const made: EndClass = {
      index,
      ends: group.map((draft) => draft.mapEnd),
      end,
      virtual: indexes,
      addressKnown,
    };
    classes.push(made);
    for (const { mapEnd } of group) classOf.set(mapEnd, made);
  }
  return { ends: drafts.map(({ mapEnd }) => mapEnd), classes, virtual, classOf };
}

interface Draft {
  readonly mapEnd: MapEnd;
  readonly key: string;
  readonly end: End;
  readonly addressKnown: boolean;
}

interface PossibleAddress {
  readonly address: string | NotSaid;
  readonly families: number;
}

function addressesOf(
  end: End,
  { told, nodesTold }: AddressCells,
  pieces: readonly PossibleAddress[],
): readonly PossibleAddress[] {
  const [first] = end.addresses;
  if (first === undefined) return end.host ? [{ address: notSaid, families: 3 }] : pieces;
  if (!told && !nodesTold) return [{ address: first, families: 3 }];
  const families = new Set<number>();
  const found: PossibleAddress[] = [];
  for (const address of end.addresses) {
    const family = familyBit(address);
    if (families.has(family)) continue;
    families.add(family);
    found.push({ address, families: family });
  }
  return found;
}

function familyBit(address: string): number {
  return address.includes(':') ? 2 : 1;
}

/** The addresses that a pod of which none is given may have, one for each kind that rules tell apart. */
function podPieces(cluster: Cluster, { cells }: AddressCells): readonly PossibleAddress[] {
  const space = cluster.settings.podCIDRs.flatMap((cidr) => parseRange(cidr) ?? []);
  const pieces = new Map<number, { address: string; families: number }>();
  for (const { signature, family, ranges } of cells) {
    const address = firstFreeAddress(cluster, commonRanges(space, ranges));
    if (address === undefined) continue;
    const known = pieces.get(signature);
    if (known === undefined) pieces.set(signature, { address, families: family === 4 ? 1 : 2 });
    else known.families |= family === 4 ? 1 : 2;
  }
  return pieces.size === 0 ? [{ address: notSaid, families: 3 }] : [...pieces.values()];
}

function workloadDrafts(cluster: Cluster, cells: AddressCells): readonly Draft[] {
  const sign = podSigner(cluster, cells);
  const drafts: Draft[] = [];
  for (const workload of sortedWorkloads(cluster)) {
    const pods = workload.pods.map((key) => cluster.pods.get(key)!);
    const parts = partition(pods, sign);
    for (const [key, own] of parts) {
      const { namespace, kind, name } = workload;
      const label = `${namespace}/${kind}/${name}`;
      const mapEnd: MapEnd = {
        kind: 'workload',
        label: parts.size === 1 ? label : `${label} (${own.map((pod) => pod.name).join(', ')})`,
        namespace,
        workload,
        pods: own,
      };
      const end = podEnd(own[0]!);
      drafts.push({ mapEnd, key, end, addressKnown: end.addresses.length > 0 });
    }
  }
  return drafts;
}

function partition(
  pods: readonly ClusterPod[],
  sign: (pod: ClusterPod) => string,
): ReadonlyMap<string, readonly ClusterPod[]> {
  const [first, second] = pods;
  // Replicas that nobody listed are made from one template.
  if (first === undefined) return new Map();
  if (second === undefined || (first.object === second.object && first.object.kind !== 'Pod'))
    return new Map([[sign(first), pods]]);
  return Map.groupBy(pods, sign);
}

/** Workloads by namespace, kind and name; what has no object of its own (the proxy of a waypoint) is one of the Gateway that makes it. */
function sortedWorkloads(cluster: Cluster): readonly Workload[] {
  const listed = [...cluster.workloads.values()].filter(({ pods }) => pods.length > 0);
  const covered = new Set(listed.flatMap(({ pods }) => pods));
  const others = [...cluster.pods.values()]
    .filter((pod) => !covered.has(pod.key))
    .map(
      ({ namespace, key, object, name }): Workload => ({
        namespace,
        kind: object.kind,
        name,
        pods: [key],
        object,
      }),
    );
  const keys = new Map(
    [...listed, ...others].map((each) => [each, `${each.namespace}/${each.kind}/${each.name}`]),
  );
  return [...keys].sort(([, a], [, b]) => (a < b ? -1 : 1)).map(([workload]) => workload);
}

function outsideDrafts(cluster: Cluster, { told, cells }: AddressCells): readonly Draft[] {
  if (!told) {
    const ranges = cells.flatMap((cell) => cell.ranges);
    return outsideDraft(cluster, 'outside', ranges);
  }
  const labelled = cells.map(({ family, ranges }) => ({
    ranges,
    label: `outside ${describeRanges(family, ranges)}`,
  }));
  return labelled.flatMap(({ label, ranges }) => outsideDraft(cluster, label, ranges));
}

function outsideDraft(cluster: Cluster, label: string, ranges: readonly IpRange[]): readonly Draft[] {
  const address = firstFreeAddress(cluster, ranges);
  if (address === undefined) return [];
  const mapEnd: MapEnd = { kind: 'outside', label, ranges, address };
  const end = resolveEnd(cluster, { kind: 'address', address });
  return [{ mapEnd, key: `outside ${label}`, end, addressKnown: true }];
}

/** `203.0.113.0/24`; of many ranges the first ones and their number; all usable addresses of a family by its name. */
function describeRanges(family: 4 | 6, ranges: readonly IpRange[]): string {
  const texts = ranges.map(formatIpRange);
  const shown =
    texts.length <= 4
      ? texts.join(', ')
      : `${texts.slice(0, 3).join(', ')} and ${texts.length - 3} more ranges`;
  return family === 6 && texts.length === 2 && texts[0]!.startsWith('2000::') ? 'IPv6' : shown;
}
