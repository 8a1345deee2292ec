import { type Baseline, baselineOf, type LintReport, lint, lintCodes, reportOf } from '../lint/index.ts';
import type { Diagnostic, Severity } from '../model/index.ts';
import {
  formatDiagnostics,
  formatJson,
  formatLintGithub,
  formatLintMarkdown,
  formatLintText,
  formatRemarks,
  type LintSetting,
  lintToJson,
  lintToSarif,
} from '../report/index.ts';
import { readBaseline, writeBaseline } from './baseline-file.ts';
import { closest } from './closest.ts';
import { exitCodes, usageError } from './exit.ts';
import { type Gathered, gatherCluster } from './gather.ts';
import { inputWords } from './input-words.ts';
import type { LintFlags } from './lint.ts';
import { listPackageFiles, readPackageFile } from './package-files.ts';
import { tellNoPods } from './tell.ts';
import { styleFor, type Terminal } from './terminal.ts';
import { readVersion } from './version.ts';

/** Runs `lint` and gives the exit code. Throws Refusal. */
export async function runLint(flags: LintFlags, terminal: Terminal): Promise<number> {
  if (flags.list === true) {
    terminal.print(listCodes());
    return exitCodes.ok;
  }
  const choice = chooseCodes(flags);
  const baseline = flags.baseline === undefined ? undefined : readBaseline(flags.baseline, terminal.cwd);
  const gathered = await gather(flags, terminal);
  const report = judge(gathered, choice, baseline);
  tellRest(gathered.diagnostics, choice.ran, flags, terminal);
  if (gathered.cluster.pods.size === 0) {
    tellNoPods(terminal, 'nothing is said of what policies select and let through');
  }
  if (flags.writeBaseline !== undefined) {
    const found = baselineOf([...report.entries, ...report.known]);
    writeBaseline(flags.writeBaseline, found, { cwd: terminal.cwd, force: flags.force === true });
    const number = found.findings.length;
    terminal.warn(`${number} ${number === 1 ? 'finding' : 'findings'} written to ${flags.writeBaseline}\n`);
    return exitCodes.ok;
  }
  terminal.print(format(report, flags, terminal));
  return reaches(report, flags.failOn) ? exitCodes.expectationFailed : exitCodes.ok;
}

interface Choice {
  readonly only: readonly string[] | undefined;
  readonly disable: readonly string[];
  readonly ran: (code: string) => boolean;
}

/** Throws a usage error for a code that is none: it would silently change nothing. */
function chooseCodes({ only, disable = [] }: LintFlags): Choice {
  const read = (texts: readonly string[]): readonly string[] =>
    texts.flatMap((text) => text.split(',')).map((text) => text.trim().toUpperCase());
  const wanted = only === undefined ? undefined : read(only);
  const unwanted = read(disable);
  const known = allCodes();
  for (const code of [...(wanted ?? []), ...unwanted]) {
    if (known.includes(code)) continue;
    const near = closest(code, /^PC[12]/.test(code) ? known : lintCodes, 3).map((name) => `  ${name}`);
    throw usageError(`there is no code ${code}`, [
      ...(near.length === 0 ? [] : ['closest:', ...near]),
      'all codes: portcullis lint --list',
    ]);
  }
  return {
    only: wanted,
    disable: unwanted,
    ran: (code) => wanted?.includes(code) !== false && !unwanted.includes(code),
  };
}

/** Diagnostics go into the report; where nothing can be read there is none, and they are told here. */
async function gather(flags: LintFlags, terminal: Terminal): Promise<Gathered> {
  let found: readonly Diagnostic[] = [];
  try {
    return await gatherCluster(flags, terminal, (diagnostics) => {
      found = diagnostics;
    });
  } catch (error) {
    const style = styleFor(terminal, 'warn', flags.color);
    if (found.length > 0) terminal.warn(`${formatDiagnostics(found, style)}\n`);
    throw error;
  }
}

function judge(
  { cluster, manifests, diagnostics }: Gathered,
  { only, disable, ran }: Choice,
  baseline: Baseline | undefined,
): LintReport {
  const { objects } = manifests;
  const findings = lint(cluster, {
    objects,
    unread: manifests.ignored,
    disable,
    ...(only !== undefined && { only }),
  });
  return reportOf({
    findings,
    diagnostics,
    objects: [...objects, ...manifests.foreign, ...manifests.rejected.map(({ object }) => object)],
    codes: allCodes(),
    ran,
    ...(baseline !== undefined && { baseline }),
  });
}

/** What is not in the report and has to be known all the same: remarks, and with --only what cannot be read. */
function tellRest(
  diagnostics: readonly Diagnostic[],
  ran: (code: string) => boolean,
  flags: LintFlags,
  terminal: Terminal,
): void {
  const style = styleFor(terminal, 'warn', flags.color);
  const errors = diagnostics.filter(
    ({ severity, code }) => severity === 'error' && flags.only !== undefined && !ran(code),
  );
  if (errors.length > 0) terminal.warn(`${formatDiagnostics(errors, style)}\n`);
  const remarks = formatRemarks(diagnostics, style);
  if (remarks !== '') terminal.warn(`${remarks}\n`);
}

function format(report: LintReport, flags: LintFlags, terminal: Terminal): string {
  const codes = [...report.entries, ...report.known, ...report.suppressed.map(({ entry }) => entry)];
  const setting: LintSetting = {
    inputWords: inputWords(flags),
    pages: pagesOf(codes.map(({ code }) => code)),
    version: readVersion(),
  };
  switch (flags.output) {
    case 'json':
      return formatJson(lintToJson(report, setting));
    case 'sarif':
      return formatJson(lintToSarif(report, setting));
    case 'github':
      return formatLintGithub(report, setting);
    case 'markdown':
      return formatLintMarkdown(report, setting);
    case 'text':
      return formatLintText(report, setting, styleFor(terminal, 'print', flags.color));
  }
}

const ranks: Readonly<Record<Severity, number>> = { error: 2, warning: 1, info: 0 };

function reaches({ entries }: LintReport, limit: Severity | 'none'): boolean {
  return limit !== 'none' && entries.some(({ severity }) => ranks[severity] >= ranks[limit]);
}

/** Codes of lint and of reading, which lint reports too. */
function allCodes(): readonly string[] {
  const read = listPackageFiles('docs', 'codes')
    .filter((name) => /^PC\d+\.md$/.test(name))
    .map((name) => name.slice(0, -'.md'.length));
  return [...new Set([...read, ...lintCodes])].sort();
}

function pagesOf(codes: readonly string[]): ReadonlyMap<string, string> {
  const pages = [...new Set(codes)].flatMap((code) => {
    const page = readPackageFile('docs', 'codes', `${code}.md`);
    return page === undefined ? [] : [[code, page] as const];
  });
  return new Map(pages);
}

function listCodes(): string {
  const pages = pagesOf(lintCodes);
  return lintCodes
    .map((code) => `${(pages.get(code) ?? code).split('\n', 1)[0]!.replace(/^#\s*/, '')}\n`)
    .join('');
}
