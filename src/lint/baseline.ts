import { qualifiedName } from '../model/index.ts';
import type { LintEntry } from './entry.ts';

/** Findings that a project lives with for now, by fingerprint. */
export interface Baseline {
  readonly findings: readonly BaselineEntry[];
}

/** A known finding. Only the fingerprint counts; code and subject are for the reader of the file. */
export interface BaselineEntry {
  readonly fingerprint: string;
  readonly code: string;
  readonly subject: string;
}

export interface Compared {
  readonly fresh: readonly LintEntry[];
  readonly known: readonly LintEntry[];
  /** How many findings of the baseline are gone. */
  readonly gone: number;
}

/** The baseline in which all these entries are known. */
export function baselineOf(entries: readonly LintEntry[]): Baseline {
  const findings = entries.map(({ fingerprint, code, object, span }) => ({
    fingerprint,
    code,
    subject: object === undefined ? (span?.source.name ?? '') : `${object.kind} ${qualifiedName(object)}`,
  }));
  return { findings: findings.sort((a, b) => (a.fingerprint < b.fingerprint ? -1 : 1)) };
}

/** Tells entries that a baseline knows from new ones; where several have one fingerprint, as many are known as it lists. */
export function compareWithBaseline(entries: readonly LintEntry[], { findings }: Baseline): Compared {
  const left = new Map<string, number>();
  for (const { fingerprint } of findings) left.set(fingerprint, (left.get(fingerprint) ?? 0) + 1);
  const fresh: LintEntry[] = [];
  const known: LintEntry[] = [];
  for (const entry of entries) {
    const number = left.get(entry.fingerprint) ?? 0;
    if (number > 0) left.set(entry.fingerprint, number - 1);
    (number > 0 ? known : fresh).push(entry);
  }
  return { fresh, known, gone: [...left.values()].reduce((sum, number) => sum + number, 0) };
}
