import { usageError } from '../exit.ts';

const units: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/** Milliseconds of a duration as kubectl takes it: `30s`, `1m30s`, `500ms`; a bare number is seconds. Throws a usage error that names the flag. */
export function readDuration(text: string, flag: string): number {
  if (/^\d+$/.test(text)) return Number(text) * 1000;
  const pieces = [...text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h)/g)];
  if (pieces.length > 0 && pieces.map(([piece]) => piece).join('') === text) {
    return pieces.reduce((sum, [, number, unit]) => sum + Number(number) * units[unit!]!, 0);
  }
  throw usageError(`${flag} ${text} is no duration: write 30s, 1m30s or 500ms`);
}

/** A time span in few words: `8s`, `3m`, `2h`, `4d`, as kubectl shows ages. */
export function describeAge(milliseconds: number): string {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000));
  if (seconds < 120) return `${seconds}s`;
  if (seconds < 2 * 3600) return `${Math.floor(seconds / 60)}m`;
  return seconds < 2 * 86_400 ? `${Math.floor(seconds / 3600)}h` : `${Math.floor(seconds / 86_400)}d`;
}
