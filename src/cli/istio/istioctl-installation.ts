import { helmNames, type IstioVersion } from '../../istio/components/index.ts';
import {
  type InstalledPolicy,
  installedPolicies,
  type OperatorFailure,
  type OperatorFinding,
  type PlainOperator,
  planInstallation,
  readOperator,
  renderInstallation,
} from '../../istio/operator/index.ts';
import { locateValue, newMap, parseSet, type ReadFlag, type ValueOrigin } from '../../istio/values/index.ts';
import type { Diagnostic, FieldPath, Source } from '../../model/index.ts';
import { exitCodes, inputError, Refusal } from '../exit.ts';
import { readCharts } from './helm-releases.ts';
import type { LocatedEntry, ReadInstallation } from './installation.ts';
import type { InstallationFlags } from './policies.ts';
import { placeOf } from './tell-entries.ts';

type Report = (diagnostics: readonly Diagnostic[]) => void;

/** What istioctl would install. Throws a usage or input error; a Refusal with 1 where istioctl itself would refuse, which is reported first. */
export function istioctlInstallation(
  flags: InstallationFlags,
  version: IstioVersion,
  sources: readonly Source[],
  report: Report,
): ReadInstallation {
  const operators = readOperators(sources, report);
  const sets = flags.set ?? [];
  const locate = locatorOf(operators, sets);
  const { entries, findings } = planned({ operators, sets, version }, locate, report);
  const on = (): Planned => planned({ operators, sets: [...sets, switchOn], version }, locate, report);
  const charts = readCharts(flags.chart);
  const wanted = (entry: LocatedEntry): boolean => charts?.includes(entry.release.chart) ?? true;
  return {
    by: 'istioctl',
    version,
    entries: entries.filter(wanted),
    diagnostics: findings.map((finding) => findingAt(finding, locate)),
    switchedOn: () => on().entries.filter(wanted),
    installed: () => on().installed,
  };
}

const switchOn = 'values.global.networkPolicy.enabled=true';

function readOperators(sources: readonly Source[], report: Report): readonly PlainOperator[] {
  const read = sources.map(readOperator);
  report(read.flatMap(({ diagnostics }) => diagnostics));
  return read.map(({ operator }) => {
    if (operator === undefined) throw inputError('not every IstioOperator could be used');
    return operator;
  });
}

interface Input {
  readonly operators: readonly PlainOperator[];
  readonly sets: readonly string[];
  readonly version: IstioVersion;
}

interface Planned {
  readonly entries: readonly LocatedEntry[];
  readonly findings: readonly OperatorFinding[];
  readonly installed: readonly InstalledPolicy[];
}

function planned(input: Input, locate: Locate, report: Report): Planned {
  const plan = planInstallation(input);
  if (plan.kind === 'failed') {
    const exit = plan.set === undefined ? exitCodes.input : exitCodes.usage;
    return refuse(plan, exit, locate, report);
  }
  const rendered = renderInstallation(plan);
  if (rendered.kind === 'failed') return refuse(rendered, exitCodes.expectationFailed, locate, report);
  const entries = rendered.releases.map(
    ({ release, rendering, object }): LocatedEntry => ({
      component: release.chart,
      namespace: release.namespace,
      template: `${helmNames[release.chart]}/templates/networkpolicy.yaml`,
      rendering,
      ...(object !== undefined && { object }),
      release,
      locate: (path) => locateChartValue(path, locate),
    }),
  );
  return {
    entries,
    findings: [...plan.findings, ...rendered.findings],
    installed: installedPolicies(plan, rendered),
  };
}

type Locate = (path: FieldPath) => ValueOrigin | undefined;

/** Finds values in the files and `--set`s by their path in an IstioOperator. */
function locatorOf(operators: readonly PlainOperator[], sets: readonly string[]): Locate {
  const flags = sets.map((text): ReadFlag => {
    const read = parseSet(text.replace(/^spec\./, ''), 'set', newMap());
    const assignments = 'fault' in read ? [] : read.assignments;
    const shift = text.startsWith('spec.') ? 'spec.'.length : 0;
    return {
      flag: '--set',
      text,
      assignments: assignments.map(({ path, start, end }) => ({
        path: ['spec', ...path],
        start: start + shift,
        end: end + shift,
      })),
    };
  });
  return (path) => locateValue(path, flags, operators);
}

/** A chart's value is one of `spec.values`; of ztunnel and the gateways it may be one of what is theirs there. */
function locateChartValue(path: FieldPath, locate: Locate): ValueOrigin | undefined {
  const whole = locate(['spec', 'values', ...path]);
  return whole ?? locate(['spec', 'values', 'ztunnel', ...path]);
}

/** A finding at the flag or the value that it is about. */
function findingAt({ code, severity, message, help, ...at }: OperatorFinding, locate: Locate): Diagnostic {
  return { code, severity, message, ...operatorPlace(at, locate), ...(help !== undefined && { help }) };
}

function operatorPlace(
  { path, set }: Pick<OperatorFinding, 'path' | 'set'>,
  locate: Locate,
): Pick<Diagnostic, 'span'> {
  if (set === undefined) return placeOf(path, locate);
  return { span: { source: { name: '--set', text: set }, start: 0, end: set.length } };
}

function refuse(failure: OperatorFailure, exitCode: number, locate: Locate, report: Report): never {
  const { code, message, help, panics } = failure;
  const words = panics ? `istioctl ends with a panic: ${message}` : `istioctl refuses: ${message}`;
  report([
    {
      code,
      severity: 'error',
      message: words,
      ...operatorPlace(failure, locate),
      ...(help !== '' && { help }),
    },
  ]);
  throw new Refusal(exitCode, 'istioctl would install nothing');
}
