import type { Values } from '../../../src/istio/components/index.ts';
import {
  type Installation,
  type OperatorFailure,
  type PlainOperator,
  planInstallation,
  readOperator,
  renderInstallation,
} from '../../../src/istio/operator/index.ts';
import { difference } from '../diff.ts';
import type { CaseResult, Format } from '../format.ts';

interface Case {
  readonly version: string;
  /** Texts of `-f`. */
  readonly files: readonly string[];
  readonly sets: readonly string[];
  readonly policies?: readonly { readonly component: string; readonly object: unknown }[];
  /** `metadata.name` and `metadata.namespace` of the merged IstioOperator. */
  readonly name?: string;
  readonly ns?: string;
  readonly error?: string;
  readonly panic?: string;
}

/** What istioctl renders as NetworkPolicies of an IstioOperator with `--set`s. */
export const istioctlInstallation: Format = {
  name: 'NetworkPolicies that istioctl renders',
  recognises(data) {
    const first = Array.isArray(data.cases) ? data.cases[0] : undefined;
    return ['version', 'files', 'sets'].every((key) => first?.[key] !== undefined);
  },
  *run(data): Iterable<CaseResult> {
    for (const [i, expected] of (data.cases as readonly Case[]).entries()) {
      const failure = caseDifference(expected);
      const id = `#${i} ${expected.version} ${expected.sets.join(' ')} ${expected.files.join('\n---\n')}`;
      yield failure === undefined ? { id } : { id, failure };
    }
  },
};

function caseDifference(expected: Case): string | undefined {
  const operators = readAll(expected.files);
  if (typeof operators === 'string') return errorDifference(expected, operators, false);
  const [, minor] = expected.version.split('.');
  const version = { text: expected.version, minor: Number(minor) };
  const plan = planInstallation({ operators, sets: expected.sets, version });
  if (plan.kind === 'failed') return failureDifference(expected, plan);
  const rendered = renderInstallation(fromGitTree(plan));
  if (rendered.kind === 'failed') return failureDifference(expected, rendered);
  const policies = rendered.releases.flatMap(({ release, object }) =>
    object === undefined ? [] : [{ component: release.component, object: plain(object) }],
  );
  const { owner } = plan;
  return difference(
    { policies: expected.policies, name: expected.name ?? '', ns: expected.ns ?? '' },
    { policies, name: owner.name, ns: owner.namespace },
  );
}

function readAll(files: readonly string[]): readonly PlainOperator[] | string {
  const operators: PlainOperator[] = [];
  for (const text of files) {
    const { operator, diagnostics } = readOperator({ name: 'operator.yaml', text });
    if (operator === undefined) return diagnostics.find(({ severity }) => severity === 'error')!.message;
    operators.push(operator);
  }
  return operators;
}

/** The charts of the git tree have version 1.0.0. */
function fromGitTree(plan: Installation): Installation {
  const releases = plan.releases.map((release) => ({
    ...release,
    chartVersion: '1.0.0',
    appVersion: '1.0.0',
  }));
  return { ...plan, releases };
}

function plain(object: Values): unknown {
  return JSON.parse(
    JSON.stringify(object, (_, value) => (typeof value === 'bigint' ? Number(value) : value)),
  );
}

function failureDifference(expected: Case, { message, panics }: OperatorFailure): string | undefined {
  return errorDifference(expected, message, panics);
}

/** Of a file that cannot be read, and of a chart that fails, ours has the words for the cause; all else is compared whole. */
function errorDifference(expected: Case, message: string, panics: boolean): string | undefined {
  const wanted = panics ? expected.panic : expected.error;
  if (wanted === undefined)
    return `expected ${JSON.stringify(expected.error ?? expected.panic ?? expected.policies)}, got ${message}`;
  const words = causeOf(wanted);
  const own = message.split(':')[0]!;
  if (causeOf(message) === words || (wanted.startsWith('merge inputs: ') && wanted.includes(own)))
    return undefined;
  return `expected the failure ${JSON.stringify(wanted)}, got ${JSON.stringify(message)}`;
}

/** Without the template that happened to fail first, and without line and column. */
function causeOf(message: string): string {
  return message
    .replace(/^helm render: render chart: template: .*? at (?=<)/s, 'at ')
    .replace(/(?<=\.yaml):\d+:\d+(?=\))/, '');
}
