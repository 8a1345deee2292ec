import { describeObject, type FieldPath, formatPath, type KindedObject } from '../model/index.ts';
import {
  type AssertionResult,
  type Coverage,
  countResults,
  type EntryResult,
  type FileResult,
  type Mutation,
  spanOfResult,
  type TestReport,
  titleOfResult,
} from '../testing/index.ts';
import { diagnosticToJson } from './diagnostics.ts';
import { describeFact } from './facts.ts';
import { verdictToJson } from './json.ts';
import { type JsonValue, reportVersion, spanToJson } from './json-value.ts';
import { commandOf, describeFailure, describeMutant } from './test-words.ts';
import { describeReference } from './vocabulary.ts';

/** A test report as the document `TestReport` that docs/json.md describes. */
export function testToJson(report: TestReport): JsonValue {
  return {
    apiVersion: reportVersion,
    kind: 'TestReport',
    counts: { ...countResults(report.files) },
    files: report.files.map(fileToJson),
    coverage: report.coverage === undefined ? undefined : coverageToJson(report.coverage),
    mutation: report.mutation === undefined ? undefined : mutationToJson(report.mutation),
  };
}

function fileToJson(file: FileResult): JsonValue {
  const { name, problem, entries } = file;
  return {
    name,
    problem:
      problem === undefined
        ? undefined
        : {
            message: problem.problem,
            details: [...problem.details],
            diagnostics: problem.diagnostics.map(diagnosticToJson),
          },
    tests: entries.flatMap((entry) => entryToJson(entry, file)),
  };
}

function entryToJson({ entry, results }: EntryResult, file: FileResult): readonly JsonValue[] {
  return results.map((result) => ({
    name: titleOfResult(entry, result),
    kind: entry.kind === 'pairs' ? 'case' : entry.kind,
    status: result.status,
    span: spanToJson(spanOfResult(result)),
    message: describeFailure(result),
    ...(result.kind === 'pair' ? pairToJson(result) : statementToJson(result)),
    // What passes needs no proof; `check` has it.
    verdict: result.status === 'passed' ? undefined : verdictOf(result),
    problem:
      result.problem === undefined
        ? undefined
        : { message: result.problem.problem, details: [...result.problem.details] },
    command: commandOf(result, file),
  }));
}

type Members = { readonly [key: string]: JsonValue | undefined };

function pairToJson({ pair, differences, asked }: Extract<AssertionResult, { kind: 'pair' }>): Members {
  return {
    from: pair.from,
    to: pair.to,
    expect: pair.expect,
    outcome: asked?.verdict.outcome,
    differences: differences.map((each) => ({ ...each })),
  };
}

function statementToJson(result: Extract<AssertionResult, { kind: 'statement' }>): Members {
  const { pairs, broken, undecided, missing } = result;
  return {
    pairs,
    broken: [...broken],
    undecided: [...undecided],
    missing: missing.map(describeFact),
  };
}

/** The document of `check`, without what every document has of its own. */
function verdictOf(result: AssertionResult): JsonValue | undefined {
  const asked = result.kind === 'pair' ? result.asked : result.example;
  if (asked === undefined) return undefined;
  const document = verdictToJson({ ...asked, diagnostics: [] }) as Members;
  return { ...document, apiVersion: undefined, kind: undefined, diagnostics: undefined };
}

function coverageToJson({ rules, uncovered }: Coverage): JsonValue {
  return {
    rules,
    uncovered: uncovered.map((rule) => ({
      text: describeReference(rule),
      ...placeToJson(rule.policy, rule.path),
    })),
  };
}

function mutationToJson({ mutants, survivors, leftOut }: Mutation): JsonValue {
  return {
    mutants,
    leftOut,
    survivors: survivors.map((mutant) => ({
      text: describeMutant(mutant),
      dropped: mutant.dropped,
      ...placeToJson(mutant.policy, mutant.path),
    })),
  };
}

function placeToJson(policy: KindedObject, path: FieldPath): Members {
  return {
    policy: describeObject(policy),
    path: formatPath(path),
    span: spanToJson(policy.origin.locate(path)),
  };
}
