import { resolve } from 'node:path';
import type { Cluster } from '../cluster/index.ts';
import {
  formatJson,
  formatTestGithub,
  formatTestJunit,
  formatTestTap,
  formatTestText,
  testToJson,
} from '../report/index.ts';
import { findTestFiles, manifestEntry, readFileText, relativeName } from '../sources/index.ts';
import {
  countResults,
  decodeTestFile,
  type FileResult,
  isProblem,
  measureCoverage,
  mutatePolicies,
  runTests,
  type TestedCluster,
  type TestReport,
} from '../testing/index.ts';
import { exitCodes, inputError, usageError } from './exit.ts';
import { tellerOf } from './tell.ts';
import { styleFor, type Terminal } from './terminal.ts';
import type { TestFlags } from './test.ts';
import { openDesk } from './test-desk.ts';
import { flagsFor, openGroups, type PlacedFile } from './test-groups.ts';
import { inputOf } from './test-input.ts';

/** Runs `test FILES` and gives the exit code. Throws Refusal. */
export async function test(named: readonly string[], flags: TestFlags, terminal: Terminal): Promise<number> {
  if (flags.watch === true) {
    const { watchTests } = await import('./test-watch.ts');
    return watchTests(named, flags, terminal);
  }
  const { report } = await runFiles(named, flags, terminal);
  terminal.print(formatReport(report, flags, terminal));
  return exitCodeOf(report);
}

/** A run, and what it was read from; all paths are absolute. */
export interface Run {
  readonly report: TestReport;
  /** Test files and manifests. */
  readonly files: readonly string[];
  /** Files and directories that were named. */
  readonly roots: readonly string[];
}

/** Reads and runs all test files once. Throws Refusal. */
export async function runFiles(named: readonly string[], flags: TestFlags, terminal: Terminal): Promise<Run> {
  const tell = tellerOf(terminal, flags.color);
  const paths = findFiles(named, terminal, tell);
  const openGroup = openGroups(flags, terminal, tell);
  const files: FileResult[] = [];
  const tested = new Map<Cluster, TestedCluster>();
  const read = new Set<string>(paths);
  const roots = new Set(named.map((path) => resolve(terminal.cwd, path)));
  for (const path of paths) {
    const decoded = readTests(path, terminal.cwd);
    if ('problem' in decoded) {
      tell(decoded.problem.diagnostics);
      files.push(decoded);
      continue;
    }
    const group = await openGroup(decoded);
    const { source } = decoded.file;
    if (isProblem(group)) {
      files.push({ name: source.name, source, entries: [], problem: { ...group, diagnostics: [] } });
      continue;
    }
    const { cluster, sources } = group.gathered;
    for (const root of group.roots) roots.add(root);
    for (const { source: manifest } of sources) read.add(resolve(terminal.cwd, manifest.name));
    const desk = openDesk(cluster, flagsFor(decoded, flags).namespace);
    const options = { desk, map: group.map, ...(flags.filter && { filter: flags.filter }) };
    const entries = runTests(decoded.file.tests, options);
    const input = inputOf(decoded, flags, terminal.cwd);
    files.push({ name: source.name, source, entries, ...(input && { input }) });
    const before = tested.get(cluster)?.entries ?? [];
    tested.set(cluster, { desk, map: group.map, entries: [...before, ...entries] });
  }
  if (files.every(({ entries, problem }) => entries.length === 0 && problem === undefined)) {
    throw usageError(`no test has ${JSON.stringify(flags.filter ?? '')} in its name`);
  }
  const clusters = [...tested.values()];
  // Where no file could be run, no policies were read, and "0 of 0 rules" would say that there are none.
  const hasRun = clusters.length > 0;
  const report = {
    files,
    ...(hasRun && flags.coverage && { coverage: measureCoverage(clusters) }),
    ...(hasRun && flags.mutate && { mutation: mutatePolicies(clusters) }),
  };
  return { report, files: [...read], roots: [...roots] };
}

/** A test file, or the result of one that cannot be used. */
function readTests(
  path: string,
  cwd: string,
): PlacedFile | (FileResult & Required<Pick<FileResult, 'problem'>>) {
  const name = relativeName(cwd, path);
  const read = readFileText(path, cwd, name);
  const result =
    'source' in read ? decodeTestFile(read.source, manifestEntry) : { diagnostics: [read.fault] };
  if ('file' in result) return { path, file: result.file };
  const { diagnostics } = result;
  return { name, entries: [], problem: { problem: 'the file cannot be used', details: [], diagnostics } };
}

function findFiles(
  named: readonly string[],
  terminal: Terminal,
  tell: ReturnType<typeof tellerOf>,
): readonly string[] {
  const places = named.length === 0 ? ['.'] : named;
  const { paths, diagnostics } = findTestFiles(places, terminal.cwd);
  if (diagnostics.length > 0) {
    tell(diagnostics);
    throw inputError('not everything that was named could be read');
  }
  if (paths.length > 0) return paths;
  throw usageError(`no test files in ${places.join(', ')} or below: none is called *.portcullis-test.yaml`, [
    'name files or directories behind test; portcullis test --help shows what to write into one',
  ]);
}

/** What the process ends with. */
export function exitCodeOf({ files }: TestReport): number {
  const { errors, failed, unknown } = countResults(files);
  if (errors > 0) return exitCodes.input;
  if (failed > 0) return exitCodes.expectationFailed;
  return unknown > 0 ? exitCodes.unknown : exitCodes.ok;
}

/** The report in the format that the flags name. */
export function formatReport(report: TestReport, { output, color }: TestFlags, terminal: Terminal): string {
  switch (output) {
    case 'junit':
      return formatTestJunit(report);
    case 'tap':
      return formatTestTap(report);
    case 'json':
      return formatJson(testToJson(report));
    case 'github':
      return formatTestGithub(report);
    case 'text':
      return formatTestText(report, styleFor(terminal, 'print', color));
  }
}
