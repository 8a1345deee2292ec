import { type Diagnostic, formatPath, qualifiedName, type Span } from '../model/index.ts';
import type { Finding } from './types.ts';

/**
 * A text that names a finding without its line and its words: the code, the object, the field with its list indexes left out, and where there were some a
 * hash of what is written there. A rule put in above does not change it; a change of the field itself does.
 */
export function fingerprintFinding({ code, object, path }: Finding): string {
  const field = formatPath(path).replace(/\[\d+\]/g, '[]');
  const listed = path.some((part) => typeof part === 'number');
  const written = listed ? [hashText(squeeze(object.origin.locate(path)))] : [];
  return [code, object.kind, qualifiedName(object), field, ...written].join(' ');
}

/**
 * The same for a diagnostic, whose message names the object and the field, or what is wrong with a text: then what stands at its place tells it from others.
 * The file is left out, for it is called otherwise from another directory.
 */
export function fingerprintDiagnostic({ code, span, message }: Diagnostic): string {
  const words = message.replace(/\[\d+\]/g, '[]');
  if (span !== undefined) return [code, words, hashText(squeeze(surroundings(span)))].join(' ');
  // What has no place is about a file, by its path.
  return [code, words.replace(/\S*\//g, '')].join(' ');
}

/** So much of a line counts on either side of a place: JSON may be one line. */
const mostAround = 80;

/** The line of a place, or the part of it that is near. */
function surroundings({ source, start }: Span): Span {
  const { text } = source;
  const before = text.slice(Math.max(start - mostAround, 0), start);
  const after = text.slice(start, start + mostAround);
  const lineStart = start - before.length + before.search(/[^\r\n]*$/);
  return { source, start: lineStart, end: start + after.search(/[\r\n]|$/) };
}

/** The text of a field without comments and white space, which mean nothing. */
function squeeze({ source, start, end }: Span): string {
  return source.text
    .slice(start, end)
    .replace(/(^|\s)#.*$/gm, '')
    .replace(/\s+/g, '');
}

/** FNV-1a, 32 bits: enough to tell the items of one list apart. */
function hashText(text: string): string {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) {
    hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193) >>> 0;
  }
  return hash.toString(16).padStart(8, '0');
}
