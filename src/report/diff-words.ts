import type { ChangeKind, MapDiff, ObjectChange, Witness } from '../diff/index.ts';
import { type Contact, type Contacts, contactsOf } from '../diff/index.ts';
import {
  count,
  describeObject,
  formatNumber,
  type KindedObject,
  listWords,
  type Outcome,
  type Request,
  type Span,
} from '../model/index.ts';
import type { MapEnd, ReachMap } from '../reach/index.ts';
import { fieldsOf, locateField } from './answer.ts';
import { describeLayer, describeReason } from './vocabulary.ts';

/** A diff and the two sides of it as the user knows them. */
export interface DiffReport {
  readonly diff: MapDiff;
  readonly before: DiffSide;
  readonly after: DiffSide;
}

export interface DiffSide {
  /** `main`, `k8s-old/`. */
  readonly label: string;
  /** The name before the colon of its sources, where they are of a git revision. */
  readonly revision: string | undefined;
  /** The command line that asks for a request on this side; undefined where none can. */
  readonly command: (request: Request) => string | undefined;
}

/** How a change of a kind is told of pairs: `3 pairs newly allowed`. */
const kindWords: Readonly<Record<ChangeKind, string>> = {
  'newly allowed': 'newly allowed',
  'newly denied': 'newly denied',
  conditions: 'with other conditions',
  'now unknown': 'no longer known',
  'no longer unknown': 'known now',
  undecided: 'not decided',
};

/** Marks of changes, which never stand without words. */
export const changeMarks: Readonly<Record<ChangeKind, string>> = {
  'newly allowed': '+',
  'newly denied': '-',
  conditions: '~',
  'now unknown': '?',
  'no longer unknown': '!',
  undecided: '?',
};

/** What a line says of its kind. */
export function describeKind(kind: ChangeKind): string {
  if (kind === 'conditions') return 'other conditions';
  if (kind === 'now unknown') return 'no longer known';
  if (kind === 'no longer unknown') return 'known now';
  if (kind === 'undecided') return 'not decided: the maps differ and no request was found that shows it';
  return kind;
}

/**
 * The result in one sentence, without a full stop: `12 pairs newly allowed, 1 workload added`; `No change in who may talk to whom`; `Nothing could be compared:
 * k8s-old/ has no pods or workloads`.
 */
export function summarizeDiff(report: DiffReport): string {
  const { groups, further, added, removed, unread, withoutWorkloads } = report.diff;
  const kinds = Object.keys(kindWords) as ChangeKind[];
  const pairs = kinds.flatMap((kind) => {
    const own = groups.filter(({ changes }) => changes.some((change) => change.kind === kind));
    const rest = further.filter((each) => each.kind === kind);
    const number = [...own, ...rest].reduce((sum, each) => sum + each.pairs, 0);
    return number === 0 ? [] : [`${count(number, 'pair')} ${kindWords[kind]}`];
  });
  const lone = [
    ...(added.length === 0 ? [] : [`${count(added.length, 'workload')} added`]),
    ...(removed.length === 0 ? [] : [`${count(removed.length, 'workload')} removed`]),
  ];
  if (withoutWorkloads.length > 0) return [describeEmptySides(report), ...lone].join('; ');
  const nothing =
    unread.length === 0 ? 'No change in who may talk to whom' : 'No change as far as it is known';
  return [...pairs, ...lone].join(', ') || nothing;
}

function describeEmptySides({ diff, before, after }: DiffReport): string {
  const [side, other] = diff.withoutWorkloads;
  const label = (side === 'before' ? before : after).label;
  const who =
    other === undefined
      ? `${label} has no pods or workloads`
      : `neither ${before.label} nor ${after.label} has pods or workloads`;
  return `Nothing could be compared: ${who}`;
}

/** Pairs that are in no group, in words; nothing where there are none. */
export function describeFurther({ further }: MapDiff): readonly string[] {
  if (further.length === 0) return [];
  const kinds = further.map(({ kind, pairs }) => `${formatNumber(pairs)} ${kindWords[kind]}`);
  return [
    `The map says of further pairs, about which no verdict was asked because there are so many: ${listWords(kinds)}.`,
  ];
}

/** What the result rests on. */
export function describeGround(diff: MapDiff): readonly string[] {
  const { ends, tally, groups, objects, unread, withoutWorkloads } = diff;
  const workloads = ends.filter(({ kind }) => kind === 'workload').length;
  const ranges = ends.length - workloads;
  const whom = listWords([
    count(workloads, 'workload'),
    ...(ranges === 0 ? [] : [ranges === 1 ? 'addresses outside' : `${ranges} ranges of addresses outside`]),
  ]);
  const same = tally.pairs - tally.changed;
  const compared = `${formatNumber(tally.pairs)} pairs of ${whom} were compared on every port`;
  const rest =
    groups.length === 0
      ? 'through each of them the same comes on both sides'
      : `${formatNumber(same)} of them do not change`;
  return [
    withoutWorkloads.length === 0
      ? `${compared}; ${rest}.`
      : 'Whom a policy concerns shows only with the workloads: give them beside the policies on both sides.',
    ...(tally.unknown === 0
      ? []
      : [
          `It is not known of all traffic to ${count(tally.unknown, 'destination')} whether it comes through: portcullis map shows it, and portcullis check what is missing.`,
        ]),
    ...unread.map(
      (change) =>
        `${describeObject((change.after ?? change.before)!)} differs and is not read: what it changes is not known.`,
    ),
    ...(objects.some(({ before, after }) => (after ?? before)!.kind === 'RequestAuthentication')
      ? [
          'RequestAuthentications differ: what becomes of requests with a token that one side refuses was not compared.',
        ]
      : []),
  ];
}

/** The objects of both sides that differ. */
export function changedObjectsOf({ objects }: MapDiff): ReadonlySet<KindedObject> {
  return new Set(objects.flatMap(({ before, after }) => [before ?? [], after ?? []].flat()));
}

/** One side of a turning point, in words, and the places that it rests on. */
export interface TurnSide {
  readonly outcome: Outcome;
  readonly words: string;
  readonly spans: readonly Span[];
}

/** Why a witness fares as it does on one side: at each turning point of it, or where the side has none, what decided. Places in `changed` objects come first. */
export function describeTurns(
  { turns, before, after }: Witness,
  side: 'before' | 'after',
  changed: ReadonlySet<KindedObject>,
): readonly TurnSide[] {
  const { verdict } = side === 'before' ? before : after;
  const steps = turns.map((turn) => turn[side]).filter((step) => step !== undefined);
  return (steps.length === 0 ? [verdict.decidedBy] : steps).map((step) => ({
    outcome: verdict.outcome,
    words: `${describeLayer(step)}: ${describeReason(step)}`,
    spans: fieldsOf(step)
      .toSorted((a, b) => Number(changed.has(b.object)) - Number(changed.has(a.object)))
      .map(locateField),
  }));
}

/** Of so many ends that are on one side only it is told whom they reach: each is compared with all others. */
const mostLone = 100;

/** An end that is on one side only. */
export interface LoneEnd {
  readonly label: string;
  /** Left out for those beyond the first. */
  readonly contacts?: Contacts;
  /** `reached by 3 of 42 other workloads; reaches …`; empty without contacts. */
  readonly words: string;
}

/** Ends that are on one side only, with what they may be reached by and may reach. */
export function loneEnds(map: ReachMap, ends: readonly MapEnd[]): readonly LoneEnd[] {
  return ends.map((end, i) => {
    if (i >= mostLone) return { label: end.label, words: '' };
    const contacts = contactsOf(map, end);
    return { label: end.label, contacts, words: describeContacts(map, contacts) };
  });
}

function describeContacts(map: ReachMap, { callers, callees }: Contacts): string {
  const all = map.ends.filter((other) => other.kind === 'workload').length - 1;
  const tell = (contacts: readonly Contact[], outside: string): string => {
    const workloads = contacts.filter(({ end }) => end.kind === 'workload').length;
    const some = `${workloads} of ${count(all, 'other workload')}`;
    return contacts.length > workloads ? `${some} and ${outside}` : some;
  };
  return `reached by ${tell(callers, 'from outside')}; reaches ${tell(callees, 'addresses outside')}`;
}

/** `changed: NetworkPolicy shop/db`. */
export function describeObjectChange({ kind, before, after }: ObjectChange): string {
  return `${kind}: ${describeObject((after ?? before)!)}`;
}

/** Where an object stands: its name, or what of it could be read. */
export function placeOf(object: KindedObject): Span {
  return object.origin.locate(['metadata', 'name']);
}
