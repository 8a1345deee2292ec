import type { Fix, FixSearch } from '../debug/fix/index.ts';
import { count } from '../model/index.ts';
import {
  describeAdvice,
  describeAsked,
  describeFix,
  describeGround,
  describeNone,
  describeWidening,
  describeWideningInShort,
  listDenied,
  listElse,
} from './fix-words.ts';
import { wrapText } from './lines.ts';
import { plainStyle, type Style } from './style.ts';
import { formatUnifiedDiff } from './unified-diff.ts';

/** Of what else a fix allows so many lines are shown. */
const mostListed = 10;

/** How many fixes are shown as patches; the others in one line each. */
export interface FixTextOptions {
  /** 1 where left out. */
  readonly patches?: number;
  /** What is let through; the request where left out. */
  readonly what?: 'the request' | 'the packets';
}

/** Fixes as text for people: the best, or the one that is taken, as a patch, with what else it allows, then the others; or why there is none. Ends with a line break. */
export function formatFixText(
  search: FixSearch,
  { patches = 1, what = 'the request' }: FixTextOptions = {},
  style: Style = plainStyle,
): string {
  const advice = search.advice.flatMap((each) =>
    wrapText(describeAdvice(each), '  or: ', '      ', style.width),
  );
  if (search.kind === 'no fix') {
    const { why } = search;
    const head = why.kind === 'already allowed' ? 'Nothing to fix' : 'No fix';
    const lines = wrapText(describeNone(search), `${style.strong(`${head}:`)} `, '  ', style.width);
    return `${[...lines, ...advice].join('\n')}\n`;
  }
  const { fixes, taken = fixes[0] } = search;
  // Who takes one that is not the best wants to see that one, and the best ones only if he asks for several.
  const isShown = (fix: Fix, i: number): boolean => fix === taken || (patches > 1 && i < patches);
  const numbered = fixes.map((fix, i) => ({ fix, number: i + 1, isShown: isShown(fix, i) }));
  const shown = numbered
    .filter((each) => each.isShown)
    .flatMap(({ fix, number }) => [...fixLines(fix, titleOf(search, number), what, style), '']);
  const others = numbered
    .filter((each) => !each.isShown)
    .flatMap(({ fix, number }) => otherLines(fix, number, style));
  const rest = others.length === 0 ? [] : [style.strong('Other fixes:'), ...others];
  return `${[...shown, ...rest, ...advice].join('\n').trimEnd()}\n`;
}

function titleOf(search: Extract<FixSearch, { kind: 'fixes' }>, number: number): string {
  const all = search.fixes.length;
  const title = all === 1 ? 'Fix' : `Fix ${number} of ${all}`;
  const ground = describeGround(search);
  return ground === undefined ? `${title}:` : `${title}, ${ground}:`;
}

function fixLines(
  fix: Fix,
  title: string,
  what: NonNullable<FixTextOptions['what']>,
  style: Style,
): readonly string[] {
  const through = `verified: ${what === 'the request' ? 'the request gets' : 'the packets get'} through`;
  const added = listElse(fix);
  const denied = listDenied(fix);
  return [
    ...wrapText(describeFix(fix), `${style.strong(title)} `, '  ', style.width),
    ...wrapText(`${through}; it ${describeWidening(fix)}`, '  ', '    ', style.width),
    ...wrapText(`between the two: ${describeAsked(fix)}`, '    + ', '      ', style.width).map(
      isWide(fix) ? style.bad : (line) => line,
    ),
    ...listLines('+', added, style.bad, style),
    ...listLines('-', denied, style.doubtful, style),
    ...(fix.editable
      ? []
      : wrapText(
          'this text is rendered, or no file: make the change in what it comes from',
          '  ',
          '    ',
          style.width,
        ).map(style.doubtful)),
    ...patchLines(fix, style),
  ];
}

/** Is more allowed between the ends of the request than the request? */
function isWide({ widening: { ports, http } }: Fix): boolean {
  return ports + http > 0;
}

function listLines(
  sign: string,
  lines: readonly string[],
  paint: (text: string) => string,
  style: Style,
): readonly string[] {
  const shown = lines.slice(0, mostListed);
  const rest = lines.length - shown.length;
  return [
    ...shown.flatMap((line) => wrapText(line, `    ${sign} `, '      ', style.width).map(paint)),
    ...(rest === 0 ? [] : [`    and ${count(rest, 'further group')} of pairs; -o json lists all`]),
  ];
}

function patchLines({ edits }: Fix, style: Style): readonly string[] {
  return edits.flatMap(({ source, before, after }) => {
    const lines = formatUnifiedDiff({ name: source, before, after }).trimEnd().split('\n');
    return lines.map((line) => {
      if (/^(?:---|\+\+\+|diff|new file)/.test(line)) return style.strong(line);
      if (line.startsWith('@@')) return style.place(line);
      return line.startsWith('+') ? style.good(line) : line.startsWith('-') ? style.bad(line) : line;
    });
  });
}

function otherLines(fix: Fix, number: number, style: Style): readonly string[] {
  return wrapText(
    `${describeFix(fix)}: ${describeWideningInShort(fix)}`,
    `  ${number}  `,
    '     ',
    style.width,
  );
}
