/** Character classes of libyaml's scanner, for the codes below 256. */
export const BLANK = 1; // space, tab
export const BREAK = 2; // line feed, carriage return, next line; beyond 255 also U+2028 and U+2029
export const FLOW_SIGN = 4; // ends plain text in brackets
export const COLON = 8; // ends plain text before a blank
export const NAME = 16; // of an anchor: letters, digits, - and _

export const classOf: Uint8Array = new Uint8Array(256);
mark(' \t', BLANK);
mark('\n\r\u0085', BREAK);
mark(',?[]{}', FLOW_SIGN);
mark(':', COLON);
mark('-_0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz', NAME);

function mark(characters: string, bit: number): void {
  for (const character of characters) classOf[character.charCodeAt(0)]! |= bit;
}

/** True for every line end that YAML 1.1 knows. */
export function isBreak(code: number): boolean {
  return code < 256 ? (classOf[code]! & BREAK) !== 0 : code === 0x2028 || code === 0x2029;
}

/** True for a blank, a tab, a line break or the end of the text. */
export function isBlankOrBreak(code: number): boolean {
  return code < 256 ? (classOf[code]! & (BLANK | BREAK)) !== 0 : code === 0x2028 || code === 0x2029;
}

/**
 * The offset after the line end at `position`. CRLF is one; so is CR CRLF, because kubectl makes every CRLF a line feed
 * before it reads the text, and the CR before it makes a CRLF again.
 */
export function afterBreak(text: string, position: number): number {
  if (text.charCodeAt(position) !== 13) return position + 1;
  const next = text.charCodeAt(position + 1);
  if (next === 10) return position + 2;
  return next === 13 && text.charCodeAt(position + 2) === 10 ? position + 3 : position + 1;
}

/** What a line end leaves in a value: the Unicode separators stay themselves, all others are a line feed. */
export function breakText(code: number): string {
  return code === 0x2028 ? '\u2028' : code === 0x2029 ? '\u2029' : '\n';
}

/** What line ends inside folded text become: one a blank, more lose their first; a Unicode separator stays. */
export function foldBreaks(first: string, further: string): string {
  if (first !== '\n') return first + further;
  return further === '' ? ' ' : further;
}

/** `---` or `...` with a blank or line end after it; `position` must be the start of a line. */
export function isMarker(text: string, position: number): boolean {
  const code = text.charCodeAt(position);
  return (
    (code === 45 || code === 46) &&
    text.charCodeAt(position + 1) === code &&
    text.charCodeAt(position + 2) === code &&
    isBlankOrBreak(text.charCodeAt(position + 3))
  );
}
