import {
  type AssertionResult,
  type FileResult,
  spanOfResult,
  type TestReport,
  titleOfResult,
} from '../testing/index.ts';
import { githubCommand } from './github.ts';
import { commandOf, describeDecision, describeFailure, summarizeTests } from './test-words.ts';

/** A test report as workflow commands of GitHub Actions: an error at each test that does not pass, and a line with the numbers. */
export function formatTestGithub(report: TestReport): string {
  const lines = [...report.files.flatMap(fileCommands), summarizeTests(report)];
  return lines.map((line) => `${line}\n`).join('');
}

function fileCommands(file: FileResult): readonly string[] {
  const { problem, name, entries } = file;
  const commands = entries.flatMap(({ entry, results }) =>
    results.flatMap((result) => resultCommand(titleOfResult(entry, result), result, file)),
  );
  if (problem === undefined) return commands;
  const located = problem.diagnostics.map(({ message, span, help }) =>
    githubCommand('error', { title: name, span, file: name }, [
      message,
      ...(help === undefined ? [] : [help]),
    ]),
  );
  if (located.length > 0) return located;
  return [githubCommand('error', { title: name, file: name }, [problem.problem, ...problem.details])];
}

function resultCommand(title: string, result: AssertionResult, file: FileResult): readonly string[] {
  const message = describeFailure(result);
  if (message === undefined) return [];
  const decision = describeDecision(result);
  const command = commandOf(result, file);
  const lines = [
    message,
    ...(decision === undefined ? [] : [decision.text]),
    ...(decision?.place === undefined ? [] : [`--> ${decision.place}`]),
    ...(command === undefined ? [] : [command]),
  ];
  return [githubCommand('error', { title, span: spanOfResult(result), file: file.name }, lines)];
}
