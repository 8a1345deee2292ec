/** A row of a table; cells are Markdown. */
export function markdownRow(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |\n`;
}

/** A text as a code span that also stands in a table: nothing in it is read as Markdown. */
export function markdownCode(text: string): string {
  const line = text.replace(/\s+/g, ' ').replaceAll('|', '\\|');
  if (!line.includes('`')) return `\`${line}\``;
  const longest = Math.max(...[...line.matchAll(/`+/g)].map(([ticks]) => ticks.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence} ${line} ${fence}`;
}
