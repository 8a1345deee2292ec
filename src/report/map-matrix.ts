import { wrapText } from './lines.ts';
import { describeMarks, type Mark, paintMark } from './map-marks.ts';
import type { Style } from './style.ts';

/** What a matrix shows: one sign for each row and column. `T` is an end, or a namespace. */
export interface Grid<T> {
  readonly rows: readonly T[];
  readonly columns: readonly T[];
  /** All rows and columns, and maybe others, as they are numbered. */
  readonly order: readonly T[];
  readonly name: (item: T) => string;
  readonly mark: (row: T, column: T) => Mark;
  readonly meanings: Readonly<Record<Mark, string>>;
}

/** Taller matrices scroll their head off the screen. */
const mostRows = 60;

/** A longer name is cut in its row and written out below. */
const longestName = 40;

interface Layout {
  /** The number that stands for an item at the head of its column. */
  readonly numbers: ReadonlyMap<unknown, number>;
  readonly digits: number;
  readonly nameWidth: number;
  /** Columns of text that one column of the matrix takes. */
  readonly step: 1 | 2;
}

/** A grid as lines with the meaning of its signs, or undefined where it does not fit the style's width or a screen's height. */
export function matrixLines<T>(grid: Grid<T>, style: Style): readonly string[] | undefined {
  const layout = layOut(grid, style);
  if (layout === undefined) return undefined;
  const marks = new Set<Mark>();
  const rows = grid.rows.map((row) => {
    const signs = grid.columns.map((column) => {
      const mark = grid.mark(row, column);
      marks.add(mark);
      return paintMark(mark, style);
    });
    return `${rowHead(row, grid, layout)}${signs.join(' '.repeat(layout.step - 1))}`.trimEnd();
  });
  return [
    ...headLines(grid, layout, style),
    ...rows,
    ...nameLines(grid, layout, style),
    ...legendLines(marks, grid, style),
  ];
}

/** The meanings side by side as far as they fit; none is broken. */
function legendLines<T>(marks: ReadonlySet<Mark>, { meanings }: Grid<T>, style: Style): string[] {
  const words = describeMarks(marks, meanings).map((text) => ` ${text} `.replaceAll(' ', '\u00a0'));
  return wrapText(words.join(' '), '', '', style.width).map((line) =>
    style.faint(line.replaceAll('\u00a0', ' ').trim()),
  );
}

function layOut<T>({ rows, columns, order, name }: Grid<T>, style: Style): Layout | undefined {
  if (rows.length > mostRows) return undefined;
  const shown = new Set([...rows, ...columns]);
  const items = order.filter((item) => shown.has(item));
  const numbers = new Map(items.map((item, i) => [item, i + 1]));
  const digits = String(items.length).length;
  const nameWidth = Math.min(longestName, Math.max(...rows.map((row) => name(row).length)));
  const space = style.width - digits - nameWidth - 3;
  if (columns.length > space) return undefined;
  return { numbers, digits, nameWidth, step: columns.length * 2 - 1 <= space ? 2 : 1 };
}

/** The numbers of the columns, written downward. */
function headLines<T>(
  { columns }: Grid<T>,
  { numbers, digits, nameWidth, step }: Layout,
  style: Style,
): string[] {
  const texts = columns.map((column) => String(numbers.get(column)).padStart(digits));
  const lines = Array.from({ length: digits }, (_, i) =>
    texts.map((text) => text[i]).join(' '.repeat(step - 1)),
  );
  // The rows may have longer numbers than any column.
  const written = lines.filter((line) => line.trim() !== '');
  return written.map((line) => style.faint(`${' '.repeat(digits + nameWidth + 3)}${line}`.trimEnd()));
}

function rowHead<T>(row: T, { name }: Grid<T>, { numbers, digits, nameWidth }: Layout): string {
  return `${String(numbers.get(row)).padStart(digits)} ${cut(name(row)).padEnd(nameWidth)}  `;
}

/** Names that the rows do not show, or not to their end. */
function nameLines<T>({ rows, columns, name }: Grid<T>, { numbers }: Layout, style: Style): string[] {
  const inRows = new Set(rows);
  const hidden = [...numbers.keys()].filter(
    (item) => !inRows.has(item as T) || name(item as T).length > longestName,
  ) as T[];
  if (hidden.length === 0) return [];
  const words = hidden.map((item) => `${numbers.get(item)}\u00a0${name(item)}`);
  const separator = words.some((text) => text.includes(',')) ? '; ' : ', ';
  const title = columns.some((column) => !inRows.has(column)) ? 'Columns:' : 'In full:';
  return wrapText(words.join(separator), `${style.faint(title)} `, '  ', style.width).map((line) =>
    line.replaceAll('\u00a0', ' '),
  );
}

function cut(name: string): string {
  return name.length <= longestName ? name : `${name.slice(0, longestName - 1)}…`;
}
