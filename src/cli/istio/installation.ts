import type { IstioVersion, Release } from '../../istio/components/index.ts';
import type { InstalledPolicy } from '../../istio/operator/index.ts';
import { mostLevels, type ValueOrigin } from '../../istio/values/index.ts';
import type { Diagnostic, FieldPath, Source } from '../../model/index.ts';
import type { ComponentEntry } from '../../report/index.ts';
import { usageError } from '../exit.ts';
import type { Terminal } from '../terminal.ts';
import { helmInstallation } from './helm-installation.ts';
import { readVersionFlag } from './helm-releases.ts';
import type { PoliciesFlags } from './policies.ts';
import { readFiles } from './read-files.ts';

/** An entry of the report with the release that it is of, and where its values come from. */
export interface LocatedEntry extends ComponentEntry {
  readonly release: Release;
  readonly locate: (path: FieldPath) => ValueOrigin | undefined;
}

/** What the flags say is installed. */
export interface ReadInstallation {
  readonly by: 'helm' | 'istioctl';
  readonly version: IstioVersion;
  readonly entries: readonly LocatedEntry[];
  /** Findings that are of no single entry. */
  readonly diagnostics: readonly Diagnostic[];
  /** The same with Istio's NetworkPolicies switched on. */
  readonly switchedOn: () => readonly LocatedEntry[];
  /** With istioctl: those policies as it puts them into a cluster, with its own labels. */
  readonly installed?: () => readonly InstalledPolicy[];
}

/** Flags of Helm, which istioctl has not. */
const helmFlags = ['release', 'namespace', 'setString', 'setJson', 'setFile', 'setLiteral'] as const;

/**
 * Reads what is installed, as Helm or as istioctl takes it: the latter where there is an IstioOperator, or a `--set` whose path begins as istioctl's do. `operators` are files
 * of `-f`, where that is for istioctl and not for a cluster. Throws a usage or input error.
 */
export async function readInstallation(
  flags: PoliciesFlags,
  operators: readonly string[],
  terminal: Terminal,
  report: (diagnostics: readonly Diagnostic[]) => void,
): Promise<ReadInstallation> {
  const tell = (note: string): void => terminal.warn(`note: ${note}\n`);
  refuseTwoInputs(flags, operators);
  refuseDeep(flags);
  const version = readVersionFlag(flags.istio, tell);
  const values = await readFiles(flags.values ?? [], '--values', terminal, report);
  const own = await readFiles(flags.operator ?? [], '--operator', terminal, report);
  const others = await readFiles(operators, '-f', terminal, report);
  refuseOthers(others.find((source) => !looksLikeOperator(source)));
  const named = values.filter(looksLikeOperator);
  const all = [...named, ...own, ...others];
  const isIstioctl = all.length > 0 || (flags.set ?? []).some(isIstioctlPath);
  if (!isIstioctl) return helmInstallation(flags, version, values, report, terminal.cwd);
  refuseHelm(
    flags,
    values.find((source) => !named.includes(source)),
  );
  const { istioctlInstallation } = await import('./istioctl-installation.ts');
  return istioctlInstallation(flags, version, all, report, tell);
}

/** Standard input is read once, and whoever comes second finds nothing there. */
function refuseTwoInputs(
  { values = [], operator = [], filename = [] }: PoliciesFlags,
  operators: readonly string[],
): void {
  const named = [
    ...filesOf(values).map((name) => ['--values', name]),
    ...filesOf(operator).map((name) => ['--operator', name]),
    ...(operators.length > 0 ? filesOf(operators) : [...new Set(filename)]).map((name) => ['-f', name]),
  ].filter(([, name]) => name === '-');
  if (named.length < 2) return;
  const [first, second] = named.map(([flag]) => flag);
  const who = first === second ? `${first} - twice` : `${first} - and ${second} -`;
  throw usageError(
    `${who}: ${first === second ? 'each names' : 'both name'} standard input, which is read once`,
    ['write one of the two to a file, and name that'],
  );
}

function filesOf(texts: readonly string[]): readonly string[] {
  return texts.flatMap((text) => text.split(',')).map((name) => name.trim());
}

/** Each step of a path is a level of values. */
function refuseDeep({ set = [], setString = [], setFile = [], setLiteral = [] }: PoliciesFlags): void {
  const isDeep = (text: string): boolean => text.split('=', 1)[0]!.split(/[.[]/).length > mostLevels;
  const deep = [...set, ...setString, ...setFile, ...setLiteral].find(isDeep);
  if (deep === undefined) return;
  throw usageError(
    `${JSON.stringify(deep.slice(0, 40))}… leads through more than ${mostLevels} levels of values`,
  );
}

/** `-f` is for manifests of a cluster, and without one for istioctl's files. */
function refuseOthers(source: Source | undefined): void {
  if (source === undefined) return;
  throw usageError(
    `-f ${source.name} is no IstioOperator, and there is nothing to do with manifests of a cluster`,
    ['say what: --check, --tight or --leaving', `values of a chart are named with --values ${source.name}`],
  );
}

/** Paths that lead into an IstioOperator's spec and into no chart. */
function isIstioctlPath(set: string): boolean {
  return /^(?:spec\.)?(?:values|components|unvalidatedValues)[.[]/.test(set);
}

/** Tells an IstioOperator from values without reading the whole of it: its kind stands at the start of a line. */
function looksLikeOperator({ text }: Source): boolean {
  return (
    /^\s*["']?kind["']?\s*:\s*["']?IstioOperator\b/m.test(text) ||
    /^\s*\{.*"kind"\s*:\s*"IstioOperator"/s.test(text)
  );
}

function refuseHelm(flags: PoliciesFlags, plain: Source | undefined): void {
  if (plain !== undefined) {
    throw usageError(`${plain.name} holds values of a Helm chart, and the others are for istioctl`, [
      'istioctl takes values below spec.values of an IstioOperator: preview one installation at a time',
    ]);
  }
  const flag = helmFlags.find((name) => flags[name] !== undefined);
  if (flag === undefined) return;
  const long = `--${flag.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
  throw usageError(`${long} is Helm's: istioctl has it not`, [helpFor(flag)]);
}

function helpFor(flag: (typeof helmFlags)[number]): string {
  if (flag === 'release') return 'istioctl calls every release istio';
  if (flag === 'namespace')
    return 'set it as istioctl takes it: --set values.global.istioNamespace=NAME, or namespace: of a component in the file';
  return 'write it with --set as istioctl takes it, or in the file of --operator';
}
