import type { Outcome, PortRange, Protocol } from '../model/index.ts';
import type { HttpPassage, Passage } from '../reach/index.ts';
import { cellKey } from './cell-key.ts';
import { compareHttp, type HttpDifference } from './compare-http.ts';
import type { Cell, ChangeKind, Effect, Traffic } from './types.ts';

/** How two lists of passages differ on some ports. */
export interface Difference {
  readonly kind: ChangeKind;
  readonly traffic: Traffic;
  readonly protocol: Protocol;
  /** Ascending, no two of them touch. */
  readonly ports: readonly PortRange[];
  readonly before: Cell;
  readonly after: Cell;
  /** undefined where bytes alone change. */
  readonly http: HttpDifference | undefined;
}

const protocols: readonly Protocol[] = ['TCP', 'UDP', 'SCTP'];

const deniedHttp: HttpPassage = { outcome: 'deny' };

/** What is denied for certain. */
const deniedCell: Cell = { bytes: 'deny', http: undefined };
const deniedTcp: Cell = { bytes: 'deny', http: deniedHttp };

/** Compares what comes through on every port; empty where it is the same. Ports on which the same changes are one difference. */
export function comparePassages(
  before: readonly Passage[],
  after: readonly Passage[],
): readonly Difference[] {
  if (before === after) return [];
  return protocols.flatMap((protocol) => compareProtocol(protocol, before, after));
}

/** Is any of it not known? */
export function hasUnknown(passages: readonly Cell[]): boolean {
  return passages.some(
    ({ bytes, http }) =>
      bytes === 'unknown' ||
      http?.outcome === 'unknown' ||
      (http?.outcome === 'depends' && http.unknown.length > 0),
  );
}

function compareProtocol(
  protocol: Protocol,
  before: readonly Passage[],
  after: readonly Passage[],
): readonly Difference[] {
  const left = stretchesOf(protocol, before);
  const right = stretchesOf(protocol, after);
  const denied = protocol === 'TCP' ? deniedTcp : deniedCell;
  const found = new Map<
    string,
    { readonly before: Cell; readonly after: Cell; readonly ports: PortRange[] }
  >();
  for (const { first, last, before: b = denied, after: a = denied } of cutPorts(left, right)) {
    const key = `${cellKey(b)} ${cellKey(a)}`;
    const known = found.get(key);
    const previous = known?.ports.at(-1);
    if (known === undefined) found.set(key, { before: b, after: a, ports: [{ first, last }] });
    else if (previous?.last === first - 1)
      known.ports[known.ports.length - 1] = { first: previous.first, last };
    else known.ports.push({ first, last });
  }
  return [...found.values()].flatMap((each) =>
    compareCells(each.before, each.after).map((difference) => ({ ...difference, protocol, ...each })),
  );
}

interface Stretch extends PortRange {
  readonly cell: Cell;
}

/** The ports of a protocol in ascending order, each stretch with what comes through there. */
function stretchesOf(protocol: Protocol, passages: readonly Passage[]): readonly Stretch[] {
  return passages
    .filter((passage) => passage.protocol === protocol)
    .flatMap((cell) => cell.ports.map(({ first, last }) => ({ first, last, cell })))
    .sort((a, b) => a.first - b.first);
}

interface CutStretch extends PortRange {
  readonly before: Cell | undefined;
  readonly after: Cell | undefined;
}

/** Cuts ports at every bound of either side; stretches that neither side has are left out. */
function cutPorts(left: readonly Stretch[], right: readonly Stretch[]): readonly CutStretch[] {
  const starts = new Set([...left, ...right].flatMap(({ first, last }) => [first, last + 1]));
  const bounds = [...starts].sort((a, b) => a - b);
  const cut: CutStretch[] = [];
  let i = 0;
  let j = 0;
  for (const [k, first] of bounds.entries()) {
    const next = bounds[k + 1];
    if (next === undefined) break;
    while (i < left.length && left[i]!.last < first) i++;
    while (j < right.length && right[j]!.last < first) j++;
    const before = holds(left[i], first) ? left[i]!.cell : undefined;
    const after = holds(right[j], first) ? right[j]!.cell : undefined;
    if (before !== undefined || after !== undefined) cut.push({ first, last: next - 1, before, after });
  }
  return cut;
}

function holds(stretch: Stretch | undefined, port: number): boolean {
  return stretch !== undefined && stretch.first <= port && port <= stretch.last;
}

type CellDifference = Pick<Difference, 'kind' | 'traffic' | 'http'>;

function compareCells(before: Cell, after: Cell): readonly CellDifference[] {
  const bytes = outcomeChange(before.bytes, after.bytes);
  const http =
    before.http === undefined && after.http === undefined
      ? undefined
      : compareHttp(before.http ?? deniedHttp, after.http ?? deniedHttp);
  if (bytes !== undefined && http !== undefined && isAlike(before) && isAlike(after)) {
    return [{ kind: bytes, traffic: 'any', http }];
  }
  return [
    ...(http === undefined ? [] : [{ kind: http.kind, traffic: 'http' as const, http }]),
    ...(bytes === undefined ? [] : [{ kind: bytes, traffic: 'bytes' as const, http: undefined }]),
  ];
}

/** Does HTTP fare as other bytes do? */
function isAlike({ bytes, http }: Cell): boolean {
  return http?.outcome === bytes;
}

function outcomeChange(before: Outcome, after: Outcome): Effect | undefined {
  if (before === after) return undefined;
  if (after === 'unknown') return 'now unknown';
  if (before === 'unknown') return 'no longer unknown';
  return after === 'allow' ? 'newly allowed' : 'newly denied';
}
