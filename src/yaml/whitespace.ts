import { afterBreak, BREAK, classOf, isBreak } from './characters.ts';
import type { Scanner } from './scanner-state.ts';

/**
 * Skips blanks, comments and line ends up to the next token or the end. A tab is skipped only where no key can begin;
 * a new line outside brackets lets one begin.
 */
export function skipToToken(s: Scanner): void {
  const text = s.text;
  let position = s.position;
  for (;;) {
    let code = text.charCodeAt(position);
    while (code === 32 || (code === 9 && (s.flow > 0 || !s.keyAllowed))) code = text.charCodeAt(++position);
    if (position >= s.end) break;
    if (code === 35) {
      position = endOfLine(text, position);
      code = text.charCodeAt(position);
    }
    if (!isBreak(code)) break;
    position = afterBreak(text, position);
    s.lineStart = position;
    if (s.flow === 0) s.keyAllowed = true;
    if (position >= s.end) break;
  }
  s.position = position;
}

/** The offset of the line end at or after `position`. */
export function endOfLine(text: string, position: number): number {
  let end = position;
  for (;;) {
    const code = text.charCodeAt(end);
    if (code < 256 ? (classOf[code]! & BREAK) !== 0 : code === 0x2028 || code === 0x2029) return end;
    end++;
  }
}
