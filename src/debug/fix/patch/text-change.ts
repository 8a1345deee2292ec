/** A stretch of a text, and what comes in its place; offsets are of the text before any change. */
export interface TextChange {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** Applies changes that do not overlap. Of two at one place the first given comes first. */
export function changeText(text: string, changes: readonly TextChange[]): string {
  let result = '';
  let from = 0;
  for (const { start, end, text: put } of changes.toSorted((a, b) => a.start - b.start)) {
    result += text.slice(from, start) + put;
    from = end;
  }
  return result + text.slice(from);
}

/** Where the line of `position` ends, before its line end. */
export function lineEndAt(text: string, position: number): number {
  const feed = text.indexOf('\n', position);
  if (feed < 0) return text.length;
  return feed > position && text[feed - 1] === '\r' ? feed - 1 : feed;
}

/** Where the line of `position` begins. */
export function lineStartAt(text: string, position: number): number {
  return text.lastIndexOf('\n', position - 1) + 1;
}

/** How far into its line a position is. */
export function columnAt(text: string, position: number): number {
  const start = lineStartAt(text, position);
  // A byte order mark takes no room.
  return position - start - (start === 0 && text.charCodeAt(0) === 0xfeff ? 1 : 0);
}
