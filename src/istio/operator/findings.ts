import type { IstioVersion, Value } from '../components/index.ts';
import { fieldNamed } from './decode.ts';
import { gatewayFindings } from './gateway-findings.ts';
import { type GoStruct, istioOperator } from './operator-types.ts';
import { splitSet } from './set-path.ts';
import { isMap, type Tree, type TreeMap, textAt, valueAt } from './tree.ts';
import type { OperatorFinding, PlannedRelease } from './types.ts';

/** What the findings of a plan are drawn from. */
export interface PlanFacts {
  /** The files and `--set`s alone. */
  readonly user: TreeMap;
  /** All of it merged. */
  readonly whole: TreeMap;
  readonly sets: readonly string[];
  readonly version: IstioVersion;
  readonly releases: readonly PlannedRelease[];
}

/** What istioctl takes otherwise than its author seems to have meant. */
export function planFindings(facts: PlanFacts): readonly OperatorFinding[] {
  return [
    ...lostSets(facts),
    ...namespaces(facts),
    ...wrongCase(istioOperator, facts.user, []),
    ...otherNames(facts),
    ...otherRevision(facts),
    ...ownCharts(facts),
    ...gke(facts),
    ...gatewayFindings(facts),
  ];
}

function lostSets({ sets, version }: PlanFacts): readonly OperatorFinding[] {
  return sets.flatMap((set): OperatorFinding[] => {
    const { lost } = splitSet(set, version);
    if (lost === undefined) return [];
    const [message, help] =
      lost === 'no ='
        ? ['has no value: istioctl sets an empty text', 'Write path=value.']
        : [
            `has more than one =: istioctl before 1.31 takes the whole text for a path and sets an empty text there`,
            'Set a value with = in a file.',
          ];
    return [{ code: 'PC3432', severity: 'warning', message: `--set ${set} ${message}`, help, set }];
  });
}

function namespaces({ user, whole }: PlanFacts): readonly OperatorFinding[] {
  const findings: OperatorFinding[] = [];
  const used = textAt(whole, 'metadata', 'namespace');
  const help = `Set values.global.istioNamespace${used === '' ? '' : `, which is ${used}`}, or the namespace of a component.`;
  const own = textAt(user, 'spec', 'namespace');
  if (own !== '') {
    const message = `spec.namespace (${own}) has no effect: istioctl does not look at it`;
    findings.push(noEffect(['spec', 'namespace'], message, help));
  }
  const meta = textAt(user, 'metadata', 'namespace');
  if (meta !== '' && meta !== used) {
    const message = `metadata.namespace (${meta}) has no effect: values.global.istioNamespace goes over it`;
    findings.push(noEffect(['metadata', 'namespace'], message, help));
  }
  return findings;
}

/** Go's decoder takes field names in any case, and so validation passes; what reads the fields afterwards does not. */
function wrongCase(
  struct: GoStruct,
  tree: Tree,
  path: readonly (string | number)[],
): readonly OperatorFinding[] {
  if (!isMap(tree)) return [];
  return Object.entries(tree).flatMap(([name, value]): readonly OperatorFinding[] => {
    const field = fieldNamed(struct, name);
    if (field === undefined) return [];
    const at = [...path, name];
    if (field !== name) {
      const message = `${at.join('.')} has no effect: istioctl takes the name for valid and then looks for ${field}`;
      return [noEffect(at, message, `Write ${field}.`)];
    }
    const type = struct.fields[field]!;
    // Fields of a component are decoded, where case does not count.
    return type.kind === 'struct' && type.name !== 'ComponentSpec' && type.name !== 'BaseComponentSpec'
      ? wrongCase(type, value, at)
      : [];
  });
}

/** Names that the values' types know beside the one that the charts read. */
function otherNames({ user }: PlanFacts): readonly OperatorFinding[] {
  return ['istio_ingressgateway', 'istio_egressgateway'].flatMap((name): OperatorFinding[] => {
    const path = ['spec', 'values', 'gateways', name];
    if (valueAt(user, ...path) === undefined) return [];
    const real = name.replace('_', '-');
    const message = `values.gateways.${name} has no effect: it is valid, and the charts look for ${real}`;
    return [noEffect(path, message, `Write values.gateways.${real}.`)];
  });
}

function otherRevision({ user }: PlanFacts): readonly OperatorFinding[] {
  const [spec, values] = [textAt(user, 'spec', 'revision'), valueAt(user, 'spec', 'values', 'revision')];
  if (spec === '' || values === undefined || values === spec) return [];
  const message = `spec.revision (${spec}) has no effect: values.revision goes over it`;
  return [noEffect(['spec', 'revision'], message, 'Keep one of the two.')];
}

function ownCharts({ whole }: PlanFacts): readonly OperatorFinding[] {
  const path = textAt(whole, 'spec', 'installPackagePath');
  if (path === '') return [];
  return [
    {
      code: 'PC3438',
      severity: 'warning',
      message: `spec.installPackagePath (${path}) is not followed: the charts and profiles inside istioctl are taken`,
      path: ['spec', 'installPackagePath'],
      help: 'Where those are changed charts, render them with istioctl and give its output to portcullis with -f.',
    },
  ];
}

/** With a cluster at hand istioctl sees GKE by the server's version, and puts istio-cni into kube-system where nobody says otherwise. */
function gke({ user, whole, version, releases }: PlanFacts): readonly OperatorFinding[] {
  const cni = releases.find(({ component }) => component === 'Cni');
  if (cni === undefined || version.minor < 29 || cni.namespace === 'kube-system') return [];
  if (textAt(user, 'spec', 'components', 'cni', 'namespace') !== '') return [];
  if (!isOn(valueAt(whole, 'spec', 'values', 'global', 'networkPolicy', 'enabled'))) return [];
  return [
    {
      code: 'PC3434',
      severity: 'info',
      message: `on GKE istioctl install puts istio-cni and its policy into kube-system, not into ${cni.namespace}: it asks the cluster, which is not known here`,
      help: 'For GKE add --set components.cni.namespace=kube-system --set values.global.platform=gke; elsewhere nothing is to be done.',
    },
  ];
}

function isOn(value: Value | undefined): boolean {
  return value !== undefined && Boolean(value);
}

function noEffect(path: readonly (string | number)[], message: string, help: string): OperatorFinding {
  return { code: 'PC3433', severity: 'warning', message, path, help };
}
