import type { KindedObject, Reason } from '../model/index.ts';
import type { Difference } from './compare-passages.ts';
import type { MatchedEnd } from './match-ends.ts';
import type { Change, ChangeKind, ObjectChange, PairGroup } from './types.ts';
import { type Clusters, proveChange } from './witness.ts';

/** Pairs for which the maps differ alike. `within`: each end with itself. */
export interface Finding {
  readonly scope: 'between' | 'within';
  readonly sources: readonly MatchedEnd[];
  readonly destinations: readonly MatchedEnd[];
  /** One object for equal lists. */
  readonly differences: readonly Difference[];
}

/** Asks both sides about one pair of each finding, and puts together what changes alike for the same reasons. */
export function groupFindings(
  clusters: Clusters,
  findings: readonly Finding[],
  objects: readonly ObjectChange[],
): readonly PairGroup[] {
  const changed = new Set(objects.flatMap(({ before, after }) => [before ?? [], after ?? []].flat()));
  const context: Context = { clusters, changed };
  const proved = findings.flatMap((finding) => proveFinding(context, finding));
  const merged = new Map<string, Proved[]>();
  for (const each of proved) {
    const { finding } = each;
    const ends = finding.scope === 'within' ? 'within' : keyOfEnds(finding.sources);
    const key = `${idOf(finding.differences)} ${ends} ${each.reasons}`;
    const same = merged.get(key);
    if (same === undefined) merged.set(key, [each]);
    else same.push(each);
  }
  return [...merged.values()].map(groupOf).sort(compareGroups);
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
function proveFinding(context: Context, finding: Finding): readonly Proved[] {
  const all = prove(context, finding);
  if (finding.scope === 'within' || all === undefined || !all.changes.some(turnsOnEgress))
    return all === undefined ? [] : [all];
  const byNamespace = Map.groupBy(finding.sources, (end) => (end.kind === 'workload' ? end.namespace : ''));
  if (byNamespace.size === 1) return [all];
  return [...byNamespace.values()].flatMap((sources) => prove(context, { ...finding, sources }) ?? []);
}

function prove({ clusters, changed }: Context, finding: Finding): Proved | undefined {
  const pair = pairOf(finding);
  if (pair === undefined) return undefined;
  const changes = finding.differences.flatMap((difference) => proveChange(clusters, pair, difference) ?? []);
  if (changes.length === 0) return undefined;
  return { finding, changes, reasons: changes.map((change) => reasonsOf(change, changed)).join('\n') };
}

/** The first source and destination that are two; undefined where there are none. */
function pairOf({ scope, sources, destinations }: Finding) {
  const [destination] = destinations;
  if (destination === undefined) return undefined;
  if (scope === 'within') return { scope, source: destination, destination };
  const source = sources.find((end) => end !== destination);
  if (source !== undefined) return { scope, source, destination };
  const other = destinations.find((end) => end !== sources[0]);
  return other === undefined || sources[0] === undefined
    ? undefined
    : { scope, source: sources[0], destination: other };
}

function groupOf(alike: readonly Proved[]): PairGroup {
  const [{ finding, changes }] = alike as readonly [Proved, ...Proved[]];
  const destinations = alike.flatMap((each) => each.finding.destinations);
  const { scope } = finding;
  const sources = scope === 'within' ? destinations : finding.sources;
  return { scope, sources, destinations, pairs: countPairs(scope, sources, destinations), changes };
}

/** How many pairs a group has: no end is paired with itself, and no two addresses outside are. */
export function countPairs(
  scope: PairGroup['scope'],
  sources: readonly MatchedEnd[],
  destinations: readonly MatchedEnd[],
): number {
  if (scope === 'within') return destinations.length;
  const own = new Set(sources);
  const same = destinations.filter((end) => own.has(end)).length;
  return sources.length * destinations.length - same;
}

const ranks: readonly ChangeKind[] = [
  'newly allowed',
  'conditions',
  'now unknown',
  'undecided',
  'newly denied',
  'no longer unknown',
];

function compareGroups(a: PairGroup, b: PairGroup): number {
  const rank = (group: PairGroup): number =>
    Math.min(...group.changes.map(({ kind }) => ranks.indexOf(kind)));
  const label = ({ sources, destinations }: PairGroup): string =>
    `${destinations[0]!.label}\n${sources[0]!.label}\n${destinations.length} ${sources.length}`;
  return rank(a) - rank(b) || (label(a) < label(b) ? -1 : 1);
}

function turnsOnEgress({ witnesses }: Change): boolean {
  return witnesses.some(({ turns }) =>
    turns.some(({ before, after }) => (before ?? after)!.layer === 'egress policy'),
  );
}

/** Of the objects that decide, those that changed are the reason; where none of them did, all are. */
function reasonsOf({ kind, witnesses }: Change, changed: ReadonlySet<KindedObject>): string {
  const turns = witnesses.flatMap(({ effect, turns: own }) =>
    own.map(({ before, after }) => {
      const told = [before, after].flatMap((step) => (step === undefined ? [] : objectsIn(step.because)));
      const moved = told.filter((object) => changed.has(object));
      const objects = [...new Set(moved.length === 0 ? told : moved)].map(idOf).sort();
      return [effect, (before ?? after)!.layer, (before ?? after)!.filter ?? '', ...objects].join(' ');
    }),
  );
  return [kind, ...turns].join('\n');
}

/** The policies that a reason names. */
export function objectsIn(reason: Reason): readonly KindedObject[] {
  switch (reason.kind) {
    case 'matched rule':
    case 'authorizer':
    case 'bad authorizer':
      return [reason.rule.policy];
    case 'isolated, nothing matched':
      return reason.policies;
    case 'tls':
      return [reason.decidedBy, reason.client].flatMap((rule) => rule?.policy ?? []);
    case 'token':
      return reason.rule === undefined ? [] : [reason.rule.policy];
    case 'not in mesh':
      return reason.policies ?? [];
    default:
      return [];
  }
}

const keys = new WeakMap<readonly MatchedEnd[], string>();

function keyOfEnds(ends: readonly MatchedEnd[]): string {
  const key = keys.get(ends) ?? ends.map(idOf).join();
  keys.set(ends, key);
  return key;
}

const ids = new WeakMap<object, number>();
let lastId = 0;

function idOf(object: object): number {
  const id = ids.get(object) ?? ++lastId;
  ids.set(object, id);
  return id;
}
