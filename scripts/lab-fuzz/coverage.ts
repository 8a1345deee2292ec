import type { ConditionCount } from '../../src/lab/verify/index.ts';

/** How often each condition was met and not met, over all rounds. */
export type Coverage = Map<string, ConditionCount>;

/** Adds the counts of one round. */
export function addCoverage(coverage: Coverage, conditions: Readonly<Record<string, ConditionCount>>): void {
  for (const [name, { held, failed }] of Object.entries(conditions)) {
    const before = coverage.get(name) ?? { held: 0, failed: 0 };
    coverage.set(name, { held: before.held + held, failed: before.failed + failed });
  }
}

/** A table of what of AuthorizationPolicy was tried: actions, fields and `when` keys. */
export function formatCoverage(coverage: Coverage): string {
  const rows = [...coverage].toSorted(([a], [b]) => (a < b ? -1 : 1));
  const width = Math.max(...rows.map(([name]) => name.length), 'CONDITION'.length);
  const line = (name: string, held: string, failed: string): string =>
    `${name.padEnd(width)}  ${held.padStart(8)}  ${failed.padStart(8)}\n`;
  return [
    line('CONDITION', 'HELD', 'FAILED'),
    ...rows.map(([name, { held, failed }]) => line(name, `${held}`, `${failed}`)),
  ].join('');
}
