import type { PlannedFix } from '../debug/fix/index.ts';
import type { DenialGroup, LaterDenial } from '../debug/index.ts';

/** Denials of a log, explained, as reports show them. */
export interface DebugView {
  readonly entries: readonly DebugEntry[];
  readonly tally: DebugTally;
  /** What access logs say of somebody behind the proxy that wrote them, the most frequent first. */
  readonly behind?: readonly DebugBehind[];
  /** How many fixes are shown as patches; undefined where none were asked for. */
  readonly patches?: number;
}

/** A refusal behind a proxy, or no connection there: no decision of its own. */
export interface DebugBehind {
  readonly count: number;
  readonly kind: 'refused' | 'no connection';
  readonly status: number;
  /** Envoy's flags and details. */
  readonly reason: string;
  /** `IP:PORT` behind the proxy, and which pod that is by the manifests. */
  readonly address?: string;
  readonly pod?: string;
  /** What was asked for. */
  readonly host?: string;
  readonly port?: number;
  readonly method?: string;
  readonly path?: string;
  /** The command that explains it from the manifests. */
  readonly ask?: string;
}

/** A group of denials and what goes with it. */
export interface DebugEntry {
  readonly group: DenialGroup;
  /** The question as `portcullis check` is asked it; undefined where it could not be built. */
  readonly check?: string;
  /** Where fixes were asked for. */
  readonly fixes?: readonly PlannedFix[] | undefined;
  /** What denies a plain request once the fixes let its packets through. */
  readonly later?: LaterDenial | undefined;
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
