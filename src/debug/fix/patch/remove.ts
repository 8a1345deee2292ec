import type { YamlNode } from '../../../yaml/index.ts';
import type { ObjectText } from './object-text.ts';
import { contentStart, isBlock, isWithin } from './structure.ts';
import { lineEndAt, lineStartAt, type TextChange } from './text-change.ts';
import type { Walked } from './walk.ts';

/** Takes an item out of a list, with its lines; the last one leaves `[]`. Comments on lines of their own stay. */
export function removeItem(
  { text }: ObjectText,
  { spot, missing }: Walked,
): readonly TextChange[] | undefined {
  const { node, parent, elsewhere } = spot;
  if (missing.length > 0 || elsewhere !== undefined || parent?.kind !== 'sequence') return undefined;
  if (!isBlock(text, parent)) return removeInBrackets(text, parent.items, node, parent);
  const dash = dashBefore(text, node.start);
  if (dash === undefined) return undefined;
  const start = lineStartAt(text, dash);
  if (text.slice(start, dash).trim() !== '') return undefined;
  const eol = lineEndAt(text, node.end);
  if (parent.items.length > 1) {
    const next = text.startsWith('\r\n', eol) ? eol + 2 : Math.min(eol + 1, text.length);
    return [{ start, end: next, text: '' }];
  }
  if (contentStart(text, parent) !== dash) return undefined;
  // `key:` and its comments stay where they are.
  const colon = keyColon(text, start);
  if (colon === undefined) return undefined;
  const before = lineEndAt(text, lineStartAt(text, start - 1));
  return [
    { start: colon, end: colon, text: ' []' },
    { start: before, end: eol, text: '' },
  ];
}

/** Behind the colon of the key whose list begins on the line at `start`: there may be comments between. */
function keyColon(text: string, start: number): number | undefined {
  for (let end = start; end > 0; ) {
    const line = lineStartAt(text, end - 1);
    const words = text.slice(line, end);
    if (/\S/.test(words.replace(/#.*/, ''))) {
      const key = /^[^#]*?:(?=\s*(?:#.*)?\s*$)/.exec(words);
      return key === null ? undefined : line + key[0].length;
    }
    end = line;
  }
  return undefined;
}

/** The dash of an item: on its line or, with nothing but comments between, above. */
function dashBefore(text: string, itemStart: number): number | undefined {
  const line = lineStartAt(text, itemStart);
  const before = text.slice(line, itemStart);
  const dash = /^\s*-\s+$/.exec(before);
  return dash === null ? undefined : line + before.indexOf('-');
}

function removeInBrackets(
  text: string,
  items: readonly YamlNode[],
  node: YamlNode,
  parent: YamlNode,
): readonly TextChange[] | undefined {
  const index = items.indexOf(node);
  if (index < 0 || !items.every((item) => isWithin(parent, item.start))) return undefined;
  const next = items[index + 1];
  if (next !== undefined) return noComment(text, { start: node.start, end: next.start, text: '' });
  const before = items[index - 1];
  return noComment(text, { start: before?.end ?? node.start, end: node.end, text: '' });
}

/** A comment would go with what is taken out. */
function noComment(text: string, change: TextChange): readonly TextChange[] | undefined {
  return text.slice(change.start, change.end).includes('#') ? undefined : [change];
}
