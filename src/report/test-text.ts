import { count } from '../model/index.ts';
import {
  type AssertionResult,
  type EntryResult,
  type FileResult,
  type Problem,
  spanOfResult,
  type TestReport,
  titleOfResult,
} from '../testing/index.ts';
import { wrapText } from './lines.ts';
import { formatPlace } from './position.ts';
import type { Style } from './style.ts';
import { coverageLines, mutationLines } from './test-tables.ts';
import { commandOf, describeDifference, describeFailure, summarizeTests } from './test-words.ts';
import { decisionLines, headline, missingLines, nearMissLines, stepLines } from './text.ts';

const marks = { passed: '✓', failed: '✗', unknown: '?', error: '!' } as const;
const margin = '    ';

/** A test report for people: a line for each test that passes, the proof of each that does not, then tables and numbers. Ends with a line break. */
export function formatTestText(report: TestReport, style: Style): string {
  const sections = [
    ...report.files.map((file) => fileLines(file, style)),
    ...(report.coverage === undefined ? [] : [coverageLines(report.coverage, style)]),
    ...(report.mutation === undefined ? [] : [mutationLines(report.mutation, style)]),
    [style.strong(summarizeTests(report))],
  ];
  return `${sections.map((lines) => lines.join('\n')).join('\n\n')}\n`;
}

type Block = readonly string[];

function fileLines(file: FileResult, style: Style): readonly string[] {
  const { problem } = file;
  const blocks =
    problem === undefined
      ? file.entries.flatMap((entry) => entryBlocks(entry, file, style))
      : [problemLines(problem, style)];
  return [style.strong(file.name), ...joinBlocks(blocks)];
}

/** An empty line stands on both sides of a block of several lines. */
function joinBlocks(blocks: readonly Block[]): readonly string[] {
  return blocks.flatMap((block, i) => {
    const before = blocks[i - 1];
    const isApart = before !== undefined && (block.length > 1 || before.length > 1);
    return isApart ? ['', ...block] : block;
  });
}

/** Pairs that pass are counted, those that do not are told one by one. */
function entryBlocks({ entry, results }: EntryResult, file: FileResult, style: Style): readonly Block[] {
  const failed = results.filter(({ status }) => status !== 'passed');
  const passed = results.length - failed.length;
  const number = entry.kind === 'pairs' && entry.pairs.length > 1 ? ` (${count(passed, 'pair')})` : '';
  return [
    ...(passed === 0 ? [] : [[`  ${style.good(`${marks.passed} `)}${entry.name}${number}`]]),
    ...failed.map((result) => failureLines(titleOfResult(entry, result), result, file, style)),
  ];
}

function failureLines(
  title: string,
  result: AssertionResult,
  file: FileResult,
  style: Style,
): readonly string[] {
  const paint = result.status === 'unknown' ? style.doubtful : style.bad;
  return [
    `  ${paint(style.strong(`${marks[result.status]} `))}${style.strong(title)}  ${style.place(formatPlace(spanOfResult(result)))}`,
    ...detailLines(result, file, style).map((line) => (line === '' ? '' : `${margin}${line}`)),
  ];
}

/** Why a test did not pass: what was expected, the proof of the verdict, and the command that shows it. */
export function detailLines(result: AssertionResult, file: FileResult, style: Style): readonly string[] {
  const narrow = { ...style, width: style.width - margin.length };
  if (result.problem !== undefined) return problemLines(result.problem, narrow);
  const asked = result.kind === 'pair' ? result.asked : result.example;
  const command = commandOf(result, file);
  const sections = [
    reasonLines(result, narrow),
    ...(asked === undefined
      ? []
      : [
          [...(result.kind === 'pair' ? [] : headline(asked, narrow)), ...stepLines(asked.verdict, narrow)],
          decisionLines(asked.verdict.decidedBy, narrow),
          nearMissLines(asked.verdict, narrow),
          missingLines(asked.verdict, narrow),
        ]),
    command === undefined ? [] : [`${style.strong('Ask again:')} ${command}`],
  ].filter((lines) => lines.length > 0);
  return sections.flatMap((lines, i) => (i === 0 ? lines : ['', ...lines]));
}

function reasonLines(result: AssertionResult, style: Style): readonly string[] {
  if (result.kind === 'pair')
    return result.differences.flatMap((each) => wrapText(describeDifference(each), '', '  ', style.width));
  return wrapText(describeFailure(result) ?? '', '', '  ', style.width);
}

function problemLines({ problem, details }: Problem, style: Style): readonly string[] {
  return [`  ${style.bad('error')}: ${problem}`, ...details.map((line) => `    ${line}`)];
}
