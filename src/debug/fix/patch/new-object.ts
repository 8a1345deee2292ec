import { readDocuments } from '../../../yaml/index.ts';
import type { PlainValue } from '../types.ts';
import { type EditedText, editText, type Refusal } from './edit-text.ts';
import { renderBlock } from './render.ts';
import { styleOf } from './style.ts';
import { lineEndAt } from './text-change.ts';

/**
 * Writes a new object behind the document of another, which stands at `start`: as a document of its own, or as one more item where that one is in a list. JSON that holds one
 * object has no room for a second.
 */
export function addObject(text: string, start: number, value: PlainValue): EditedText | Refusal {
  const document = [...readDocuments(text)].find(({ end }) => end > start);
  const { root } = document ?? {};
  if (document === undefined || root === undefined) return { refused: 'not found' };
  if (root.start !== start) {
    const edited = editText(text, root.start, [{ op: 'add', path: ['items'], value }]);
    return 'refused' in edited ? edited : { ...edited, at: root.end - 1 };
  }
  const json = document.format === 'json';
  if (json) return { refused: 'shape' };
  const style = styleOf(text, root, false);
  const lines = [...renderBlock(value, style), ''].join(style.newline);
  const end = Math.min(document.end, text.length);
  const broken = lineEndAt(text, Math.max(end - 1, 0)) === end ? style.newline : '';
  const marker = `${broken}---${style.newline}`;
  const put = `${text.slice(0, end)}${marker}${lines}`;
  return { text: put + text.slice(end), start: end + marker.length, end: put.length, at: end - 1 };
}

/** A file of its own for an object, as JSON. */
export function newFile(value: PlainValue): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
