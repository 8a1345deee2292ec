import type { LintEntry, LintReport } from '../lint/index.ts';
import { describeProof, type LintSetting, summarizeLint, titleOf } from './lint-words.ts';
import { boundsOf } from './position.ts';

const commands = { error: 'error', warning: 'warning', info: 'notice' } as const;

/** A lint report as workflow commands of GitHub Actions, one line for each finding, and a line with the numbers. */
export function formatLintGithub(report: LintReport, { pages }: LintSetting): string {
  const lines = report.entries.map((entry) => commandLine(entry, pages));
  return [...lines, summarizeLint(report)].map((line) => `${line}\n`).join('');
}

function commandLine(entry: LintEntry, pages: ReadonlyMap<string, string>): string {
  const { code, severity, message, span, proof, help } = entry;
  const title = [code, titleOf(code, pages)].filter((words) => words !== '').join(': ');
  const properties = [...placeProperties(span), ['title', title] as const]
    .map(([name, value]) => `${name}=${escapeProperty(String(value))}`)
    .join(',');
  const text = [
    message,
    ...(proof === undefined ? [] : describeProof(proof)),
    ...(help === undefined ? [] : [`help: ${help}`]),
  ].join('\n');
  return `::${commands[severity]} ${properties}::${escapeData(text)}`;
}

function placeProperties(span: LintEntry['span']): readonly (readonly [string, string | number])[] {
  if (span === undefined) return [];
  const { first, last } = boundsOf(span);
  const sameLine = first.line === last.line;
  return [
    ['file', span.source.name],
    ['line', first.line],
    ['endLine', last.line],
    // GitHub takes columns only where a finding lies on one line.
    ...(sameLine
      ? ([
          ['col', first.column],
          ['endColumn', last.column],
        ] as const)
      : ([['col', first.column]] as const)),
  ];
}

/** Of what a command says. Source: toolkit, packages/core/src/command.ts. */
export function escapeData(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

/** Of a property's value: it ends at `:` and `,` too. */
export function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
