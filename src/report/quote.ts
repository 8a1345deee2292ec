import { count, type Span } from '../model/index.ts';
import { boundsOf, formatPlace, lineText } from './position.ts';
import { plainStyle, type Style } from './style.ts';

/** So many places are written out that are not quoted. */
const mostPlaces = 3;

/** Of a longer stretch the first lines are shown, and the last. */
const mostLines = 8;

/**
 * Quotes a span as compilers do: its place, the lines with their numbers, and what is meant underlined.
 * A stretch of several lines gets a bar at its side; the middle of a long one is left out.
 */
export function quoteSpan(span: Span, style: Style = plainStyle): string[] {
  const { first, last } = boundsOf(span);
  const gutter = String(last.line).length;
  const blank = ' '.repeat(gutter);
  const place = `${blank.slice(1)}--> ${formatPlace(span)}`;
  const bar = style.faint(`${blank} |`);
  const numbered = (line: number, text: string): string =>
    `${style.faint(`${String(line).padStart(gutter)} |`)}${text === '' ? '' : ` ${text}`}`;
  const lines = [style.place(` ${place}`), bar];

  if (first.line === last.line) {
    const text = lineText(span.source, first.line);
    const start = printed(text.slice(0, first.column - 1)).length;
    const end = printed(text.slice(0, last.column)).length;
    const shift = start < style.width - 20 ? 0 : start - 20;
    const cut = cutLine(text, style.width, shift);
    const under = Math.max(1, Math.min(end, shift + style.width - 1) - start);
    lines.push(numbered(first.line, cut));
    lines.push(`${bar} ${' '.repeat(start - shift)}${style.strong('^'.repeat(under))}`);
    return lines;
  }

  for (const line of shownLines(first.line, last.line)) {
    if (line === undefined) {
      lines.push(style.faint(`${'.'.repeat(Math.max(3, gutter))}`));
      continue;
    }
    const text = cutLine(lineText(span.source, line), style.width);
    const side = style.strong(line === first.line ? '/' : '|');
    lines.push(numbered(line, text === '' ? side : `${side} ${text}`));
  }
  const end = printed(lineText(span.source, last.line).slice(0, last.column)).length;
  lines.push(`${bar} ${style.strong(`|${'_'.repeat(Math.min(end, style.width))}^`)}`);
  return lines;
}

/** Places without their lines, one below the other; of many the first ones and their number. */
export function placeLines(spans: readonly Span[], indent: string, style: Style): string[] {
  const rest = spans.length - mostPlaces;
  return [
    ...spans.slice(0, mostPlaces).map((span) => style.place(`${indent}--> ${formatPlace(span)}`)),
    ...(rest > 0 ? [`${indent}and ${count(rest, 'other')}`] : []),
  ];
}

/** The line below a quoted span that names the chart's template; none where there is none. */
export function templateLines(template: string | undefined, style: Style): string[] {
  return template === undefined ? [] : [style.faint(`  rendered from ${template}`)];
}

/** Line numbers to print; undefined stands for those that are left out. */
function shownLines(first: number, last: number): (number | undefined)[] {
  const all = Array.from({ length: last - first + 1 }, (_, i) => first + i);
  return all.length <= mostLines ? all : [...all.slice(0, mostLines - 2), undefined, last];
}

/** A line from column `shift` on, as far as it fits; `…` stands for what is cut at either end. */
function cutLine(text: string, width: number, shift = 0): string {
  const all = printed(text.trimEnd());
  const rest = shift === 0 ? all : ['…', ...all.slice(shift + 1)];
  return (rest.length <= width ? rest : [...rest.slice(0, width - 1), '…']).join('');
}

/** The characters that a text is printed as: a tab as two blanks, control characters as one. */
function printed(text: string): string[] {
  return Array.from(text.replaceAll('\t', '  ').replace(/[\u0000-\u001f\u007f-\u009f]/g, ' '));
}
