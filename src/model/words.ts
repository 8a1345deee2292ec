/** Joins with commas, and with `and` before the last: `a`, `a and b`, `a, b and c`. */
export function listWords(words: readonly string[], conjunction = 'and'): string {
  if (words.length < 2) return words.join('');
  return `${words.slice(0, -1).join(', ')} ${conjunction} ${words.at(-1)}`;
}

/** Lists names, each once; of many the first ones and how many there are beyond: `a, b, c and 4 others`. */
export function listNames(names: Iterable<string>, most = 3): string {
  const all = [...new Set(names)];
  if (all.length <= most) return listWords(all);
  return `${all.slice(0, most).join(', ')} and ${count(all.length - most, 'other')}`;
}

/** `1 pod`, `12,345 pods`; `plural` where an s does not do. */
export function count(number: number, word: string, plural = `${word}s`): string {
  return `${formatNumber(number)} ${number === 1 ? word : plural}`;
}

/** `12,345`. */
export function formatNumber(number: number): string {
  // Not by toLocaleString: the first use of Intl takes longer than a small map.
  return String(number).replace(/\B(?=(\d{3})+$)/g, ',');
}
