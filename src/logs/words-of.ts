/** The first words and quoted texts of a text; the last bare word may be half where the line was cut, and is left out. */
export function wordsOf(text: string, most: number): readonly string[] {
  const words: string[] = [];
  for (let at = 0; at < text.length && words.length < most; ) {
    if (text[at] === ' ') {
      at += 1;
      continue;
    }
    const quoted = text[at] === '"';
    const start = quoted ? at + 1 : at;
    const end = text.indexOf(quoted ? '"' : ' ', start);
    if (end < 0) break;
    words.push(text.slice(start, end));
    at = end + 1;
  }
  return words;
}
