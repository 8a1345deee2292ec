import { count, type Diagnostic, listWords, type Severity } from '../model/index.ts';
import { type JsonValue, spanToJson } from './json-value.ts';
import { shortenWords, wrapText } from './lines.ts';
import { formatPlace } from './position.ts';
import { quoteSpan, templateLines } from './quote.ts';
import { plainStyle, type Style } from './style.ts';

const severities: readonly Severity[] = ['error', 'warning', 'info'];

/**
 * Diagnostics as a compiler prints them, in the order given, with their number at the end. Empty text for no diagnostics;
 * otherwise it ends with a line break.
 */
export function formatDiagnostics(diagnostics: readonly Diagnostic[], style: Style = plainStyle): string {
  if (diagnostics.length === 0) return '';
  const blocks = diagnostics.map((diagnostic) => diagnosticLines(diagnostic, style).join('\n'));
  return `${[...blocks, countDiagnostics(diagnostics)].join('\n\n')}\n`;
}

/**
 * Remarks, in one line for each code: what there is to know of the input without being wrong with it. Messages of one code have the form
 * `SUBJECT: what is so`; subjects are joined. Empty text for none.
 */
export function formatRemarks(diagnostics: readonly Diagnostic[], style: Style = plainStyle): string {
  const remarks = Map.groupBy(
    diagnostics.filter(({ severity }) => severity === 'info'),
    ({ code, message }) => `${code} ${message.slice(message.indexOf(': ') + 2)}`,
  );
  const lines = [...remarks.values()].flatMap(([first, ...others]) => {
    const subjects = [first!, ...others].map(({ message }) => message.slice(0, message.indexOf(': ')));
    const what = first!.message.slice(first!.message.indexOf(': ') + 2);
    return wrapText(
      `${[...new Set(subjects)].join(', ')}: ${what}`,
      `${style.faint(`info[${first!.code}]`)}: `,
      '  ',
      style.width,
    );
  });
  return lines.map((line) => `${line}\n`).join('');
}

/** `2 errors and 1 warning`. */
export function countDiagnostics(diagnostics: readonly Diagnostic[]): string {
  const counts = severities.map((severity) => ({
    severity,
    number: diagnostics.filter((diagnostic) => diagnostic.severity === severity).length,
  }));
  return listWords(
    counts
      .filter(({ number }) => number > 0)
      .map(({ severity, number }) =>
        severity === 'info' ? count(number, 'remark') : count(number, severity),
      ),
  );
}

/** A diagnostic as data; docs/json.md describes the fields. */
export function diagnosticToJson(diagnostic: Diagnostic): JsonValue {
  const { code, severity, message, span, template, related, help } = diagnostic;
  return {
    code,
    severity,
    message,
    span: span === undefined ? undefined : spanToJson(span),
    template,
    related: related?.map((other) => ({ message: other.message, span: spanToJson(other.span) })),
    help,
  };
}

/** One diagnostic in lines; `more` stands between its places and the help. */
export function diagnosticLines(
  diagnostic: Diagnostic,
  style: Style,
  more: readonly string[] = [],
): string[] {
  const { code, severity, message, span, template, related, help } = diagnostic;
  const paint = { error: style.bad, warning: style.doubtful, info: style.faint }[severity];
  return [
    `${paint(style.strong(`${severity}[${code}]`))}: ${shortenWords(message)}`,
    ...(span === undefined ? [] : quoteSpan(span, style)),
    ...templateLines(template, style),
    ...(related ?? []).map(
      (other) => `  ${shortenWords(other.message)}: ${style.place(formatPlace(other.span))}`,
    ),
    ...more,
    ...(help === undefined ? [] : wrapText(help, `  ${style.strong('help:')} `, '        ', style.width)),
  ];
}
