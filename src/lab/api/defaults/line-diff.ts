/** A unified diff (three lines of context) of two values written as JSON, as one hunk. */
export function diffOf(before: unknown, after: unknown): string {
  const a = linesOf(before);
  const b = linesOf(after);
  let start = 0;
  while (start < a.length && start < b.length && a[start] === b[start]) start++;
  let end = 0;
  while (end < a.length - start && end < b.length - start && a.at(-1 - end) === b.at(-1 - end)) end++;
  const from = Math.max(0, start - 3);
  const behind = Math.max(0, Math.min(3, end));
  const head = a.slice(from, start).map((line) => ` ${line}`);
  const removed = a.slice(start, a.length - end).map((line) => `-${line}`);
  const added = b.slice(start, b.length - end).map((line) => `+${line}`);
  const tail = a.slice(a.length - end, a.length - end + behind).map((line) => ` ${line}`);
  const counts = (changed: number) => head.length + changed + tail.length;
  const hunk = `@@ -${from + 1},${counts(removed.length)} +${from + 1},${counts(added.length)} @@`;
  return [hunk, ...head, ...removed, ...added, ...tail, ''].join('\n');
}

function linesOf(value: unknown): string[] {
  return JSON.stringify(value, sorted, 1).split('\n');
}

function sorted(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}
