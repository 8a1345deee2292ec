import type { KindedObject } from '../model/index.ts';
import type { Difference } from './compare-passages.ts';
import type { MatchedEnd } from './match-ends.ts';
import { idOf } from './object-id.ts';
import { countPairs, keyOfEnds } from './pair-sets.ts';
import { reasonsOf, turnsOnEgress } from './reasons.ts';
import type { Pair } from './requests.ts';
import type { Change, ChangeKind, FurtherPairs, ObjectChange, PairGroup } from './types.ts';
import { type Clusters, proveChange } from './witness.ts';

/** Pairs for which the maps differ alike: from each source to each destination but itself; `within`: from one pod of an end to another. */
export interface Finding {
  readonly scope: 'between' | 'within';
  readonly sources: readonly MatchedEnd[];
  readonly destinations: readonly MatchedEnd[];
  /** One object for equal lists. */
  readonly differences: readonly Difference[];
}

/** Of more findings than nobody reads the most serious ones are proved, and the others counted. */
const mostFindings = 500;

/** Findings are taken apart by the namespace of the senders until so many parts have been asked about. */
const mostParts = 500;

export interface Grouped {
  readonly groups: readonly PairGroup[];
  readonly further: readonly FurtherPairs[];
  /** Pairs of both. */
  readonly pairs: number;
}

/** Asks both sides about one pair of each finding, and puts together what changes alike for the same reasons. */
export function groupFindings(
  clusters: Clusters,
  findings: readonly Finding[],
  objects: readonly ObjectChange[],
): Grouped {
  const changed = new Set(objects.flatMap(({ before, after }) => [before ?? [], after ?? []].flat()));
  const context: Context = { clusters, changed };
  const all = findings.length > mostFindings ? joinByNamespace(findings).sort(compareFindings) : findings;
  let asked = 0;
  const proved = all.slice(0, mostFindings).flatMap((finding) => {
    const parts = proveParts(context, finding, mostParts - asked);
    if (parts.length > 1) asked += parts.length;
    return parts;
  });
  const merged = Map.groupBy(proved, ({ finding, reasons }) => {
    const ends = finding.scope === 'within' ? 'within' : keyOfEnds(finding.sources);
    return `${idOf(finding.differences)} ${ends} ${reasons}`;
  });
  const groups = [...merged.values()].map(groupOf).sort(compareGroups);
  const rest = all.slice(mostFindings);
  const pairs = groups.reduce((sum, group) => sum + group.pairs, 0) + countAll(rest);
  return { groups, further: countFurther(rest), pairs };
}

/** Findings about destinations of one namespace that differ in nothing else, as one. */
function joinByNamespace(findings: readonly Finding[]): Finding[] {
  const alike = Map.groupBy(findings, ({ scope, sources, destinations: [first], differences }) => {
    const namespace = first?.kind === 'workload' ? first.namespace : '';
    return `${scope} ${namespace} ${idOf(differences)} ${scope === 'within' ? '' : keyOfEnds(sources)}`;
  });
  return [...alike.values()].map((own) => {
    const destinations = own.flatMap((each) => each.destinations);
    return { ...own[0]!, destinations, ...(own[0]!.scope === 'within' && { sources: destinations }) };
  });
}

function countFurther(findings: readonly Finding[]): readonly FurtherPairs[] {
  return ranks.flatMap((kind) => {
    const own = findings.filter(({ differences }) => differences.some((each) => each.kind === kind));
    const pairs = countAll(own);
    return pairs === 0 ? [] : [{ kind, pairs }];
  });
}

function countAll(findings: readonly Finding[]): number {
  return findings.reduce(
    (sum, { scope, sources, destinations }) => sum + countPairs(scope, sources, destinations),
    0,
  );
}

interface Proved {
  readonly finding: Finding;
  readonly changes: readonly Change[];
  /** Equal texts for equal reasons. */
  readonly reasons: string;
}

interface Context {
  readonly clusters: Clusters;
  /** Objects that are not the same on both sides. */
  readonly changed: ReadonlySet<KindedObject>;
}

/** Where a policy of the sender decides, senders of other namespaces may have other reasons: each namespace is asked. */
function proveParts(context: Context, finding: Finding, most: number): readonly Proved[] {
  const whole = prove(context, finding);
  if (whole === undefined) return [];
  if (finding.scope === 'within' || !whole.changes.some(turnsOnEgress)) return [whole];
  const byNamespace = Map.groupBy(finding.sources, (end) => (end.kind === 'workload' ? end.namespace : ''));
  if (byNamespace.size === 1 || byNamespace.size > most) return [whole];
  const parts = [...byNamespace.values()].flatMap((sources) => prove(context, { ...finding, sources }) ?? []);
  return [...Map.groupBy(parts, ({ reasons }) => reasons).values()].map((own) => {
    const sources = own.flatMap((part) => part.finding.sources);
    return { ...own[0]!, finding: { ...finding, sources } };
  });
}

function prove({ clusters, changed }: Context, finding: Finding): Proved | undefined {
  const pair = pairOf(finding);
  if (pair === undefined) return undefined;
  const changes = finding.differences.flatMap((difference) => proveChange(clusters, pair, difference) ?? []);
  if (changes.length === 0) return undefined;
  return { finding, changes, reasons: changes.map((change) => reasonsOf(change, changed)).join('\n') };
}

/** The first source and destination that are two; undefined where there are none. */
function pairOf({ scope, sources, destinations }: Finding): Pair | undefined {
  for (const destination of destinations) {
    const source = scope === 'within' ? destination : sources.find((end) => end !== destination);
    if (source !== undefined) return { scope, source, destination };
  }
  return undefined;
}

function groupOf(alike: readonly Proved[]): PairGroup {
  const [{ finding, changes }] = alike as readonly [Proved, ...Proved[]];
  const destinations = alike.flatMap((each) => each.finding.destinations);
  const { scope } = finding;
  const [only, second] = destinations;
  const sources =
    scope === 'within'
      ? destinations
      : second === undefined
        ? finding.sources.filter((end) => end !== only)
        : finding.sources;
  return { scope, sources, destinations, pairs: countPairs(scope, sources, destinations), changes };
}

/** The most serious first. */
const ranks: readonly ChangeKind[] = [
  'newly allowed',
  'conditions',
  'now unknown',
  'undecided',
  'newly denied',
  'no longer unknown',
];

function rankOf(changes: readonly { readonly kind: ChangeKind }[]): number {
  return Math.min(...changes.map(({ kind }) => ranks.indexOf(kind)));
}

function compareFindings(a: Finding, b: Finding): number {
  const size = (each: Finding): number => countPairs(each.scope, each.sources, each.destinations);
  return rankOf(a.differences) - rankOf(b.differences) || size(b) - size(a) || compareLabels(a, b);
}

function compareGroups(a: PairGroup, b: PairGroup): number {
  return rankOf(a.changes) - rankOf(b.changes) || compareLabels(a, b);
}

type Ends = Pick<PairGroup, 'sources' | 'destinations'>;

function compareLabels(a: Ends, b: Ends): number {
  const label = ({ sources, destinations }: Ends): string =>
    `${destinations[0]!.label}\n${sources[0]!.label}`;
  const [left, right] = [label(a), label(b)];
  return left < right ? -1 : left > right ? 1 : a.sources.length - b.sources.length;
}
