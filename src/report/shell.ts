/** A word as a POSIX shell reads it back: in quotes where it needs them. */
export function quoteForShell(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

/** The command line that asks for a verdict; `words` is what stands behind `portcullis check`. */
export function checkCommand(words: readonly string[]): string {
  return ['portcullis', 'check', ...words].map(quoteForShell).join(' ');
}
