import { type Chart, helmNames, type IstioVersion } from '../../istio/components/index.ts';
import {
  type InstalledPolicy,
  installedPolicies,
  isOperator,
  type OperatorFailure,
  type OperatorFinding,
  operatorPlaces,
  type PlainOperator,
  type PlannedRelease,
  planInstallation,
  readOperator,
  renderInstallation,
} from '../../istio/operator/index.ts';
import {
  locateExactly,
  locateValue,
  newMap,
  parseSet,
  type ReadFlag,
  type ValueOrigin,
} from '../../istio/values/index.ts';
import type { Diagnostic, FieldPath, Source } from '../../model/index.ts';
import { exitCodes, inputError, Refusal, usageError } from '../exit.ts';
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
  tell: (note: string) => void,
): ReadInstallation {
  const charts = readCharts(flags.chart);
  if (charts?.includes('gateway')) throw notOfIstioctl();
  const operators = readOperators(sources, report);
  tellOtherKinds(operators, tell);
  const sets = flags.set ?? [];
  const places = { operators, flags: readFlags(sets) };
  const locate: Locate = (path) => locateValue(path, places.flags, operators);
  const { entries, findings } = planned({ operators, sets, version }, places, report);
  const on = (): Planned => planned({ operators, sets: [...sets, switchOn], version }, places, report);
  for (const chart of charts ?? [])
    if (!entries.some(({ release }) => release.chart === chart)) tell(switchedOff(chart));
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

function notOfIstioctl(): Error {
  return usageError('--chart gateway: istioctl never renders it, its gateways are of charts of their own', [
    'name those with --chart istio-ingress or istio-egress, or leave --chart out',
    "preview Helm's gateway by itself, with values as Helm takes them: --chart gateway --set global.networkPolicy.enabled=true",
  ]);
}

/** Of each chart the component of istioctl. */
const components: Readonly<Record<Exclude<Chart, 'gateway'>, string>> = {
  istiod: 'pilot',
  'istio-cni': 'cni',
  ztunnel: 'ztunnel',
  'istio-ingress': 'ingressGateways[0]',
  'istio-egress': 'egressGateways[0]',
};

function switchedOff(chart: Chart): string {
  const component = chart === 'gateway' ? chart : components[chart];
  const gateway = { 'istio-ingress': 'istio-ingressgateway', 'istio-egress': 'istio-egressgateway' }[
    chart as string
  ];
  // A list of gateways takes the place of the profile's, names and all.
  const name = gateway === undefined ? '' : ` --set components.${component}.name=${gateway}`;
  return `--chart ${chart}: this installation has none, as components.${component} is off; --set components.${component}.enabled=true${name} switches it on, or another profile`;
}

/** istioctl looks at the spec of any object, whatever its kind. */
function tellOtherKinds(operators: readonly PlainOperator[], tell: (note: string) => void): void {
  for (const { source, content } of operators) {
    if (content.kind === undefined || isOperator(content)) continue;
    tell(
      `${source}: no IstioOperator, its kind is ${String(content.kind)}; istioctl takes it for one all the same, and so its spec counts here`,
    );
  }
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

function planned(input: Input, places: Places, report: Report): Planned {
  const locate: Locate = (path) => locateValue(path, places.flags, places.operators);
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
      locate: (path) => locateChartValue(release, path, places),
    }),
  );
  return {
    entries,
    findings: [...plan.findings, ...rendered.findings],
    installed: installedPolicies(plan, rendered),
  };
}

type Locate = (path: FieldPath) => ValueOrigin | undefined;

/** Where values can stand. */
interface Places {
  readonly operators: readonly PlainOperator[];
  readonly flags: readonly ReadFlag[];
}

/** `--set`s with what they set, by its path in an IstioOperator. */
function readFlags(sets: readonly string[]): readonly ReadFlag[] {
  return sets.map((text): ReadFlag => {
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
}

/** A chart's value at the place that it comes from; where nobody set it, what is nearest above it. */
function locateChartValue(
  release: PlannedRelease,
  path: FieldPath,
  { operators, flags }: Places,
): ValueOrigin | undefined {
  const places = operatorPlaces(release, path);
  for (let above = 0; above < path.length; above++)
    for (const place of places) {
      const origin = locateExactly(place.slice(0, place.length - above), flags, operators);
      if (origin !== undefined) return origin;
    }
  return locateValue(places[0]!, flags, operators);
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
