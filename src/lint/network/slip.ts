import { editDistance } from '../../manifest/index.ts';

/**
 * Is one name likely a slip of the pen for the other? Of short names only swapped letters count (`web`, `wbe`), and names that differ in their digits alone (`v1`, `v2`) are two
 * names.
 */
export function isSlip(a: string, b: string): boolean {
  const shorter = Math.min(a.length, b.length);
  if (a === b || shorter < 3 || (shorter === 3 && lettersOf(a) !== lettersOf(b))) return false;
  if (a.replace(/\d+/g, '') === b.replace(/\d+/g, '')) return false;
  return editDistance(a.toLowerCase(), b.toLowerCase()) <= (shorter < 8 ? 1 : 2);
}

function lettersOf(text: string): string {
  return [...text].sort().join('');
}
