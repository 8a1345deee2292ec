import type { KindedObject, PortRange, Protocol, Request, Step, Verdict } from '../model/index.ts';
import type { MapEnd, Passage, ReachMap } from '../reach/index.ts';
import type { MatchedEnd } from './match-ends.ts';

/** Two maps to compare, of one layer. */
export interface Maps {
  readonly before: ReachMap;
  readonly after: ReachMap;
}

/** What differs between two maps in who may talk to whom. */
export interface MapDiff extends Maps {
  /** What both maps have: the ends of which all pairs were compared. */
  readonly ends: readonly MatchedEnd[];
  /** Pairs that are on both sides and change, those that change alike together; the most serious changes first. */
  readonly groups: readonly PairGroup[];
  /** Pairs that change too and are in no group, because there are too many: nobody was asked about them. Empty as a rule. */
  readonly further: readonly FurtherPairs[];
  /** Workloads, or pods of them, that are on one side only. */
  readonly added: readonly MapEnd[];
  readonly removed: readonly MapEnd[];
  /** Objects that differ, by kind and name. */
  readonly objects: readonly ObjectChange[];
  /** Those of them that are not read: what they change is not known. Empty where nothing is unknown. */
  readonly unread: readonly ObjectChange[];
  /** Names of settings of the mesh and of the cluster that differ. */
  readonly settings: readonly string[];
  /** Sides without a pod: where one is, no pair was compared and nothing is known of what changes. Empty as a rule. */
  readonly withoutWorkloads: readonly ('before' | 'after')[];
  readonly tally: Tally;
}

/** What was compared: the ground on which "no change" stands. Pairs are counted one by one, not by class. */
export interface Tally {
  readonly pairs: number;
  readonly changed: number;
  /** Ends to which it is not known of something whether it comes through, on the new side. */
  readonly unknown: number;
  /** Sets of ends that neither map tells apart. */
  readonly classes: number;
}

/** How many pairs change in one way; a pair that changes in several ways counts for each. */
export interface FurtherPairs {
  readonly kind: ChangeKind;
  readonly pairs: number;
}

/** Pairs that change alike and for the same reasons. */
export interface PairGroup {
  /** `between`: from each of `sources` to each of `destinations` but itself. `within`: from one pod to another of each of `sources`, which are `destinations` too. */
  readonly scope: 'between' | 'within';
  readonly sources: readonly MatchedEnd[];
  readonly destinations: readonly MatchedEnd[];
  readonly pairs: number;
  /** At least one. */
  readonly changes: readonly Change[];
}

/**
 * `conditions`: some HTTP requests pass on both sides, but not the same. `undecided`: the two maps differ, and no request was found on which both sides agree that
 * they do; nothing is claimed but that.
 */
export type ChangeKind =
  | 'newly allowed'
  | 'newly denied'
  | 'conditions'
  | 'now unknown'
  | 'no longer unknown'
  | 'undecided';

/** A change on some ports. */
export interface Change {
  readonly kind: ChangeKind;
  readonly traffic: Traffic;
  readonly protocol: Protocol;
  readonly ports: readonly PortRange[];
  /** What came through there, and what does now. */
  readonly before: Cell;
  readonly after: Cell;
  /** One for each effect: conditions may let in some requests and shut out others. None where `undecided`. */
  readonly witnesses: readonly Witness[];
}

/** `any`: HTTP and other bytes change alike. */
export type Traffic = 'any' | 'bytes' | 'http';

/** What comes through to a port. */
export type Cell = Pick<Passage, 'bytes' | 'http'>;

export type Effect = Exclude<ChangeKind, 'conditions' | 'undecided'>;

/** A request that shows the change, with what is said of it on both sides; for the first source and destination of its group. */
export interface Witness {
  readonly effect: Effect;
  readonly before: Answered;
  readonly after: Answered;
  /** The steps at which the sides part, the one that decides first. */
  readonly turns: readonly Turn[];
}

/** A request as one side has it: names of pods may differ. */
export interface Answered {
  readonly request: Request;
  readonly verdict: Verdict;
}

/** One layer at one place on both sides; undefined where a side has no such step. */
export interface Turn {
  readonly before: Step | undefined;
  readonly after: Step | undefined;
}

/** An object that is on one side only, or not the same on both. Comments and layout do not count. */
export interface ObjectChange {
  readonly kind: 'added' | 'removed' | 'changed';
  readonly before: KindedObject | undefined;
  readonly after: KindedObject | undefined;
}
