import { editDistance } from '../../manifest/index.ts';

/**
 * Is one name likely a slip of the pen for the other? Short names are not compared, and names that differ in their digits alone (`v1`, `v2`) are two
 * names.
 */
export function isSlip(a: string, b: string): boolean {
  if (a === b || Math.min(a.length, b.length) < 4) return false;
  if (a.replace(/\d+/g, '') === b.replace(/\d+/g, '')) return false;
  return editDistance(a.toLowerCase(), b.toLowerCase()) <= (Math.min(a.length, b.length) < 8 ? 1 : 2);
}
