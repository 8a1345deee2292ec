import { formatPath, qualifiedName } from '../model/index.ts';
import type { Finding } from './types.ts';

/** Findings by file and place in it, then by code and message; of equal ones the first stays. */
export function sortFindings(findings: Iterable<Finding>): readonly Finding[] {
  const placed = new Map<string, { readonly finding: Finding; readonly start: number }>();
  for (const finding of findings) {
    const key = identify(finding);
    if (!placed.has(key)) placed.set(key, { finding, start: startOf(finding) });
  }
  return [...placed.values()]
    .sort(
      (a, b) =>
        compareTexts(a.finding.object.origin.source.name, b.finding.object.origin.source.name) ||
        a.start - b.start ||
        compareTexts(a.finding.code, b.finding.code) ||
        compareTexts(a.finding.message, b.finding.message),
    )
    .map(({ finding }) => finding);
}

function identify({ code, object, path, message }: Finding): string {
  return [
    code,
    object.origin.source.name,
    object.kind,
    qualifiedName(object),
    formatPath(path),
    message,
  ].join('\n');
}

function startOf({ object, path }: Finding): number {
  return object.origin.locate(path).start;
}

/** The order of texts by their code units, which is the same everywhere. */
export function compareTexts(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
