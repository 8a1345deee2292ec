import {
  count,
  countPorts,
  holdsEveryPort,
  holdsPort,
  listWords,
  otherPorts,
  type PortRange,
  type Protocol,
} from '../model/index.ts';
import type { MapEnd } from '../reach/index.ts';

/** In the order in which they are named. */
export const protocols: readonly Protocol[] = ['TCP', 'UDP', 'SCTP'];

/** Ports that containers or Services name, by protocol. */
export type DeclaredPorts = ReadonlyMap<Protocol, ReadonlySet<number>>;

/** Ports of one protocol. `isRest`: every port that is not among them is named elsewhere. */
export interface PortShare {
  readonly ranges: readonly PortRange[];
  readonly isRest: boolean;
}

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

/** `80`, or `8000-8100`. */
export function formatRange({ first, last }: PortRange): string {
  return first === last ? `${first}` : `${first}-${last}`;
}

/**
 * Ports of several protocols in words: `TCP 80 and 443, UDP 53`, `all ports`, `TCP 8080 and all other ports`. Ranges with declared ports come first; many without
 * are counted.
 */
export function describePorts(shares: ReadonlyMap<Protocol, PortShare>, declared: DeclaredPorts): string {
  const whole = protocols.filter((protocol) => shares.get(protocol)?.isRest === true);
  const other = whole.filter((protocol) => !holdsEveryPort(shares.get(protocol)!.ranges));
  const named = other.flatMap((protocol) => {
    const { ranges } = shares.get(protocol)!;
    const known = [...(declared.get(protocol) ?? [])].filter((port) => holdsPort(ranges, port));
    return known.length === 0 ? [] : [`${protocol} ${listWords(known.sort((a, b) => a - b).map(String))}`];
  });
  const listed = protocols.flatMap((protocol) => {
    const ranges = whole.includes(protocol) ? [] : (shares.get(protocol)?.ranges ?? []);
    return ranges.length === 0 ? [] : [describeList(protocol, ranges, declared.get(protocol) ?? new Set())];
  });
  const rest = wholeWords(whole, other);
  const front = [...named, ...listed].join(', ');
  if (front === '' || rest === '') return `${front}${rest}`;
  return `${front}${listed.length === 0 ? ' and ' : ', '}${rest}`;
}

/** Protocols of which every port, or every port that is not named elsewhere, is meant. */
function wholeWords(whole: readonly Protocol[], other: readonly Protocol[]): string {
  if (whole.length === protocols.length) return other.length === 0 ? 'all ports' : 'all other ports';
  const all = whole.filter((protocol) => !other.includes(protocol));
  return [
    ...(other.length === 0 ? [] : [`all other ${listWords(other)} ports`]),
    ...(all.length === 0 ? [] : [`all ${listWords(all)} ports`]),
  ].join(', ');
}

function describeList(
  protocol: Protocol,
  ranges: readonly PortRange[],
  declared: ReadonlySet<number>,
): string {
  const missing = otherPorts(ranges);
  if (missing.length <= mostHoles && countPorts(ranges) > countPorts(missing)) {
    return `all ${protocol} ports but ${listWords(missing.map(formatRange))}`;
  }
  const isKnown = (range: PortRange): boolean => [...declared].some((port) => holdsPort([range], port));
  const rest = ranges.filter((range) => !isKnown(range));
  const shown = rest.length > mostUndeclared ? [] : rest;
  const words = [...ranges.filter(isKnown), ...shown].map(formatRange);
  const left = rest.length - shown.length === 0 ? 0 : countPorts(rest);
  if (words.length === 0) return count(left, `${protocol} port`);
  return `${protocol} ${listWords([...words, ...(left > 0 ? [count(left, 'other port')] : [])])}`;
}
