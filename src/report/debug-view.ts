import type { PlannedFix } from '../debug/fix/index.ts';
import type { DenialGroup } from '../debug/index.ts';

/** Denials of a log, explained, as reports show them. */
export interface DebugView {
  readonly entries: readonly DebugEntry[];
  readonly tally: DebugTally;
  /** How many fixes are shown as patches; undefined where none were asked for. */
  readonly patches?: number;
}

/** A group of denials and what goes with it. */
export interface DebugEntry {
  readonly group: DenialGroup;
  /** The question as `portcullis check` is asked it; undefined where it could not be built. */
  readonly check?: string;
  /** Where fixes were asked for. */
  readonly fixes?: readonly PlannedFix[] | undefined;
}

/** What was read. */
export interface DebugTally {
  readonly lines: number;
  /** Lines that tell of no decision: no reader understands them, and no record goes over them. */
  readonly unknown: number;
  readonly denied: number;
  readonly allowed: number;
  /** Dry runs and audits. */
  readonly none: number;
}
