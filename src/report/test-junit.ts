import {
  type AssertionResult,
  countResults,
  type FileResult,
  type TestReport,
  titleOfResult,
} from '../testing/index.ts';
import { plainStyle } from './style.ts';
import { detailLines } from './test-text.ts';
import { describeFailure } from './test-words.ts';

/**
 * A test report as JUnit XML: a suite for each file, a testcase for each assertion. A file that cannot be used is a testcase with an error. Without times, so
 * that equal runs give equal texts.
 */
export function formatTestJunit({ files }: TestReport): string {
  const lines = [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites ${attributes({ name: 'portcullis', ...numbers(files) })}>`,
    ...files.flatMap(suiteLines),
    '</testsuites>',
  ];
  return `${lines.join('\n')}\n`;
}

/** JUnit knows passed, failed and error; what cannot be decided has not passed. */
function numbers(files: readonly FileResult[]): Readonly<Record<string, string>> {
  const { passed, failed, unknown, errors } = countResults(files);
  const tests = passed + failed + unknown + errors;
  return { tests: String(tests), failures: String(failed + unknown), errors: String(errors) };
}

function suiteLines(file: FileResult): readonly string[] {
  const { name, entries, problem } = file;
  const cases = entries.flatMap(({ entry, results }) =>
    results.flatMap((result) => caseLines(titleOfResult(entry, result), result, file)),
  );
  const unread =
    problem === undefined
      ? []
      : [
          `    <testcase ${attributes({ name: 'the file can be used', classname: name, file: name })}>`,
          `      <error ${attributes({ message: problem.problem })}>${escapeText([problem.problem, ...problem.details, ...problem.diagnostics.map(({ message }) => message)].join('\n'))}</error>`,
          '    </testcase>',
        ];
  return [`  <testsuite ${attributes({ name, ...numbers([file]) })}>`, ...cases, ...unread, '  </testsuite>'];
}

function caseLines(title: string, result: AssertionResult, file: FileResult): readonly string[] {
  const head = `    <testcase ${attributes({ name: title, classname: file.name, file: file.name })}`;
  const message = describeFailure(result);
  if (message === undefined) return [`${head}/>`];
  const tag = result.status === 'error' ? 'error' : 'failure';
  const text = escapeText(detailLines(result, file, plainStyle).join('\n'));
  return [
    `${head}>`,
    `      <${tag} ${attributes({ message, type: result.status })}>${text}</${tag}>`,
    '    </testcase>',
  ];
}

function attributes(values: Readonly<Record<string, string>>): string {
  return Object.entries(values)
    .map(([name, value]) => `${name}="${escapeText(value).replaceAll('\n', '&#10;')}"`)
    .join(' ');
}

/** XML 1.0 has no control characters but tab and line breaks, no lone surrogates, and not the last two of the plane. */
function escapeText(text: string): string {
  return text
    .toWellFormed()
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '\ufffd')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll('\r', '&#13;')
    .replaceAll('\t', '&#9;');
}
