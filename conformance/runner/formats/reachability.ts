import { buildCluster, type Cluster, type ClusterOptions } from '../../../src/cluster/index.ts';
import {
  type Endpoint,
  type Outcome,
  type Protocol,
  parseAddress,
  rangeHolds,
} from '../../../src/model/index.ts';
import { type MapEnd, mapReach, type ReachMap } from '../../../src/reach/index.ts';
import { decide } from '../../../src/verdict/index.ts';
import type { CaseResult } from '../format.ts';
import { readLeniently } from '../lenient.ts';

/** A cluster as the reachability files describe it. */
export interface Surroundings {
  /** Labels of every namespace. */
  readonly namespaces: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly pods: readonly FilePod[];
  readonly nodes?: readonly FileNode[] | null | undefined;
  readonly externals?: readonly FileAddresses[] | null | undefined;
  readonly policies: readonly unknown[] | null;
}

interface FileAddresses {
  readonly ip: string;
  readonly ips?: readonly string[];
}

interface FilePod extends FileAddresses {
  readonly namespace: string;
  readonly name: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly ports?: readonly { readonly name?: string; readonly port: number; readonly protocol?: Protocol }[];
  readonly hostNetwork?: boolean;
  readonly node?: string;
}

interface FileNode {
  readonly name: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly addresses: readonly string[];
}

/** Marks of all pairs of ends: `.` allowed, `e` and `i` blocked in one direction, `x` in both, `?` not asserted. */
export interface Table {
  readonly protocol: Protocol;
  readonly port: number;
  /** 1 = the second address of both ends; left out = the first. */
  readonly family?: number;
  readonly rows: readonly string[];
}

/** One question: `from` and `to` are `namespace/name` of a pod or an address. `expect` is about both directions together. */
export interface Probe {
  readonly from: string;
  readonly to: string;
  readonly protocol: Protocol;
  readonly port: number;
  readonly expect: boolean | 'allow' | 'deny';
}

/** Builds the cluster that `surroundings` describes. Every policy listed is in force, also one that a server would not have taken. */
function buildSurroundings(surroundings: Surroundings, options: ClusterOptions): Cluster {
  const { namespaces, pods, nodes, policies } = surroundings;
  const objects = readLeniently([
    ...Object.entries(namespaces).map(([name, labels]) => ({
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name, labels },
    })),
    ...(nodes ?? []).map(({ name, labels = {}, addresses }) => ({
      apiVersion: 'v1',
      kind: 'Node',
      metadata: { name, labels },
      status: { addresses: addresses.map((address) => ({ type: 'InternalIP', address })) },
    })),
    ...pods.map(podObject),
    ...(policies ?? []),
  ]);
  return buildCluster({ objects, foreign: [], rejected: [] }, options);
}

/** Compares every asserted cell of the tables with the verdict's two directions, and with the map of all pairs; the wrong ones make up the result's failure. */
export function checkTables(
  id: string,
  surroundings: Surroundings,
  tables: readonly Table[],
  options: ClusterOptions = {},
): CaseResult {
  const cluster = buildSurroundings(surroundings, options);
  const map = mapReach(cluster);
  const wrong: string[] = [];
  for (const table of tables) {
    const { protocol, port, rows, family = 0 } = table;
    const ends = endsOf(surroundings, family);
    for (const [i, row] of rows.entries()) {
      for (const [j, expected] of [...row].entries()) {
        if (expected === '?') continue;
        const [source, destination] = [ends[i]!, ends[j]!];
        const got = markOf(cluster, source.from, destination.to, protocol, port);
        const onMap = outcomeOnMap(map, source.from, destination.to, protocol, port);
        if (got === expected && (onMap ?? outcomeOf(expected)) === outcomeOf(expected)) continue;
        wrong.push(
          `${source.label} to ${destination.label} ${protocol} ${port}: expected ${expected}, got ${got}, on the map ${onMap}`,
        );
      }
    }
  }
  return resultOf(id, wrong);
}

/** Compares the outcome of every probe with what it expects, by verdict and by the map; the wrong ones make up the result's failure. */
export function checkProbes(id: string, surroundings: Surroundings, probes: readonly Probe[]): CaseResult {
  const cluster = buildSurroundings(surroundings, {});
  const map = mapReach(cluster);
  const wrong: string[] = [];
  for (const { from, to, protocol, port, expect } of probes) {
    const expected: Outcome = expect === true || expect === 'allow' ? 'allow' : 'deny';
    const { outcome } = decide(cluster, {
      source: endpointOf(from),
      destination: endpointOf(to),
      port,
      protocol,
      complete: true,
    });
    const onMap = outcomeOnMap(map, endpointOf(from), endpointOf(to), protocol, port);
    if (outcome !== expected || (onMap ?? expected) !== expected) {
      wrong.push(
        `${from} to ${to} ${protocol} ${port}: expected ${expected}, got ${outcome}, on the map ${onMap}`,
      );
    }
  }
  return resultOf(id, wrong);
}

/** A pod in the API's form. Each port has a container of its own: within one container no name may occur twice. */
function podObject(pod: FilePod): unknown {
  const { namespace, name, labels = {}, hostNetwork = false, node, ip, ips = [ip] } = pod;
  const ports = (pod.ports ?? []).map(({ port, ...rest }) => [{ ...rest, containerPort: port }]);
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { namespace, name, labels },
    spec: {
      hostNetwork,
      ...(node === undefined ? {} : { nodeName: node }),
      containers: (ports.length === 0 ? [[]] : ports).map((list, i) => ({
        name: `container-${i}`,
        image: 'server',
        ports: list,
      })),
    },
    status: { phase: 'Running', podIP: ip, podIPs: ips.map((address) => ({ ip: address })) },
  };
}

interface TableEnd {
  readonly label: string;
  readonly from: Endpoint;
  readonly to: Endpoint;
}

/** The ends of a table's rows and columns: pods, then addresses outside. The destination's address sets the packet's family. */
function endsOf({ pods, externals }: Surroundings, family: number): readonly TableEnd[] {
  return [
    ...pods.map(({ namespace, name, ips }): TableEnd => {
      const pod: Endpoint = { kind: 'pod', namespace, name };
      const address = family === 0 ? undefined : ips?.[family];
      const to: Endpoint = address === undefined ? pod : { kind: 'address', address };
      return { label: `${namespace}/${name}`, from: pod, to };
    }),
    ...(externals ?? []).map(({ ip, ips = [ip] }): TableEnd => {
      const address = ips[family] ?? ip;
      return { label: address, from: { kind: 'address', address }, to: { kind: 'address', address } };
    }),
  ];
}

function endpointOf(text: string): Endpoint {
  const [namespace, name] = text.split('/');
  return name === undefined
    ? { kind: 'address', address: text }
    : { kind: 'pod', namespace: namespace!, name };
}

/** The mark of a cell; `u` where a direction is unknown, which equals no expectation. */
function markOf(
  cluster: Cluster,
  source: Endpoint,
  destination: Endpoint,
  protocol: Protocol,
  port: number,
): string {
  const { steps } = decide(cluster, { source, destination, port, protocol, complete: true });
  const egress = steps.find((step) => step.layer === 'egress policy')?.outcome;
  const ingress = steps.find((step) => step.layer === 'ingress policy')?.outcome;
  if (!isKnown(egress) || !isKnown(ingress)) return 'u';
  if (egress === 'deny') return ingress === 'deny' ? 'x' : 'e';
  return ingress === 'deny' ? 'i' : '.';
}

function outcomeOf(mark: string): Outcome {
  return mark === '.' ? 'allow' : 'deny';
}

/** What the map of all pairs says; undefined for what is not on it: a pod and itself, two addresses outside, a pod by an address that is not its first. */
function outcomeOnMap(
  map: ReachMap,
  source: Endpoint,
  destination: Endpoint,
  protocol: Protocol,
  port: number,
): Outcome | undefined {
  const [from, to] = [endOnMap(map, source), endOnMap(map, destination)];
  const passages = from === undefined || to === undefined ? undefined : map.passages(from, to);
  if (passages === undefined) return undefined;
  const passage = passages.find(
    ({ protocol: own, ports }) =>
      own === protocol && ports.some(({ first, last }) => first <= port && port <= last),
  );
  return passage?.bytes ?? 'deny';
}

function endOnMap(map: ReachMap, endpoint: Endpoint): MapEnd | undefined {
  const address = endpoint.kind === 'address' ? parseAddress(endpoint.address) : undefined;
  if (endpoint.kind === 'address' && map.cluster.podsByAddress.has(endpoint.address)) return undefined;
  return map.ends.find((end) => {
    if (end.kind === 'outside')
      return address !== undefined && end.ranges.some((range) => rangeHolds(range, address));
    return (
      endpoint.kind === 'pod' &&
      end.pods.some(({ namespace, name }) => namespace === endpoint.namespace && name === endpoint.name)
    );
  });
}

function isKnown(outcome: Outcome | 'not applicable' | undefined): boolean {
  return outcome !== undefined && outcome !== 'unknown';
}

function resultOf(id: string, wrong: readonly string[]): CaseResult {
  if (wrong.length === 0) return { id };
  const rest = wrong.length > 12 ? [`… and ${wrong.length - 12} more`] : [];
  return { id, failure: [...wrong.slice(0, 12), ...rest].join('\n') };
}
