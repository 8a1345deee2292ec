import type { Diagnostic, Fact, Request, Source, Span, Verdict } from '../model/index.ts';
import type { ExpectedPair, TestEntry } from './types.ts';

/** A question that was asked, as `portcullis check` answers it. */
export interface Asked {
  readonly request: Request;
  readonly verdict: Verdict;
  readonly notes: readonly string[];
}

/** Why something could not be asked: a name that is not there, a port that nobody said. */
export interface Problem {
  readonly problem: string;
  /** Lines below the message. */
  readonly details: readonly string[];
}

/** True for what could not be asked. */
export function isProblem(value: object): value is Problem {
  return 'problem' in value;
}

/** What is to be told of tests: passed, failed, a statement that nobody can decide, or a test that cannot be asked. */
export type Status = 'passed' | 'failed' | 'unknown' | 'error';

/** What came out differently: of the verdict's outcome, layer, policy or symptom. */
export interface Difference {
  readonly what: string;
  readonly expected: string;
  readonly got: string;
}

/** What one pair of a case or table came to. */
export interface PairResult {
  readonly kind: 'pair';
  readonly pair: ExpectedPair;
  readonly status: 'passed' | 'failed' | 'error';
  readonly asked?: Asked;
  readonly differences: readonly Difference[];
  readonly problem?: Problem;
  /** What asks for it, behind `portcullis check`; left out where the test could not be asked. */
  readonly words?: readonly string[];
}

/** What a statement came to. */
export interface StatementResult {
  readonly kind: 'statement';
  readonly span: Span;
  readonly status: Status;
  /** How many pairs of ends it speaks of. */
  readonly pairs: number;
  /** Pairs between which something comes through that must not: `shop/Deployment/web -> shop/Deployment/db`. */
  readonly broken: readonly string[];
  /** Pairs of which nobody knows. */
  readonly undecided: readonly string[];
  /** A request that shows it, for the first of them, with its verdict. */
  readonly example?: Asked;
  readonly words?: readonly string[];
  /** What is not known of the sets themselves. */
  readonly missing: readonly Fact[];
  readonly problem?: Problem;
}

export type AssertionResult = PairResult | StatementResult;

/** What an entry of `tests` came to. */
export interface EntryResult {
  readonly entry: TestEntry;
  readonly results: readonly AssertionResult[];
}

/** What a test file came to. */
export interface FileResult {
  /** As the user knows it. */
  readonly name: string;
  /** undefined where the file could not be read. */
  readonly source?: Source;
  readonly entries: readonly EntryResult[];
  /** Why nothing of it was run: it is malformed, or its manifests cannot be read. */
  readonly problem?: Problem & { readonly diagnostics: readonly Diagnostic[] };
  /** How `portcullis check` is told to read the same manifests; undefined where the command line cannot say it. */
  readonly input?: InputCommand;
}

/** Arguments of `portcullis check`, and the directory to be in. */
export interface InputCommand {
  readonly directory?: string;
  readonly words: readonly string[];
}

/** How many assertions came to what. A file that could not be read counts as one error. */
export interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly unknown: number;
  readonly errors: number;
}

/** Counts the assertions of files. */
export function countResults(files: readonly FileResult[]): Counts {
  const results = files.flatMap(({ entries }) => entries.flatMap((entry) => entry.results));
  const having = (status: Status): number => results.filter((result) => result.status === status).length;
  const unread = files.filter(({ problem }) => problem !== undefined).length;
  return {
    passed: having('passed'),
    failed: having('failed'),
    unknown: having('unknown'),
    errors: having('error') + unread,
  };
}

/** The name of an assertion: of its entry, and of the pair where the entry has several. */
export function titleOf(entry: TestEntry, pair?: ExpectedPair): string {
  if (pair === undefined || entry.kind !== 'pairs' || entry.pairs.length === 1) return entry.name;
  return `${entry.name}: ${pair.from} -> ${pair.to}`;
}

/** The name of the assertion that a result is of. */
export function titleOfResult(entry: TestEntry, result: AssertionResult): string {
  return titleOf(entry, result.kind === 'pair' ? result.pair : undefined);
}

/** Where an assertion is written. */
export function spanOfResult(result: AssertionResult): Span {
  return result.kind === 'pair' ? result.pair.span : result.span;
}

/** The verdicts that an assertion's status rests on. */
export function verdictsOf(result: AssertionResult): readonly Verdict[] {
  const asked = result.kind === 'pair' ? result.asked : result.example;
  return asked === undefined ? [] : [asked.verdict];
}
