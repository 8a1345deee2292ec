import type { Diagnostic, KindedObject, ModelObject } from '../model/index.ts';
import { type Baseline, compareWithBaseline } from './baseline.ts';
import { entryOfDiagnostic, entryOfFinding, type LintEntry } from './entry.ts';
import { compareTexts } from './order.ts';
import { type SuppressedEntry, suppress } from './suppress.ts';
import type { Finding } from './types.ts';

/** Everything that a run of lint has to say. */
export interface LintReport {
  /** What is to be dealt with, in the order of files and places. */
  readonly entries: readonly LintEntry[];
  /** What the baseline knows. */
  readonly known: readonly LintEntry[];
  /** What a comment in the text asks not to report. */
  readonly suppressed: readonly SuppressedEntry[];
  /** How many findings of the baseline are gone. */
  readonly gone: number;
}

export interface ReportInput {
  readonly findings: readonly Finding[];
  /** What reading found; remarks (info) are left out. */
  readonly diagnostics: readonly Diagnostic[];
  readonly objects: readonly (ModelObject | KindedObject)[];
  /** Every code that there is. */
  readonly codes: readonly string[];
  /** Codes that were looked for. */
  readonly ran: (code: string) => boolean;
  readonly baseline?: Baseline;
}

/** Puts findings and diagnostics into one list, less those that comments and the baseline take out. */
export function reportOf(input: ReportInput): LintReport {
  const { findings, diagnostics, objects, codes, ran, baseline } = input;
  const all = [
    ...diagnostics.filter(({ severity, code }) => severity !== 'info' && ran(code)).map(entryOfDiagnostic),
    ...findings.map(entryOfFinding),
  ];
  const { kept, suppressed } = suppress({ entries: all, objects, known: new Set(codes), ran });
  const entries = [...kept].sort(byPlace);
  const compared = baseline === undefined ? undefined : compareWithBaseline(entries, baseline);
  return {
    entries: compared?.fresh ?? entries,
    known: compared?.known ?? [],
    suppressed,
    gone: compared?.gone ?? 0,
  };
}

/** By file and place; what has no place comes first. */
function byPlace(a: LintEntry, b: LintEntry): number {
  return (
    compareTexts(a.span?.source.name ?? '', b.span?.source.name ?? '') ||
    (a.span?.start ?? 0) - (b.span?.start ?? 0) ||
    compareTexts(a.code, b.code) ||
    compareTexts(a.message, b.message)
  );
}
