const escapes: ReadonlyMap<string, string> = new Map([
  ['"', '\\"'],
  ['\\', '\\\\'],
  ['\x07', '\\a'],
  ['\b', '\\b'],
  ['\f', '\\f'],
  ['\n', '\\n'],
  ['\r', '\\r'],
  ['\t', '\\t'],
  ['\v', '\\v'],
]);

/** A text as Go's `%q` prints it: in double quotes, what cannot be printed escaped. */
export function quote(text: string): string {
  return `"${escapeText(text)}"`;
}

/** The inside of a quoted Go string. */
export function escapeText(text: string): string {
  let result = '';
  for (const character of text) result += escapes.get(character) ?? escapeUnprintable(character);
  return result;
}

function escapeUnprintable(character: string): string {
  if (character === ' ' || /^[^\p{C}\p{Z}]$/u.test(character)) return character;
  const code = character.codePointAt(0)!;
  if (code < 0x80) return `\\x${hex(code, 2)}`;
  return code > 0xffff ? `\\U${hex(code, 8)}` : `\\u${hex(code, 4)}`;
}

function hex(code: number, digits: number): string {
  return code.toString(16).padStart(digits, '0');
}
