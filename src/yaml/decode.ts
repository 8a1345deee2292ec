import type { YamlProblem } from './problems.ts';

/**
 * Turns the bytes of a file into text as kubectl does: UTF-16 where a byte-order mark says so, else UTF-8 with
 * replacement characters for what is none. A mark at the start is dropped. Bytes that are no text at all (a binary
 * file) are an error.
 */
export function decodeText(bytes: Uint8Array): { text: string; problems: readonly YamlProblem[] } {
  const text = new TextDecoder(encodingOf(bytes)).decode(bytes);
  const problems: YamlProblem[] = [];
  const at = text.indexOf('\ufffd');
  if (looksBinary(text)) {
    problems.push({
      code: 'encoding',
      severity: 'error',
      message: 'This is a binary file, not YAML or JSON text.',
      start: 0,
      end: 0,
      help: 'Unpack it first if it is an archive; kubectl reads only text.',
    });
  } else if (at >= 0) {
    problems.push({
      code: 'encoding',
      severity: 'warning',
      message: 'Bytes that are no UTF-8 become the replacement character U+FFFD.',
      start: at,
      end: at + 1,
      help: 'Save the file as UTF-8.',
    });
  }
  return { text, problems };
}

function encodingOf(bytes: Uint8Array): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le';
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf-16be';
  return 'utf-8';
}

/** A tenth of the first characters being NUL, other control or replacement characters. */
function looksBinary(text: string): boolean {
  const head = text.slice(0, 1000);
  const strange = head.match(/[\0-\x08\x0e-\x1f\x7f\ufffd]/g)?.length ?? 0;
  return strange * 10 > head.length;
}
