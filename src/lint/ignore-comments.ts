import type { Source, Span } from '../model/index.ts';

/** `# portcullis: ignore PC3001 REASON`: codes that are not to be reported at some place. */
export interface IgnoreComment {
  readonly span: Span;
  readonly codes: readonly string[];
  /** Empty where none is given: then the comment is not followed. */
  readonly reason: string;
  /** The line that it speaks of (from 1); undefined at the end of a text. */
  readonly line: number | undefined;
  /** It stands alone on its line, above what it speaks of: where an object begins there it speaks of the whole object. */
  readonly above: boolean;
}

const form = /(^|\s)#\s*portcullis:\s*ignore\b([^\n\r]*)/;

/** The ignore comments of a text, in order. A comment behind a line's content speaks of that line, any other of the next line with content. */
export function readIgnoreComments(source: Source): readonly IgnoreComment[] {
  if (!source.text.includes('portcullis:')) return [];
  const lines = source.text.split(/\r\n|\r|\n/);
  const comments: IgnoreComment[] = [];
  let offset = 0;
  for (const [i, text] of lines.entries()) {
    const match = form.exec(text);
    if (match !== null) {
      const start = offset + match.index + match[1]!.length;
      const above = text.slice(0, match.index).trim() === '';
      comments.push({
        span: { source, start, end: offset + text.trimEnd().length },
        ...readWords(match[2]!),
        line: above ? nextContent(lines, i + 1) : i + 1,
        above,
      });
    }
    offset += text.length + breakLength(source.text, offset + text.length);
  }
  return comments;
}

/** Codes with commas or blanks between them, then the reason, which a colon or dash may begin. */
function readWords(text: string): Pick<IgnoreComment, 'codes' | 'reason'> {
  const [, codes = '', rest = ''] = /^\s*((?:PC\d+[\s,]*)*)(.*)$/i.exec(text) ?? [];
  return {
    codes: [...codes.matchAll(/PC\d+/gi)].map(([code]) => code.toUpperCase()),
    reason: rest.replace(/^[\s:–—-]+/, '').trim(),
  };
}

/** The number of the next line that is more than a comment, a document marker or a blank. */
function nextContent(lines: readonly string[], from: number): number | undefined {
  const index = lines.findIndex((line, i) => i >= from && !/^\s*(#.*|---(\s.*)?)?$/.test(line));
  return index < 0 ? undefined : index + 1;
}

function breakLength(text: string, at: number): number {
  return text.startsWith('\r\n', at) ? 2 : 1;
}
