import type { YamlNode } from '../../../yaml/index.ts';
import { toPlainValue } from '../../../yaml/index.ts';
import type { PlainValue } from '../types.ts';
import { editPlain, type ObjectEdit, wrap } from './object-edit.ts';
import { below, type ObjectText, quoteOf } from './object-text.ts';
import { putEntry, putItem } from './put.ts';
import { removeItem } from './remove.ts';
import { renderBlock, renderFlow, renderScalar } from './render.ts';
import { isBlock } from './structure.ts';
import { columnAt, type TextChange } from './text-change.ts';
import { type Spot, walkPath } from './walk.ts';

/** The changes of the text that make an edit of the object; undefined where it is written in a way that cannot be edited. */
export function spliceEdit(object: ObjectText, edit: ObjectEdit): readonly TextChange[] | undefined {
  const { root } = object;
  if (edit.op === 'remove') return removeItem(object, walkPath(root, edit.path));
  const { spot, missing } = walkPath(root, edit.path);
  if (spot.elsewhere !== undefined) {
    const below = { ...edit, path: missing };
    return writeOut(object, spot, editPlain(toPlainValue(spot.node) as PlainValue, below));
  }
  const { node } = spot;
  const value = edit.op === 'add' ? [edit.value] : edit.value;
  const [step] = missing;
  if (step === undefined) {
    if (edit.op === 'set') return replaceValue(object, spot, edit.value);
    if (isEmpty(node)) return fillEmpty(object, spot, value);
    return node.kind === 'sequence' ? putItem(object, node, edit.value, edit.at) : undefined;
  }
  const inner = wrap(missing, value);
  if (isEmpty(node)) return fillEmpty(object, spot, typeof step === 'number' ? [inner] : { [step]: inner });
  if (node.kind === 'mapping') return putEntry(object, node, String(step), inner);
  if (node.kind === 'sequence' && step === node.items.length) return putItem(object, node, inner, undefined);
  return undefined;
}

/** What is shared by an alias is written out where it is to differ; a merged key gets one of its own. */
function writeOut(
  object: ObjectText,
  { parent, entry, elsewhere }: Spot,
  value: PlainValue,
): readonly TextChange[] | undefined {
  if (entry === undefined || parent?.kind !== 'mapping') return undefined;
  if (elsewhere === 'merged') return putEntry(object, parent, entry.key, value);
  const alias = /^\s*:\s+(\*[^\s,\]}]+)/.exec(object.text.slice(entry.keyEnd, entry.keyEnd + 500));
  if (alias === null) return undefined;
  const end = entry.keyEnd + alias[0].length;
  return [{ start: end - alias[1]!.length, end, text: renderFlow(value, false) }];
}

function isEmpty(node: YamlNode): boolean {
  if (node.kind === 'scalar') return node.value === null;
  return node.kind === 'sequence' ? node.items.length === 0 : node.entries.length === 0;
}

function replaceValue(object: ObjectText, spot: Spot, value: PlainValue): readonly TextChange[] | undefined {
  const { node } = spot;
  if (isEmpty(node)) return fillEmpty(object, spot, value);
  if (node.kind !== 'scalar' || (typeof value === 'object' && value !== null)) return undefined;
  const { text, style } = object;
  const quote = quoteOf(text, node);
  if (quote === undefined) return undefined;
  const put = style.json ? JSON.stringify(value) : renderScalar(value, quote, true);
  return [{ start: node.start, end: node.end, text: put }];
}

/** Puts a value where nothing is: `[]`, `{}`, `null` or not even that. */
function fillEmpty(object: ObjectText, spot: Spot, value: PlainValue): readonly TextChange[] | undefined {
  const { text, style } = object;
  const { node, parent, entry } = spot;
  const written = text.slice(node.start, node.end);
  if (parent === undefined || !/^(?:\[\s*\]|\{\s*\}|null|Null|NULL|~|)$/.test(written)) return undefined;
  if (!isBlock(text, parent)) {
    if (written === '') return undefined;
    return [{ start: node.start, end: node.end, text: renderFlow(value, style.json) }];
  }
  const lines = renderBlock(value, style);
  if (entry === undefined) {
    if (written === '') return undefined;
    const [first, ...rest] = lines;
    return [
      { start: node.start, end: node.end, text: first! },
      below(object, node.end, columnAt(text, node.start), rest),
    ];
  }
  const colon = text.indexOf(':', entry.keyEnd) + 1;
  const start = written === '' ? colon : node.start;
  const end = written === '' ? colon : node.end;
  if (lines.length === 1 && !/^(?:- |[^[{"']*:(?: |$))/.test(lines[0]!)) {
    return [{ start, end, text: `${start === colon ? ' ' : ''}${lines[0]}` }];
  }
  const step = Array.isArray(value) ? style.listStep : style.step;
  const column = columnAt(text, entry.keyStart) + step;
  const blank = text.slice(colon, start).trim() === '' ? colon : start;
  return [{ start: blank, end, text: '' }, below(object, end, column, lines)];
}
