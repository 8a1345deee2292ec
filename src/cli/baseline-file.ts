import { existsSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Baseline } from '../lint/index.ts';
import { formatJson, type JsonValue, reportVersion } from '../report/index.ts';
import { readFileText } from '../sources/index.ts';
import { inputError, usageError } from './exit.ts';

/** Reads a baseline that `writeBaseline` wrote. Throws an input error where there is none. */
export function readBaseline(path: string, cwd: string): Baseline {
  if (!existsSync(resolve(cwd, path))) {
    throw inputError(`there is no baseline ${path}`, [`write one with --write-baseline ${path}`]);
  }
  const read = readFileText(path, cwd, path);
  if ('fault' in read) throw inputError(read.fault.message);
  const value = parseJson(read.source.text);
  if (isBaseline(value)) return value;
  throw inputError(`${path} is not a baseline: it needs kind LintBaseline and a list of findings`, [
    `--write-baseline ${path} --force writes one in its place`,
  ]);
}

/** undefined for what is no JSON: the parser's own words quote the text, over several lines. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isBaseline(value: unknown): value is Baseline {
  if (typeof value !== 'object' || value === null) return false;
  const { kind, findings } = value as { readonly kind?: unknown; readonly findings?: unknown };
  return (
    kind === 'LintBaseline' &&
    Array.isArray(findings) &&
    findings.every((each) => typeof (each as { fingerprint?: unknown } | null)?.fingerprint === 'string')
  );
}

/** Writes a baseline. Throws a usage error where the file is there and nobody said that it may go. */
export function writeBaseline(
  path: string,
  { findings }: Baseline,
  { cwd, force }: { readonly cwd: string; readonly force: boolean },
): void {
  const file = resolve(cwd, path);
  if (!force && existsSync(file)) {
    throw usageError(`${path} is there already: --force replaces it`);
  }
  const text = formatJson({
    apiVersion: reportVersion,
    kind: 'LintBaseline',
    findings: findings as unknown as JsonValue,
  });
  try {
    writeFileSync(file, text);
  } catch (error) {
    // Node's own words name the absolute path.
    throw usageError(`cannot write ${path}: the system says ${(error as NodeJS.ErrnoException).code}`);
  }
}
