import type { Change, ChangeKind, PairGroup, Witness } from '../diff/index.ts';
import { holdsEveryPort, holdsPort, mergePortRanges, type PortRange, type Protocol } from '../model/index.ts';
import { describeRequests } from './passage-words.ts';
import { declaredPorts, describePorts, type PortShare, protocols } from './port-words.ts';

/** Changes of a group that are told in one line: of one kind, with the same conditions. */
export interface ChangeLine {
  readonly kind: ChangeKind;
  /** `TCP 5432`, `all ports`. */
  readonly ports: string;
  /** What of the traffic changes; empty: all of it. `before` and `after` where conditions do. */
  readonly traffic: string;
  readonly conditions: { readonly before: string; readonly after: string } | undefined;
  /** On a declared port, if one changes. */
  readonly witnesses: readonly Witness[];
}

/** What is told of the traffic of a change. */
export type TrafficWords = Pick<ChangeLine, 'traffic' | 'conditions'>;

/** The changes of a group in lines, those on declared ports first. `wordsOf`: other words for what changes than what comes through before and after. */
export function changeLines(
  group: PairGroup,
  wordsOf: (change: Change) => TrafficWords = describeTraffic,
): readonly ChangeLine[] {
  const declared = declaredPorts(group.destinations[0]!.after);
  const isDeclared = (change: Change): boolean => holdsDeclared(change, declared.get(change.protocol));
  const alike = Map.groupBy(group.changes, (change) => JSON.stringify([change.kind, wordsOf(change)]));
  return [...alike.values()]
    .toSorted((a, b) => Number(b.some(isDeclared)) - Number(a.some(isDeclared)))
    .map((changes) => {
      const [first] = changes as [Change, ...Change[]];
      return {
        kind: first.kind,
        ports: describePorts(portsOf(changes), declared),
        ...wordsOf(first),
        witnesses: (changes.find(isDeclared) ?? first).witnesses,
      };
    });
}

/** What changes, in one line: `TCP 5432`, `TCP 8080, GET on /api/*`. */
export function whatChanges({ ports, traffic }: ChangeLine): string {
  return [ports, traffic].filter((part) => part !== '').join(', ');
}

function describeTraffic({ kind, traffic, protocol, before, after }: Change): TrafficWords {
  if (traffic === 'any' || protocol !== 'TCP') return { traffic: '', conditions: undefined };
  if (traffic === 'bytes') return { traffic: 'bytes that are not HTTP', conditions: undefined };
  const [left, right] = [before, after].map(
    ({ http }) => describeRequests({ bytes: 'deny', http }) || 'nothing',
  );
  if (kind === 'newly allowed') return { traffic: right!, conditions: undefined };
  if (kind === 'newly denied') return { traffic: left!, conditions: undefined };
  return { traffic: 'HTTP', conditions: { before: left!, after: right! } };
}

function portsOf(changes: readonly Change[]): ReadonlyMap<Protocol, PortShare> {
  return new Map(
    protocols.flatMap((protocol) => {
      const own = changes.filter((change) => change.protocol === protocol);
      const ranges = mergePortRanges(own.flatMap(({ ports }) => ports));
      return ranges.length === 0 ? [] : [[protocol, { ranges, isRest: holdsEveryPort(ranges) }] as const];
    }),
  );
}

function holdsDeclared(
  { ports }: { readonly ports: readonly PortRange[] },
  declared: ReadonlySet<number> = new Set(),
): boolean {
  return [...declared].some((port) => holdsPort(ports, port));
}
