import type { ScalarNode } from './nodes.ts';
import type { Parser } from './parser-state.ts';
import { shorten } from './scalars.ts';

const PLAIN_WORDS = new Set(['true', 'True', 'TRUE', 'false', 'False', 'FALSE']);

/** Warns of an unquoted value that most people would read as another one: `yes`, `010`, `1_000`, `1.10`. */
export function warnAboutScalar(p: Parser, text: string, node: ScalarNode): void {
  const value = node.value;
  if (value === null || typeof value === 'string') return;
  if (typeof value === 'boolean') {
    if (!PLAIN_WORDS.has(text)) warn(p, text, `the boolean ${value}`, node.start, node.end);
  } else if (value.number !== text) {
    warn(p, text, `the number ${value.number}`, node.start, node.end);
  }
}

/** Warns of an unquoted key that becomes another text: `on` is the key "true". */
export function warnAboutKey(p: Parser, text: string, key: string, start: number, end: number): void {
  if (key === text || PLAIN_WORDS.has(text)) return;
  warn(p, text, `the key "${key}"`, start, end);
}

function warn(p: Parser, text: string, meaning: string, start: number, end: number): void {
  p.problems.push({
    code: 'ambiguous-scalar',
    severity: 'warning',
    message: `\`${shorten(text)}\` without quotes is ${meaning}.`,
    start,
    end,
    help: `Write ${meaning.split(' ').at(-1)} if you mean that, or "${shorten(text)}" in quotes if you mean the text.`,
  });
}
