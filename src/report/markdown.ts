/** GitHub takes 65,536 characters for a comment; what is left is for whatever it and a workflow put around it. */
export const mostCharacters = 64_000;

/** A row of a table; cells are Markdown. A bar would end a cell, within code too. */
export function markdownRow(cells: readonly string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |\n`;
}

/** The head of a table with these titles. */
export function markdownHead(titles: readonly string[]): string {
  return markdownRow(titles) + markdownRow(titles.map(() => '---'));
}

/** A text as a code span: nothing in it is read as Markdown. */
export function markdownCode(text: string): string {
  const line = text.replace(/\s+/g, ' ');
  if (!line.includes('`')) return `\`${line}\``;
  const fence = '`'.repeat(longestRun(line) + 1);
  return `${fence} ${line} ${fence}`;
}

/** Commands of a shell as a block of code, indented to belong to the item of a list above it. */
export function markdownShell(commands: readonly string[]): string {
  const fence = '`'.repeat(Math.max(3, longestRun(commands.join('\n')) + 1));
  return [`${fence}sh`, ...commands, fence].map((line) => `  ${line}\n`).join('');
}

/** A patch as a block of code. */
export function markdownDiff(patch: string): string {
  const fence = '`'.repeat(Math.max(3, longestRun(patch) + 1));
  return `${fence}diff\n${patch}${fence}\n`;
}

/** Text that Markdown and HTML leave as it is; a name with `@` mentions nobody. */
export function escapeMarkdown(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replace(/[\\`*_[\]{}|#~]/g, (sign) => `\\${sign}`)
    .replaceAll('@', '@\u200b');
}

/** The length of the longest run of backticks. */
function longestRun(text: string): number {
  return Math.max(0, ...(text.match(/`+/g) ?? []).map(({ length }) => length));
}
