import type { YamlNode } from '../../../yaml/index.ts';
import type { Quote } from './render.ts';
import type { Style } from './style.ts';
import { lineEndAt, type TextChange } from './text-change.ts';

/** A text with an object in it. */
export interface ObjectText {
  readonly text: string;
  readonly root: YamlNode;
  readonly style: Style;
}

/** How a scalar is quoted; undefined for a block scalar, and for one with an anchor or a tag. */
export function quoteOf(text: string, node: YamlNode): Quote | undefined {
  const first = text[node.start];
  if (first === '"') return 'double';
  if (first === "'") return 'single';
  return first === '|' || first === '>' || first === '&' || first === '!' ? undefined : 'none';
}

/** Lines below the one on which `position` stands, behind its comment. */
export function below(
  { text, style }: ObjectText,
  position: number,
  column: number,
  lines: readonly string[],
): TextChange {
  const at = lineEndAt(text, position);
  const put = lines.map((line) => `${style.newline}${' '.repeat(column)}${line}`).join('');
  return { start: at, end: at, text: put };
}
