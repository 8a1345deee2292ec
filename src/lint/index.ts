import type { Cluster } from '../cluster/index.ts';
import type { ModelObject } from '../model/index.ts';
import { createContext } from './context.ts';
import { sortFindings } from './order.ts';
import { rules } from './registry.ts';
import { commentCodes } from './suppress.ts';
import type { Finding } from './types.ts';

export { type Baseline, type BaselineEntry, baselineOf } from './baseline.ts';
export { checkWords } from './command.ts';
export type { LintContext } from './context.ts';
export type { LintEntry } from './entry.ts';
export { coversPeerOf, coversPortOf } from './network/cover.ts';
export type { LintRule } from './registry.ts';
export { type LintReport, reportOf } from './report.ts';
export type * from './types.ts';

export interface LintOptions {
  /** What was read; the cluster is built from it. */
  readonly objects: readonly ModelObject[];
  /** Kinds that were not read, and how many objects of each there were. */
  readonly unread?: ReadonlyMap<string, number>;
  /** Codes to look for; left out = all. */
  readonly only?: readonly string[];
  /** Codes to leave out. */
  readonly disable?: readonly string[];
}

/** Every code that lint itself can give, in order. */
export const lintCodes: readonly string[] = [
  ...new Set([...rules.flatMap(({ codes }) => codes), ...commentCodes]),
].sort();

/** All findings about a cluster, by file, place and code. Rules of which no code is asked for do not run. */
export function lint(cluster: Cluster, options: LintOptions): readonly Finding[] {
  const { only, disable = [] } = options;
  const wanted = (code: string): boolean => only?.includes(code) !== false && !disable.includes(code);
  const context = createContext(cluster, options.objects, options.unread);
  const findings: Finding[] = [];
  for (const rule of rules) {
    if (!rule.codes.some(wanted)) continue;
    for (const finding of rule.check(context)) if (wanted(finding.code)) findings.push(finding);
  }
  return sortFindings(findings);
}
