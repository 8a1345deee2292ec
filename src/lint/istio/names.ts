import { listNames as listAll } from '../network/pods.ts';

/** `a, b, c and 4 others`: the first names of a list, each once, and how many there are beyond. */
export function listNames(names: Iterable<string>, most = 3): string {
  return listAll([...new Set(names)], most);
}

/** `a`, `a and b`, `a, b and c`. */
export function joinWords(words: readonly string[]): string {
  return listAll(words, words.length);
}

/** `1 port`, `2 ports`. */
export function count(number: number, word: string, plural = `${word}s`): string {
  return `${number} ${number === 1 ? word : plural}`;
}
