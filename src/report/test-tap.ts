import {
  type AssertionResult,
  type FileResult,
  spanOfResult,
  type TestReport,
  titleOfResult,
} from '../testing/index.ts';
import type { JsonValue } from './json-value.ts';
import { boundsOf } from './position.ts';
import { commandOf, describeDecision, describeFailure, describeProblem } from './test-words.ts';
import { formatYaml } from './yaml.ts';

/** A test report in the Test Anything Protocol, version 14: a line for each assertion, with a YAML block below one that does not pass. */
export function formatTestTap({ files }: TestReport): string {
  const points = files.flatMap(pointsOf);
  const lines = points.flatMap(({ ok, title, data }, i) => [
    `${ok ? 'ok' : 'not ok'} ${i + 1} - ${escapeTitle(title)}`,
    ...(data === undefined ? [] : blockLines(data)),
  ]);
  return `${['TAP version 14', `1..${points.length}`, ...lines].join('\n')}\n`;
}

interface Point {
  readonly ok: boolean;
  readonly title: string;
  readonly data?: JsonValue;
}

function pointsOf(file: FileResult): readonly Point[] {
  const { name, problem, entries } = file;
  const points = entries.flatMap(({ entry, results }) =>
    results.map((result) => pointOf(`${name}: ${titleOfResult(entry, result)}`, result, file)),
  );
  if (problem === undefined) return points;
  const data = {
    message: describeProblem(problem),
    severity: 'error',
    at: { file: name },
  };
  return [...points, { ok: false, title: `${name}: the file can be used`, data }];
}

function pointOf(title: string, result: AssertionResult, file: FileResult): Point {
  const message = describeFailure(result);
  if (message === undefined) return { ok: true, title };
  const { line, column } = boundsOf(spanOfResult(result)).first;
  const decision = describeDecision(result);
  const data = {
    message,
    severity: result.status === 'error' ? 'error' : 'fail',
    at: { file: file.name, line, column },
    decidedBy: decision?.text,
    place: decision?.place,
    command: commandOf(result, file),
  };
  return { ok: false, title, data };
}

function blockLines(data: JsonValue): readonly string[] {
  const lines = formatYaml(data).trimEnd().split('\n');
  return ['  ---', ...lines.map((line) => `  ${line}`), '  ...'];
}

/** `#` begins a directive, and a backslash escapes. */
function escapeTitle(title: string): string {
  return title.replace(/[\\#]/g, '\\$&').replace(/\s+/g, ' ');
}
