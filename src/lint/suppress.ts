import type { KindedObject, Source } from '../model/index.ts';
import { entryOfDiagnostic, type LintEntry } from './entry.ts';
import { type IgnoreComment, readIgnoreComments } from './ignore-comments.ts';

/** An entry that a comment in the text asks not to report. */
export interface SuppressedEntry {
  readonly entry: LintEntry;
  readonly reason: string;
}

/** What can be wrong with a comment: it is not followed, or there is nothing for it. */
export const commentCodes = ['PC3191', 'PC3192'] as const;

export interface Suppression {
  readonly kept: readonly LintEntry[];
  readonly suppressed: readonly SuppressedEntry[];
}

/** What ignore comments can be about. */
export interface SuppressionInput {
  readonly entries: readonly LintEntry[];
  readonly objects: readonly KindedObject[];
  /** Codes that can be ignored. */
  readonly known: ReadonlySet<string>;
  /** Codes that were looked for: a comment on any other may well have something to ignore. */
  readonly ran: (code: string) => boolean;
}

/** Takes out what ignore comments speak of, and adds what is wrong with the comments themselves: PC3191 and PC3192. */
export function suppress(input: SuppressionInput): Suppression {
  const { entries, objects, ran } = input;
  const sources = new Set([
    ...objects.map(({ origin }) => origin.source),
    ...entries.flatMap(({ span }) => span?.source ?? []),
  ]);
  const comments = [...sources].flatMap(readIgnoreComments);
  if (comments.length === 0) return { kept: entries, suppressed: [] };
  const speaksOf = speakerTest(objects);
  const inForce = comments.filter((comment) => faultOf(comment, input.known) === undefined);
  const bySource = Map.groupBy(inForce, ({ span }) => span.source);
  const used = new Map<IgnoreComment, Set<string>>();
  const kept: LintEntry[] = [];
  const suppressed: SuppressedEntry[] = [];
  for (const entry of entries) {
    const comment = bySource
      .get(entry.span?.source as Source)
      ?.find((each) => each.codes.includes(entry.code) && speaksOf(each, entry));
    if (comment === undefined) {
      kept.push(entry);
      continue;
    }
    suppressed.push({ entry, reason: comment.reason });
    const codes = used.get(comment) ?? new Set();
    used.set(comment, codes.add(entry.code));
  }
  const faults = comments.flatMap((comment) => faultOf(comment, input.known) ?? []);
  const idle = inForce.flatMap((comment) => {
    const codes = comment.codes.filter((code) => ran(code) && !used.get(comment)?.has(code));
    return codes.length === 0 ? [] : [idleEntry(comment, codes)];
  });
  const own = [...faults, ...idle].filter(({ code }) => ran(code));
  return { kept: [...kept, ...own], suppressed };
}

/** Does a comment speak of an entry: of its line, or of the object in which it lies? */
function speakerTest(
  objects: readonly KindedObject[],
): (comment: IgnoreComment, entry: LintEntry) => boolean {
  const bySource = Map.groupBy(objects, ({ origin }) => origin.source);
  const lineOf = createLineFinder();
  return ({ span: { source }, line, above }, { span }) => {
    if (span === undefined || line === undefined) return false;
    if (lineOf(source, span.start) === line) return true;
    if (!above) return false;
    return (bySource.get(source) ?? []).some(
      ({ origin }) =>
        origin.start <= span.start && span.start < origin.end && lineOf(source, origin.start) === line,
    );
  };
}

/** Gives the line of an offset, from 1; line breaks are looked for once in each source. */
function createLineFinder(): (source: Source, offset: number) => number {
  const found = new Map<Source, readonly number[]>();
  return (source, offset) => {
    let starts = found.get(source);
    if (starts === undefined) {
      const breaks = [...source.text.matchAll(/\r\n|\r|\n/g)];
      starts = [0, ...breaks.map((match) => match.index + match[0].length)];
      found.set(source, starts);
    }
    return starts.findLastIndex((start) => start <= offset) + 1;
  };
}

function faultOf(comment: IgnoreComment, known: ReadonlySet<string>): LintEntry | undefined {
  const unknown = comment.codes.find((code) => !known.has(code));
  const what =
    comment.codes.length === 0
      ? 'names no code'
      : unknown !== undefined
        ? `names ${unknown}, which is no code of lint`
        : comment.reason === ''
          ? `gives no reason to ignore ${comment.codes.join(', ')}`
          : undefined;
  if (what === undefined) return undefined;
  return entryOfDiagnostic({
    code: 'PC3191',
    severity: 'warning',
    message: `this ignore comment ${what}, so it is not followed`,
    span: comment.span,
    help: 'Write # portcullis: ignore PC3001 and then why.',
  });
}

function idleEntry(comment: IgnoreComment, codes: readonly string[]): LintEntry {
  return entryOfDiagnostic({
    code: 'PC3192',
    severity: 'warning',
    message: `this ignore comment matches nothing: there is no ${codes.join(' or ')} here`,
    span: comment.span,
    help: 'Take it out, or put it on the line of the key, on the line above it, or before the object.',
  });
}
