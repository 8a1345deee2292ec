import { type Change, diffMaps, type MapDiff, type MatchedEnd, type PairGroup } from '../../diff/index.ts';
import { type Outcome, parseAddress, type Request, rangeHolds } from '../../model/index.ts';
import type { ReachMap } from '../../reach/index.ts';
import { decide, type End, resolveEnd } from '../../verdict/index.ts';
import { targetsOf } from './denial.ts';
import type { Fix } from './types.ts';

/** What a fix does beside what it is for. */
export type Effects = Pick<Fix, 'newlyAllowed' | 'asked' | 'newlyDenied' | 'furtherPairs'> & {
  readonly pairs: number;
  readonly ports: number;
  readonly portsElsewhere: number;
  readonly http: number;
  readonly diff: MapDiff;
};

/** Compares who may talk to whom before and after. */
export function effectsOf(before: ReachMap, after: ReachMap, request: Request): Effects {
  const diff = diffMaps(before, after);
  const source = resolveEnd(before.cluster, request.source);
  const targets = targetsOf(before.cluster, request);
  const from = diff.ends.find((end) => holdsEnd(end, source));
  const to = new Set(diff.ends.filter((end) => targets.some((target) => holdsEnd(end, target.end))));
  const opened = diff.groups.flatMap((group) => only(group, isWider));
  const closed = diff.groups.flatMap((group) => only(group, isNarrower));
  const others = opened.flatMap((group) => withoutPair(group, from, to));
  const asked = opened.filter((group) => holdsPair(group, from, to)).flatMap(({ changes }) => changes);
  const furtherPairs = diff.further.reduce((sum, { pairs }) => sum + pairs, 0);
  return {
    newlyAllowed: others,
    asked,
    newlyDenied: closed,
    furtherPairs,
    pairs: others.reduce((sum, { pairs }) => sum + pairs, furtherPairs),
    ports: countPorts(
      asked,
      request,
      targets.map(({ port }) => port),
    ),
    portsElsewhere: others.reduce((sum, { pairs, changes }) => sum + pairs * sizeOf(changes), 0),
    http: leftOpen(before, after, request),
    diff,
  };
}

function holdsEnd(end: MatchedEnd, { pod, addresses }: End): boolean {
  if (end.kind === 'workload')
    return pod !== undefined && end.pods.some(({ after }) => after.key === pod.key);
  if (pod !== undefined) return false;
  const address = parseAddress(addresses[0] ?? '');
  return address !== undefined && end.ranges.some((range) => rangeHolds(range, address));
}

/** A group with those of its changes that a test takes. */
function only(group: PairGroup, test: (change: Change) => boolean): readonly PairGroup[] {
  const changes = group.changes.filter(test);
  return changes.length === 0 ? [] : [{ ...group, changes }];
}

const ranks: readonly Outcome[] = ['deny', 'unknown', 'allow'];

function isWider({ witnesses }: Change): boolean {
  return witnesses.length === 0 || witnesses.some((each) => step(each) > 0);
}

function isNarrower({ witnesses }: Change): boolean {
  return witnesses.some((each) => step(each) < 0);
}

function step({ before, after }: Change['witnesses'][number]): number {
  return ranks.indexOf(after.verdict.outcome) - ranks.indexOf(before.verdict.outcome);
}

function holdsPair(group: PairGroup, from: MatchedEnd | undefined, to: ReadonlySet<MatchedEnd>): boolean {
  if (from === undefined || !group.sources.includes(from)) return false;
  if (group.scope === 'within') return to.has(from);
  return group.destinations.some((end) => end !== from && to.has(end));
}

/** The pairs of a group but for that of the request. */
function withoutPair(
  group: PairGroup,
  from: MatchedEnd | undefined,
  to: ReadonlySet<MatchedEnd>,
): readonly PairGroup[] {
  if (from === undefined || !holdsPair(group, from, to)) return [group];
  if (group.scope === 'within') {
    const rest = group.destinations.filter((end) => end !== from);
    return rest.length === 0 ? [] : [{ ...group, sources: rest, destinations: rest, pairs: rest.length }];
  }
  const parts = [
    { sources: group.sources.filter((end) => end !== from), destinations: group.destinations },
    { sources: [from], destinations: group.destinations.filter((end) => !to.has(end)) },
  ];
  return parts
    .map((part) => ({ ...group, ...part, pairs: countPairs(part.sources, part.destinations) }))
    .filter(({ pairs }) => pairs > 0);
}

function countPairs(sources: readonly MatchedEnd[], destinations: readonly MatchedEnd[]): number {
  const same = destinations.filter((end) => sources.includes(end)).length;
  return sources.length * destinations.length - same;
}

function sizeOf(changes: readonly Change[]): number {
  return changes.flatMap(({ ports }) => ports).reduce((sum, { first, last }) => sum + last - first + 1, 0);
}

/** Ports that are opened between the ends of the request beside its own. */
function countPorts(asked: readonly Change[], request: Request, own: readonly number[]): number {
  const all = new Map<string, number>();
  for (const { protocol, ports } of asked) {
    for (const { first, last } of ports) {
      const size = last - first + 1;
      const isOwn = protocol === request.protocol && own.some((port) => first <= port && port <= last);
      all.set(`${protocol} ${first}-${last}`, size - (isOwn ? 1 : 0));
    }
  }
  return [...all.values()].reduce((sum, size) => sum + size, 0);
}

/** How many of method and path make no difference any more that made one: asked with another one each. */
function leftOpen(before: ReachMap, after: ReachMap, request: Request): number {
  const { http } = request;
  if (http === undefined) return 0;
  const { method = 'GET', path = '/' } = http;
  const others = [
    { ...http, method: method === 'DELETE' ? 'PATCH' : 'DELETE' },
    { ...http, path: `${path.replace(/[?#].*$/s, '').replace(/\/$/, '')}/portcullis-elsewhere` },
  ];
  return others.filter((other) => {
    const asked = { ...request, http: other };
    return (
      decide(after.cluster, asked).outcome === 'allow' && decide(before.cluster, asked).outcome !== 'allow'
    );
  }).length;
}
