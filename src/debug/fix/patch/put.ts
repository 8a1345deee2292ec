import type { MappingNode, SequenceNode, YamlNode } from '../../../yaml/index.ts';
import type { PlainValue } from '../types.ts';
import { below, type ObjectText, quoteOf } from './object-text.ts';
import { type Quote, renderBlock, renderEntry, renderFlow } from './render.ts';
import { contentStart, isBlock, isWithin } from './structure.ts';
import { columnAt, lineEndAt, lineStartAt, type TextChange } from './text-change.ts';

/** One more item of a list that has some. */
export function putItem(
  object: ObjectText,
  list: SequenceNode,
  value: PlainValue,
  at: number = list.items.length,
): readonly TextChange[] | undefined {
  const { text, style } = object;
  const quote = quoteOfItems(text, list);
  if (!isBlock(text, list)) {
    const rendered = (indent: string | undefined): string => renderIn(object, value, indent, quote);
    return at === list.items.length
      ? putLast(object, list, rendered)
      : putBefore(list.items[at], list, rendered);
  }
  const column = columnAt(text, contentStart(text, list));
  const lines = renderBlock(value, style, quote).map((line, i) => (i === 0 ? `- ${line}` : `  ${line}`));
  if (at === list.items.length) return [below(object, list.end, column, lines)];
  const before = list.items[at - 1];
  if (before !== undefined)
    return isWithin(list, before.start) ? [below(object, before.end, column, lines)] : undefined;
  return [putFirst(object, contentStart(text, list), column, lines)];
}

/** Before the first item, and before the comments right above it. */
function putFirst(
  { text, style }: ObjectText,
  dash: number,
  column: number,
  lines: readonly string[],
): TextChange {
  const indent = ' '.repeat(column);
  const put = lines.join(`${style.newline}${indent}`);
  let start = lineStartAt(text, dash);
  if (text.slice(start, dash).trim() !== '')
    return { start: dash, end: dash, text: `${put}${style.newline}${indent}` };
  while (start > 0) {
    const above = lineStartAt(text, start - 1);
    if (!text.slice(above, start).startsWith(`${indent}#`)) break;
    start = above;
  }
  return { start, end: start, text: `${indent}${put}${style.newline}` };
}

/** One more entry of a map that has some. */
export function putEntry(
  object: ObjectText,
  map: MappingNode,
  key: string,
  value: PlainValue,
): readonly TextChange[] | undefined {
  const { text, style } = object;
  if (isBlock(text, map)) {
    const column = columnAt(text, contentStart(text, map));
    return [below(object, map.end, column, renderEntry(key, value, style))];
  }
  return putLast(object, map, (indent) => {
    const name = renderFlow(key, style.json);
    return `${name}: ${renderIn(object, value, indent, 'none')}`;
  });
}

/** On one line; JSON that is written on lines is written on lines. */
function renderIn(
  { style }: ObjectText,
  value: PlainValue,
  indent: string | undefined,
  quote: Quote,
): string {
  if (!style.json || indent === undefined) return renderFlow(value, style.json, quote);
  return JSON.stringify(value, null, style.step).replaceAll('\n', `${style.newline}${indent}`);
}

/** Behind the last child of a list or map in brackets; on a line of its own where that has one. */
function putLast(
  { text, style }: ObjectText,
  parent: SequenceNode | MappingNode,
  render: (indent: string | undefined) => string,
): readonly TextChange[] | undefined {
  const last = lastChild(text, parent);
  if (last === undefined) return undefined;
  const indent = text.slice(lineStartAt(text, last.start), last.start);
  const hasLine =
    last.start > lineStartAt(text, parent.end - 1) || text.slice(last.start, parent.end).includes('\n');
  if (indent.trim() !== '' || !hasLine || lineStartAt(text, last.start) <= parent.start) {
    return [{ start: last.end, end: last.end, text: `, ${render(undefined)}` }];
  }
  const behind = /^(?:\s|#[^\n]*(?:\n|$))*,/.exec(text.slice(last.end, parent.end - 1));
  const comma = behind === null ? last.end : last.end + behind[0].length;
  const eol = lineEndAt(text, comma);
  if (eol >= parent.end) return [{ start: last.end, end: last.end, text: `, ${render(undefined)}` }];
  const put = `${style.newline}${indent}${render(indent)}${behind === null ? '' : ','}`;
  return [
    ...(behind === null ? [{ start: last.end, end: last.end, text: ',' }] : []),
    { start: eol, end: eol, text: put },
  ];
}

function putBefore(
  item: YamlNode | undefined,
  list: SequenceNode,
  render: (indent: string | undefined) => string,
): readonly TextChange[] | undefined {
  if (item === undefined || !isWithin(list, item.start)) return undefined;
  return [{ start: item.start, end: item.start, text: `${render(undefined)}, ` }];
}

/** Where the last child is written, an alias too; of a map from its key on. */
function lastChild(
  text: string,
  parent: SequenceNode | MappingNode,
): { readonly start: number; readonly end: number } | undefined {
  if (parent.kind === 'sequence') {
    const item = parent.items.at(-1);
    if (item !== undefined && isWithin(parent, item.start)) return item;
  } else {
    const own = parent.entries.filter((entry) => isWithin(parent, entry.keyStart));
    const entry = own.toSorted((a, b) => a.keyStart - b.keyStart).at(-1);
    const merged = /<<\s*:\s*\*[\w-]+\s*\}$/.test(text.slice(parent.start, parent.end));
    if (
      entry !== undefined &&
      !merged &&
      entry.value.start >= entry.keyEnd &&
      isWithin(parent, entry.value.start)
    )
      return { start: entry.keyStart, end: entry.value.end };
  }
  const alias = /\*[\w-]+(?=[\s,]*[\]}]$)/.exec(text.slice(parent.start, parent.end));
  if (alias === null) return undefined;
  const start = parent.start + alias.index;
  return { start, end: start + alias[0].length };
}

/** How the texts of a list are quoted: as the last of them. */
function quoteOfItems(text: string, list: SequenceNode): Quote {
  const last = list.items.findLast((item) => item.kind === 'scalar' && isWithin(list, item.start));
  const quote = last === undefined ? undefined : quoteOf(text, last);
  return quote ?? 'none';
}
