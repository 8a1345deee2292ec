/**
 * Breaks a text at spaces so that `indent` and each line fit `width`; a word that is longer than a line stays whole, unless it is very long (`shortenWords`).
 * Gives the lines with their indent: `first` in front of the first, `indent` in front of the others.
 */
export function wrapText(text: string, first: string, indent: string, width: number): string[] {
  const lines: string[] = [];
  let line = first;
  let empty = true;
  for (const word of shortenWords(text).split(' ')) {
    if (!empty && widthOf(line) + 1 + widthOf(word) > width) {
      lines.push(line.trimEnd());
      line = indent;
      empty = true;
      // Of two blanks at which a line breaks none is left.
      if (word === '') continue;
    }
    line += empty ? word : ` ${word}`;
    empty = false;
  }
  lines.push(line);
  return lines;
}

/** The columns that a text takes, colours left out. */
function widthOf(text: string): number {
  return text.replace(/\u001b\[\d+m/g, '').length;
}

/** Cuts words of over 200 characters, which nobody reads to their end (a key, a certificate), to 160 and says how long they were. */
export function shortenWords(text: string): string {
  return text.replace(/\S{201,}/gu, (word) => {
    const characters = Array.from(word);
    return `${characters.slice(0, 160).join('')}… (${characters.length} characters)`;
  });
}
