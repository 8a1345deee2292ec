import {
  type MappingNode,
  readDocuments,
  toJson,
  toPlainValue,
  type YamlDocument,
  type YamlNode,
} from '../../../yaml/index.ts';
import type { PlainValue } from '../types.ts';
import { editPlain, type ObjectEdit } from './object-edit.ts';
import { spliceEdit } from './splice.ts';
import { styleOf } from './style.ts';
import { changeText } from './text-change.ts';

/** Why a text was not edited. `shape`: written in a way that this editor does not know. `elsewhere`: the edit would have changed something else, too: an anchor of aliases. */
export type Refusal = { readonly refused: 'shape' | 'elsewhere' | 'not found' };

/** A text that was edited. */
export interface EditedText {
  readonly text: string;
  /** The document that was edited, as it stands now. */
  readonly start: number;
  readonly end: number;
  /** What stood behind this place stands elsewhere now. */
  readonly at: number;
}

/**
 * Edits the object that stands at `start` of a text, and leaves every other character of it as it is. The edited text is read again: it must say what the object said,
 * with the edits made, and nothing else in its document may have changed.
 */
export function editText(text: string, start: number, edits: readonly ObjectEdit[]): EditedText | Refusal {
  const from = documentStart(text, start);
  const whole = documentAt(text, from, start);
  const path = whole?.root === undefined ? undefined : pathTo(whole.root, start);
  if (path === undefined) return { refused: 'not found' };
  let current = { text, document: whole! };
  let intended = toPlainValue(whole!.root!) as PlainValue;
  for (const edit of edits) {
    const root = objectIn(current.document.root!, path);
    const style = styleOf(current.text, root, current.document.format === 'json');
    const changes = spliceEdit({ text: current.text, root, style }, edit);
    if (changes === undefined) return { refused: 'shape' };
    const next = changeText(current.text, changes);
    const document = documentAt(next, from, start);
    intended = editPlain(intended, { ...edit, path: [...path, ...edit.path] });
    if (document?.root === undefined) return { refused: 'shape' };
    if (!isSame(document.root, intended)) return { refused: 'elsewhere' };
    current = { text: next, document };
  }
  const end = Math.min(current.document.end, current.text.length);
  return { text: current.text, start: from, end, at: start };
}

/** The document that begins at `from` or, in JSON, holds a position; no more of the text is read than it takes. */
function documentAt(text: string, from: number, position: number): YamlDocument | undefined {
  for (const document of readDocuments(from === 0 ? text : `${'#'.repeat(from - 1)}\n${text.slice(from)}`)) {
    if (document.end <= position) continue;
    return document.problems.some(({ severity }) => severity === 'error') ? undefined : document;
  }
  return undefined;
}

/** The start of the document of YAML that holds a position; 0 in JSON. */
function documentStart(text: string, position: number): number {
  if (/^\ufeff?\s*\{/.test(text.slice(0, 4096))) return 0;
  const marker = text.lastIndexOf('\n---', position);
  return marker < 0 ? 0 : text.indexOf('\n', marker + 1) + 1;
}

/** From the root of a document to the object that stands at `start`. */
function pathTo(root: YamlNode, start: number): readonly (string | number)[] | undefined {
  if (root.start === start) return [];
  if (root.kind !== 'mapping') return undefined;
  const items = root.entries.find(({ key }) => key === 'items')?.value;
  if (items?.kind !== 'sequence') return undefined;
  const index = items.items.findIndex((item) => item.start === start);
  return index < 0 ? undefined : ['items', index];
}

function objectIn(root: YamlNode, path: readonly (string | number)[]): YamlNode {
  const [, index] = path;
  if (typeof index !== 'number') return root;
  const items = (root as MappingNode).entries.find(({ key }) => key === 'items')!.value;
  return items.kind === 'sequence' ? items.items[index]! : root;
}

function isSame(root: YamlNode, intended: PlainValue): boolean {
  return canonical(JSON.parse(toJson(root))) === canonical(intended);
}

/** Equal texts for values that are equal but for the order of their keys. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_, each: unknown) =>
    typeof each === 'object' && each !== null && !Array.isArray(each)
      ? Object.fromEntries(Object.entries(each).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)))
      : each,
  );
}
