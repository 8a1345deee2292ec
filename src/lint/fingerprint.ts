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

/** Messages of diagnostics name the object and the field, and no line. */
export function fingerprintDiagnostic({ code, span, message }: Diagnostic): string {
  return [code, span?.source.name ?? '', message].join(' ');
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
