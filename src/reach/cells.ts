import type { Outcome, PortRange, Protocol } from '../model/index.ts';
import { agreement, bothDoubts, type Doubt, denied } from './flow.ts';
import { passageOfSets } from './passages.ts';
import {
  allRequests,
  differenceOf,
  intersectionOf,
  noRequests,
  type RequestSet,
  type Universe,
  unionOf,
} from './requests/index.ts';
import type { HttpPassage } from './types.ts';

/** What comes from one end to another through some ports. With a doubt, a verdict has to say. */
export interface Cell {
  readonly protocol: Protocol;
  readonly ports: readonly PortRange[];
  readonly bytes: Outcome;
  readonly http: HttpPassage;
  readonly doubt: Doubt | undefined;
}

/**
 * What is certain of several possible cases (addresses that an end may have), each with its cells: what all of them let through passes, what only some of them do
 * is not known.
 */
export function combineCells(cases: readonly (readonly Cell[])[]): readonly Cell[] {
  return (['TCP', 'UDP', 'SCTP'] as const).flatMap((protocol) => combineProtocol(protocol, cases));
}

function combineProtocol(protocol: Protocol, cases: readonly (readonly Cell[])[]): readonly Cell[] {
  const own = cases.map((cells) => cells.filter((cell) => cell.protocol === protocol));
  const bounds = own.flatMap((cells) =>
    cells.flatMap(({ ports }) => ports.flatMap(({ first, last }) => [first, last + 1])),
  );
  const starts = [...new Set(bounds)].sort((a, b) => a - b);
  const found: Cell[] = [];
  for (const [i, first] of starts.entries()) {
    const next = starts[i + 1];
    if (next === undefined) break;
    const there = own.map((cells) =>
      cells.find(({ ports }) => ports.some((range) => range.first <= first && first <= range.last)),
    );
    const cell = combine(protocol, { first, last: next - 1 }, there);
    if (cell !== undefined) found.push(cell);
  }
  return found;
}

function combine(
  protocol: Protocol,
  range: PortRange,
  there: readonly (Cell | undefined)[],
): Cell | undefined {
  if (there.every((cell) => cell === undefined)) return undefined;
  const bytes = agreement(there.map((cell) => cell?.bytes ?? 'deny'));
  const http = there.map((cell) => cell?.http ?? denied).reduce(agreeOnHttp);
  const doubt = there.map((cell) => cell?.doubt).reduce(bothDoubts);
  if (doubt === undefined && bytes === 'deny' && http.outcome === 'deny') return undefined;
  return { protocol, ports: [range], bytes, http, doubt };
}

/** Requests that pass in both cases pass; those that pass in neither do not. */
function agreeOnHttp(a: HttpPassage, b: HttpPassage): HttpPassage {
  if (a === b || (a.outcome === b.outcome && a.outcome !== 'depends')) return a;
  const universe = universeOf(a) ?? universeOf(b);
  if (universe === undefined) return { outcome: 'unknown' };
  const passing = intersectionOf(passingOf(a), passingOf(b));
  const may = unionOf(unionOf(passingOf(a), unknownOf(a)), unionOf(passingOf(b), unknownOf(b)));
  return passageOfSets(passing, differenceOf(may, passing), universe);
}

/** The requests that pass for certain. */
function passingOf(passage: HttpPassage): RequestSet {
  if (passage.outcome === 'depends') return passage.passing;
  return passage.outcome === 'allow' ? allRequests : noRequests;
}

/** The requests of which it is not known whether they pass. */
function unknownOf(passage: HttpPassage): RequestSet {
  if (passage.outcome === 'depends') return passage.unknown;
  return passage.outcome === 'unknown' ? allRequests : noRequests;
}

function universeOf(passage: HttpPassage): Universe | undefined {
  return passage.outcome === 'depends' ? passage.universe : undefined;
}
