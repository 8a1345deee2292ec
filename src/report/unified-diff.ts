/** Lines around a change that stay as they are. */
const context = 3;

/** A text before and after; undefined before: the file is new. */
interface TwoTexts {
  readonly name: string;
  readonly before: string | undefined;
  readonly after: string;
}

/** A change as a patch that `git apply` and `patch -p1` take. */
export function formatUnifiedDiff({ name, before, after }: TwoTexts): string {
  const path = name.replace(/^(?:\.?\/)+/, '');
  const old = linesOf(before ?? '');
  const now = linesOf(after);
  const hunks = hunksOf(matchLines(old, now), old, now);
  const head =
    before === undefined
      ? [`diff --git a/${path} b/${path}`, 'new file mode 100644', '--- /dev/null', `+++ b/${path}`]
      : [`diff --git a/${path} b/${path}`, `--- a/${path}`, `+++ b/${path}`];
  return `${[...head, ...hunks].join('\n')}\n`;
}

/** Lines with their line ends; the last may have none. */
function linesOf(text: string): readonly string[] {
  return text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
}

/** One line of an edit script; indexes are of the lines before and after. */
interface Mark {
  readonly sign: ' ' | '-' | '+';
  readonly old: number;
  readonly now: number;
}

/** The shortest edit script (Myers), between what both begin and end with alike. */
function matchLines(old: readonly string[], now: readonly string[]): readonly Mark[] {
  let first = 0;
  while (first < old.length && first < now.length && old[first] === now[first]) first++;
  let last = 0;
  const most = Math.min(old.length, now.length) - first;
  while (last < most && old[old.length - 1 - last] === now[now.length - 1 - last]) last++;
  const marks: Mark[] = [];
  for (let i = 0; i < first; i++) marks.push({ sign: ' ', old: i, now: i });
  marks.push(...shortestScript(old, now, first, old.length - last, now.length - last));
  for (let i = last; i > 0; i--) marks.push({ sign: ' ', old: old.length - i, now: now.length - i });
  return marks;
}

function shortestScript(
  old: readonly string[],
  now: readonly string[],
  from: number,
  oldEnd: number,
  nowEnd: number,
): readonly Mark[] {
  const trace: Map<number, number>[] = [];
  let reach = new Map<number, number>([[1, from]]);
  // Diagonal k holds places x in the old text and x - k in the new.
  for (let depth = 0; ; depth++) {
    trace.push(new Map(reach));
    const next = new Map(reach);
    for (let k = -depth; k <= depth; k += 2) {
      const down = k === -depth || (k !== depth && get(reach, k - 1) < get(reach, k + 1));
      let x = down ? get(reach, k + 1) : get(reach, k - 1) + 1;
      while (x < oldEnd && x - k < nowEnd && x - k >= from && old[x] === now[x - k]) x++;
      next.set(k, x);
      if (x >= oldEnd && x - k >= nowEnd) return walkBack([...trace, next], depth, k, oldEnd, from);
    }
    reach = next;
  }
}

function get(reach: ReadonlyMap<number, number>, k: number): number {
  return reach.get(k) ?? Number.NEGATIVE_INFINITY;
}

function walkBack(
  trace: readonly ReadonlyMap<number, number>[],
  depth: number,
  diagonal: number,
  end: number,
  from: number,
): readonly Mark[] {
  const marks: Mark[] = [];
  let x = end;
  let k = diagonal;
  for (let d = depth; d >= 0; d--) {
    const reach = trace[d]!;
    const down = k === -d || (k !== d && get(reach, k - 1) < get(reach, k + 1));
    const before = down ? k + 1 : k - 1;
    const start = d === 0 ? from : get(reach, before);
    const turn = d === 0 ? from : down ? start : start + 1;
    for (; x > turn; x--) marks.push({ sign: ' ', old: x - 1, now: x - 1 - k });
    if (d === 0) break;
    if (down) marks.push({ sign: '+', old: start, now: start - before });
    else marks.push({ sign: '-', old: start, now: start - before });
    x = start;
    k = before;
  }
  return marks.reverse();
}

function hunksOf(marks: readonly Mark[], old: readonly string[], now: readonly string[]): readonly string[] {
  const changed = marks.flatMap(({ sign }, i) => (sign === ' ' ? [] : [i]));
  const ranges: { first: number; last: number }[] = [];
  for (const i of changed) {
    const range = ranges.at(-1);
    if (range !== undefined && i - range.last <= 2 * context) range.last = i;
    else ranges.push({ first: i, last: i });
  }
  return ranges.flatMap(({ first, last }) => {
    const own = marks.slice(Math.max(0, first - context), last + context + 1);
    const size = (sign: '-' | '+'): number =>
      own.filter((mark) => mark.sign === ' ' || mark.sign === sign).length;
    const [head] = own;
    const place = (start: number, length: number): string => `${length === 0 ? start : start + 1},${length}`;
    return [
      `@@ -${place(head!.old, size('-'))} +${place(head!.now, size('+'))} @@`,
      ...own.flatMap(({ sign, old: o, now: n }) => {
        const line = (sign === '+' ? now[n] : old[o])!;
        return line.endsWith('\n')
          ? [`${sign}${line.slice(0, -1)}`]
          : [`${sign}${line}`, '\\ No newline at end of file'];
      }),
    ];
  });
}
