import type { Protocol } from '../model/index.ts';
import type { MapEnd, PortRange } from '../reach/index.ts';
import { count, listWords } from './lines.ts';

/** In the order in which they are named. */
export const protocols: readonly Protocol[] = ['TCP', 'UDP', 'SCTP'];

/** Ports that containers or Services name, by protocol. */
export type DeclaredPorts = ReadonlyMap<Protocol, ReadonlySet<number>>;

/** What is said of one protocol's ports: the ranges, or all, or all that others do not name. */
export type PortList = readonly PortRange[] | 'all' | 'all other';

const lastPort = 65535;

/** Of ports that nobody declares so many ranges are written out. */
const mostUndeclared = 4;

/** A list that leaves out no more ranges than this, and not half of the ports, is told by what it leaves out. */
const mostHoles = 4;

const knownPorts = new WeakMap<MapEnd, DeclaredPorts>();

/** The ports that the containers of an end declare, and those that Services lead to; none for addresses outside. */
export function declaredPorts(end: MapEnd): DeclaredPorts {
  const known = knownPorts.get(end);
  if (known !== undefined) return known;
  const ports = new Map<Protocol, Set<number>>(protocols.map((protocol) => [protocol, new Set<number>()]));
  for (const pod of end.kind === 'workload' ? end.pods : []) {
    for (const { protocol, containerPort } of pod.ports) ports.get(protocol)?.add(containerPort);
    for (const { spec } of pod.services) {
      for (const { protocol, port, targetPort = port } of spec.ports) {
        if (typeof targetPort === 'number') ports.get(protocol)?.add(targetPort);
      }
    }
  }
  knownPorts.set(end, ports);
  return ports;
}

/** How many ports the ranges hold. */
export function countPorts(ranges: readonly PortRange[]): number {
  return ranges.reduce((sum, { first, last }) => sum + last - first + 1, 0);
}

/** True where the ranges hold every port. */
export function holdsEveryPort(ranges: readonly PortRange[]): boolean {
  return countPorts(ranges) >= lastPort;
}

/** True where one of the ranges holds the port. */
export function holdsPort(ranges: readonly PortRange[], port: number): boolean {
  return ranges.some(({ first, last }) => first <= port && port <= last);
}

/** The union of lists of ranges, ascending; ranges that touch become one. */
export function mergeRanges(ranges: readonly PortRange[]): readonly PortRange[] {
  const merged: { first: number; last: number }[] = [];
  for (const { first, last } of [...ranges].sort((a, b) => a.first - b.first)) {
    const before = merged.at(-1);
    if (before !== undefined && first <= before.last + 1) before.last = Math.max(before.last, last);
    else merged.push({ first, last });
  }
  return merged;
}

/** The ports that none of the ranges holds. */
export function otherPorts(ranges: readonly PortRange[]): readonly PortRange[] {
  const others: PortRange[] = [];
  let next = 1;
  for (const { first, last } of mergeRanges(ranges)) {
    if (first > next) others.push({ first: next, last: first - 1 });
    next = last + 1;
  }
  if (next <= lastPort) others.push({ first: next, last: lastPort });
  return others;
}

/** `80`, or `8000-8100`. */
export function formatRange({ first, last }: PortRange): string {
  return first === last ? `${first}` : `${first}-${last}`;
}

/** Ports of several protocols in words: `TCP 80 and 443, UDP 53`, `all ports`, `all other TCP ports`. Ranges with declared ports come first; many without are counted. */
export function describePorts(lists: ReadonlyMap<Protocol, PortList>, declared: DeclaredPorts): string {
  const values = protocols.map((protocol) => lists.get(protocol) ?? []);
  if (values.every((list) => list === 'all')) return 'all ports';
  if (values.every((list) => list === 'all' || list === 'all other')) return 'all other ports';
  const words = protocols.flatMap((protocol) => {
    const list = lists.get(protocol) ?? [];
    if (typeof list === 'string') return [`${list} ${protocol} ports`];
    return list.length === 0 ? [] : [describeList(protocol, list, declared.get(protocol) ?? new Set())];
  });
  return words.join(', ');
}

function describeList(
  protocol: Protocol,
  ranges: readonly PortRange[],
  declared: ReadonlySet<number>,
): string {
  const missing = otherPorts(ranges);
  if (missing.length <= mostHoles && countPorts(ranges) > lastPort / 2) {
    return `all ${protocol} ports but ${listWords(missing.map(formatRange))}`;
  }
  const isKnown = ({ first, last }: PortRange): boolean =>
    [...declared].some((port) => first <= port && port <= last);
  const rest = ranges.filter((range) => !isKnown(range));
  const shown = rest.length > mostUndeclared ? [] : rest;
  const words = [...ranges.filter(isKnown), ...shown].map(formatRange);
  const left = rest.length - shown.length === 0 ? 0 : countPorts(rest);
  if (words.length === 0) return count(left, `${protocol} port`);
  return `${protocol} ${listWords([...words, ...(left > 0 ? [count(left, 'other port')] : [])])}`;
}

/** The ranges less some ports. */
export function withoutPorts(ranges: readonly PortRange[], ports: Iterable<number>): readonly PortRange[] {
  const sorted = [...ports].sort((a, b) => a - b);
  const rest: PortRange[] = [];
  for (const { first, last } of ranges) {
    let next = first;
    for (const port of sorted) {
      if (port < next || port > last) continue;
      if (port > next) rest.push({ first: next, last: port - 1 });
      next = port + 1;
    }
    if (next <= last) rest.push({ first: next, last });
  }
  return rest;
}
