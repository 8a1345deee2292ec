import type { IstioVersion, Value } from '../components/index.ts';
import { draftOf } from '../values/index.ts';
import { componentValues } from './component-values.ts';
import { type ComponentSpec, componentKinds, installed, textOf } from './components.ts';
import { fieldOf } from './decode.ts';
import { planFindings } from './findings.ts';
import { mergeInputs } from './merge-inputs.ts';
import { ownerOf } from './owner-labels.ts';
import { OperatorStop } from './stop.ts';
import { cloneTree, isMap, mapAt, mergeFrom, type Tree, type TreeMap, textAt } from './tree.ts';
import type { Installation, OperatorFailure, Overlay, PlainOperator, PlannedRelease } from './types.ts';
import { validate } from './validate.ts';

/** What `istioctl install` or `istioctl manifest generate` is given. */
export interface InstallationInput {
  /** `-f`, in their order. */
  readonly operators: readonly PlainOperator[];
  /** `--set`, in their order, each as it was given: `values.global.networkPolicy.enabled=true`. `--revision R` is `revision=R` behind them. */
  readonly sets: readonly string[];
  readonly version: IstioVersion;
}

/**
 * What istioctl would render: its charts that can have a NetworkPolicy, each with release name, namespace and values; or why it renders nothing. Nothing of
 * a cluster is known: GKE, which istioctl sees by the server's version, is a finding.
 */
export function planInstallation(input: InstallationInput): Installation | OperatorFailure {
  try {
    return planned(input);
  } catch (error) {
    if (!(error instanceof OperatorStop)) throw error;
    const { code, message, panics, help, path, set } = error;
    return {
      kind: 'failed',
      code,
      message,
      panics,
      help,
      ...(path !== undefined && { path }),
      ...(set !== undefined && { set }),
    };
  }
}

function planned({ operators, sets, version }: InstallationInput): Installation {
  refuseOld(version);
  const { user, whole } = mergeInputs(operators, sets, version);
  validate(whole, version);
  const unvalidated = mapAt(whole, 'spec', 'unvalidatedValues');
  if (unvalidated !== undefined) {
    mergeFrom(whole, draftOf({ spec: { values: cloneTree(unvalidated) } }));
  }
  const releases = componentKinds.flatMap((kind) =>
    installed(kind, whole).map((spec) => releaseOf(spec, whole, version)),
  );
  const profile = textAt(whole, 'spec', 'profile') || 'default';
  return {
    kind: 'installation',
    version,
    profile,
    releases,
    ...(hasBase(whole) && { base: mapAt(whole, 'spec', 'values') ?? {} }),
    owner: ownerOf(whole),
    findings: planFindings({ user, whole, sets, version, releases }),
  };
}

function hasBase(whole: TreeMap): boolean {
  const base = mapAt(whole, 'spec', 'components', 'base');
  return base === undefined || (fieldOf(base, 'enabled') ?? true) === true;
}

/** Istio 1.27 and earlier have no such value, and their validation says so. */
function refuseOld(version: IstioVersion): void {
  if (version.minor >= 28) return;
  throw new OperatorStop(
    'could not unmarshal: error unmarshaling JSON: while decoding JSON: unknown field "networkPolicy" in istio.operator.v1alpha1.GlobalConfig',
    {
      help: `Istio ${version.text} installs no NetworkPolicies: values.global.networkPolicy came with 1.28.`,
      path: ['spec', 'values', 'global', 'networkPolicy'],
    },
  );
}

/**
 * The charts inside a released istioctl have its version: the release's charts are stamped before istioctl is built with them (istio/release-builder,
 * SanitizeAllCharts before Archive), and `istioctl manifest generate` of 1.24.3 and 1.28.6 prints `helm.sh/chart: istio-ingress-1.24.3` and `-1.28.6`
 * (kubeflow/community-distribution#3039), a chart that is published nowhere else. An istioctl that one builds from the git tree says 1.0.0; so does, going by
 * the order of that build, the one in the container image.
 */
function releaseOf(spec: ComponentSpec, whole: TreeMap, version: IstioVersion): PlannedRelease {
  return {
    component: spec.kind.name,
    chart: spec.kind.chart,
    version,
    name: 'istio',
    namespace: spec.namespace,
    values: componentValues(spec, whole),
    chartVersion: version.text,
    appVersion: version.text,
    ...(spec.index !== undefined && { index: spec.index }),
    overlays: overlaysOf(spec),
  };
}

function overlaysOf({ kind, given, index }: ComponentSpec): readonly Overlay[] {
  const k8s = given === undefined ? undefined : fieldOf(given, 'k8s');
  const list = isMap(k8s) ? fieldOf(k8s, 'overlays') : undefined;
  if (!Array.isArray(list)) return [];
  const base = ['spec', 'components', kind.field, ...(index === undefined ? [] : [index]), 'k8s', 'overlays'];
  return list.map((entry, i): Overlay => {
    const overlay = isMap(entry) ? entry : {};
    const patches = fieldOf(overlay, 'patches');
    return {
      kind: textOf(overlay, 'kind'),
      name: textOf(overlay, 'name'),
      patches: Array.isArray(patches) ? patches.map(patchOf) : [],
      path: [...base, i],
    };
  });
}

function patchOf(entry: Tree): { readonly path: string; readonly value: Value } {
  const patch = isMap(entry) ? entry : {};
  return { path: textOf(patch, 'path'), value: cloneTree(fieldOf(patch, 'value') ?? null) };
}
