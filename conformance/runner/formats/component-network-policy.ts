import {
  chartNamed,
  parseVersion,
  type Release,
  type Rendering,
  renderComponent,
  type Values,
} from '../../../src/istio/components/index.ts';
import { difference } from '../diff.ts';
import type { CaseResult, Format } from '../format.ts';

interface Case {
  readonly tag: string;
  /** Folder below manifests/charts. */
  readonly chart: string;
  readonly release: string;
  readonly namespace: string;
  readonly values: Values;
  readonly rendered?: unknown;
  readonly error?: string;
  /** Another template that stops Helm; `rendered` is what the one of the NetworkPolicy gives. */
  readonly wholeChartFails?: string;
}

/** NetworkPolicies that Istio's charts render for their own components. */
export const componentNetworkPolicy: Format = {
  name: 'component NetworkPolicies of Istio',
  recognises(data) {
    const first = Array.isArray(data.cases) ? data.cases[0] : undefined;
    return ['tag', 'chart', 'release', 'namespace', 'values'].every((key) => first?.[key] !== undefined);
  },
  *run(data): Iterable<CaseResult> {
    for (const [i, expected] of (data.cases as readonly Case[]).entries()) yield runCase(expected, i);
  },
};

function runCase(expected: Case, index: number): CaseResult {
  const id = `#${index} ${expected.tag} ${expected.chart} ${expected.release} ${JSON.stringify(expected.values)}`;
  const release = releaseOf(expected);
  if (typeof release === 'string') return { id, failure: release };
  const got = renderComponent(release);
  const failure =
    expected.error === undefined ? objectDifference(expected, got) : errorDifference(expected.error, got);
  return failure === undefined ? { id } : { id, failure };
}

/** Charts as they lie in Istio's git tree, where each has the version 1.0.0. */
function releaseOf({ tag, chart, release, namespace, values }: Case): Release | string {
  const version = parseVersion(tag);
  const name = chartNamed(chart);
  if (version.kind !== 'version') return version.message;
  if (name.kind !== 'chart') return name.message;
  return {
    chart: name.chart,
    version: version.version,
    name: release,
    namespace,
    values,
    chartVersion: '1.0.0',
    appVersion: '1.0.0',
  };
}

function objectDifference({ rendered, wholeChartFails }: Case, got: Rendering): string | undefined {
  if (got.kind === 'failed') return `expected ${JSON.stringify(rendered ?? null)}, got ${got.message}`;
  const wrong = difference(rendered ?? null, got.kind === 'policy' ? got.policy : null);
  if (wrong !== undefined || wholeChartFails === undefined) return wrong;
  const told = got.findings.some(({ severity }) => severity === 'error');
  return told ? undefined : `expected a finding of severity error: ${wholeChartFails}`;
}

/** Of an error its presence counts, and that ours has the words that name the cause. */
function errorDifference(error: string, got: Rendering): string | undefined {
  if (got.kind !== 'failed') return `expected the failure ${error}, got ${got.kind}`;
  const expected = causeOf(error);
  return oneLine(got.message).includes(expected)
    ? undefined
    : `expected a failure with the words ${JSON.stringify(expected)}, got ${JSON.stringify(got.message)}`;
}

/** The last part of Go's message, without where it happened. The recorded text may end early, even within the expression that failed. */
function causeOf(error: string): string {
  const [, expression = '', cause] = /at <(.*?)(?:>: (.*))?$/s.exec(error) ?? [];
  return oneLine(
    cause === undefined
      ? expression.replace(/^fail \(cat "/, '')
      : cause.replace(/^error calling (?:fail|include): /, ''),
  );
}

function oneLine(text: string): string {
  return text.trim().split(/\s+/).join(' ');
}
