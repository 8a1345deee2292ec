import type { Span } from '../model/index.ts';
import { boundsOf } from './position.ts';

/** Where an annotation is shown. */
export interface GithubPlace {
  readonly title: string;
  /** Left out: the annotation is about the run, or a file as a whole. */
  readonly span?: Span | undefined;
  /** For an annotation without a span. */
  readonly file?: string;
}

/** A workflow command of GitHub Actions that makes an annotation; ends without a line break. */
export function githubCommand(
  command: 'error' | 'warning' | 'notice',
  { title, span, file }: GithubPlace,
  lines: readonly string[],
): string {
  const properties = [
    ...(span === undefined ? (file === undefined ? [] : [['file', file] as const]) : placeProperties(span)),
    ['title', title] as const,
  ]
    .map(([name, value]) => `${name}=${escapeProperty(String(value))}`)
    .join(',');
  return `::${command} ${properties}::${escapeData(lines.join('\n'))}`;
}

function placeProperties(span: Span): readonly (readonly [string, string | number])[] {
  const { first, last } = boundsOf(span);
  return [
    ['file', span.source.name],
    ['line', first.line],
    ['endLine', last.line],
    ['col', first.column],
    // GitHub takes an end column only where it lies on the same line.
    ...(first.line === last.line ? [['endColumn', last.column] as const] : []),
  ];
}

/** What a command says, escaped. Source: toolkit, packages/core/src/command.ts. */
function escapeData(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

/** A property's value, escaped: it ends at `:` and `,` too. */
function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
