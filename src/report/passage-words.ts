import {
  countPorts,
  holdsPort,
  mergePortRanges,
  type Outcome,
  otherPorts,
  type PortRange,
  type Protocol,
  withoutPorts,
} from '../model/index.ts';
import type { HttpPassage, MapEnd, Passage } from '../reach/index.ts';
import { type DeclaredPorts, declaredPorts, describePorts, type PortShare, protocols } from './port-words.ts';
import { describeRequestSet } from './request-words.ts';

/** Ports on which the same comes through, and what. */
export interface PassageLine {
  /** `TCP 8080`, `all other ports`. */
  readonly ports: string;
  /** Empty: everything. Else `GET on /api/*`, `HTTP`, `not known`. */
  readonly requests: string;
  /** One of the ports, a declared one where there is one. */
  readonly example: ExamplePort;
}

export interface ExamplePort {
  readonly protocol: Protocol;
  readonly port: number;
}

/**
 * What comes through to a destination, in words: a line for each set of ports with the same conditions, those with declared ports first. Nothing for
 * passages without ports.
 */
export function describePassages(passages: readonly Passage[], destination: MapEnd): readonly PassageLine[] {
  const declared = declaredPorts(destination);
  const groups = groupPassages(passages);
  const ranked = groups.map((group, i) => ({ group, i, known: holdsDeclared(group.ports, declared) }));
  ranked.sort((a, b) => Number(b.known) - Number(a.known) || a.i - b.i);
  return ranked.map(({ group }) => ({
    ports: describePorts(sharePorts(group, groups), declared),
    requests: group.requests,
    example: examplePort(group.ports, declared)!,
  }));
}

/** The ports through which nothing comes: each that is declared, then all others. Empty where something may come through every port. */
export function describeClosed(
  passages: readonly Passage[],
  destination: MapEnd,
): readonly Omit<PassageLine, 'requests'>[] {
  const declared = declaredPorts(destination);
  const closed = new Map(
    protocols.map((protocol) => [
      protocol,
      otherPorts(passages.filter((passage) => passage.protocol === protocol).flatMap(({ ports }) => ports)),
    ]),
  );
  if (passages.length === 0) return [{ ports: 'all ports', example: examplePort(closed, declared)! }];
  const named = protocols.flatMap((protocol) =>
    [...(declared.get(protocol) ?? [])]
      .filter((port) => holdsPort(closed.get(protocol)!, port))
      .map((port) => ({ ports: `${protocol} ${port}`, example: { protocol, port } })),
  );
  const undeclared = new Map(
    protocols.map((protocol) => [
      protocol,
      withoutPorts(closed.get(protocol)!, declared.get(protocol) ?? new Set()),
    ]),
  );
  const other = examplePort(undeclared, declared);
  return other === undefined ? named : [...named, { ports: 'all other ports', example: other }];
}

function examplePort(
  ports: ReadonlyMap<Protocol, readonly PortRange[]>,
  declared: DeclaredPorts,
): ExamplePort | undefined {
  for (const protocol of protocols) {
    const ranges = ports.get(protocol) ?? [];
    const port = [...(declared.get(protocol) ?? [])].find((each) => holdsPort(ranges, each));
    if (port !== undefined) return { protocol, port };
  }
  for (const protocol of protocols) {
    const [range] = ports.get(protocol) ?? [];
    if (range !== undefined) return { protocol, port: range.first };
  }
  return undefined;
}

/** A line as one text: `TCP 8080: GET on /api/*`, `all ports`. */
export function formatPassageLine({ ports, requests }: Pick<PassageLine, 'ports' | 'requests'>): string {
  return requests === '' ? ports : `${ports}: ${requests}`;
}

/** All lines as one text; `nothing` where there is none. */
export function formatPassages(passages: readonly Passage[], destination: MapEnd): string {
  return describePassages(passages, destination).map(formatPassageLine).join('; ') || 'nothing';
}

/** What of the traffic to a passage's ports comes through; empty where all does. */
export function describeRequests({ bytes, http }: Pick<Passage, 'bytes' | 'http'>): string {
  if (http === undefined) return bytes === 'unknown' ? 'not known' : '';
  if (http.outcome === bytes) return bytes === 'unknown' ? 'not known' : '';
  return [describeHttp(http), bytesWords[bytes]].filter((words) => words !== '').join('; ');
}

const bytesWords: Readonly<Record<Outcome, string>> = {
  allow: 'bytes that are not HTTP',
  deny: '',
  unknown: 'bytes that are not HTTP: not known',
};

const httpWords: Readonly<Record<Outcome, string>> = {
  allow: 'HTTP',
  deny: '',
  unknown: 'HTTP: not known',
};

function describeHttp(http: HttpPassage): string {
  if (http.outcome !== 'depends') return httpWords[http.outcome];
  const passing = http.passing.length === 0 ? '' : describeRequestSet(http.passing);
  const unknown = http.unknown.length === 0 ? '' : `not known: ${describeRequestSet(http.unknown)}`;
  return [passing, unknown].filter((words) => words !== '').join('; ');
}

interface PassageGroup {
  readonly requests: string;
  readonly ports: ReadonlyMap<Protocol, readonly PortRange[]>;
}

/** Passages with the same conditions together, in the order in which they come. */
function groupPassages(passages: readonly Passage[]): readonly PassageGroup[] {
  const groups = new Map<string, Map<Protocol, readonly PortRange[]>>();
  for (const passage of passages) {
    const requests = describeRequests(passage);
    const ports = groups.get(requests) ?? new Map<Protocol, readonly PortRange[]>();
    ports.set(passage.protocol, mergePortRanges([...(ports.get(passage.protocol) ?? []), ...passage.ports]));
    groups.set(requests, ports);
  }
  return [...groups].map(([requests, ports]) => ({ requests, ports }));
}

/** A group that has more ports of a protocol than all others, which name what is left, is told as the rest. */
function sharePorts(group: PassageGroup, groups: readonly PassageGroup[]): ReadonlyMap<Protocol, PortShare> {
  const shares = new Map<Protocol, PortShare>();
  for (const protocol of protocols) {
    const ranges = group.ports.get(protocol) ?? [];
    const others = groups
      .filter((other) => other !== group)
      .flatMap(({ ports }) => ports.get(protocol) ?? []);
    const isRest = otherPorts([...ranges, ...others]).length === 0 && countPorts(ranges) > countPorts(others);
    shares.set(protocol, { ranges, isRest });
  }
  return shares;
}

function holdsDeclared(ports: ReadonlyMap<Protocol, readonly PortRange[]>, declared: DeclaredPorts): boolean {
  return protocols.some((protocol) =>
    [...(declared.get(protocol) ?? [])].some((port) => holdsPort(ports.get(protocol) ?? [], port)),
  );
}
