import { selectsLabels } from '../../cluster/index.ts';
import {
  count,
  type Diagnostic,
  describeObject,
  listNames,
  type NetworkPolicy,
  type Severity,
} from '../../model/index.ts';
import { replacedFindings } from './replaced.ts';
import { causesOf } from './rows.ts';
import type { Scene } from './scene.ts';
import type { CutOffCause, CutOffNamespace, FlowRow, PolicySum } from './types.ts';

/** What findings are made of. */
export interface CheckResults {
  readonly rows: readonly FlowRow[];
  readonly sums: readonly PolicySum[];
  readonly cutOff: readonly CutOffNamespace[];
  readonly undecided: readonly string[];
}

/** Findings of a check, the gravest first; each points at the field that it is about. */
export function findingsOf(scene: Scene, results: CheckResults): readonly Diagnostic[] {
  const found = [
    ...results.rows.flatMap((row) => rowFindings(scene, row)),
    ...results.cutOff.flatMap((each) => cutOffFindings(scene, each)),
    ...results.sums.flatMap((sum) => sumFindings(scene, sum)),
    ...scene.input.policies.flatMap((policy) => reachFindings(scene, policy)),
    ...replacedFindings(scene),
    ...results.undecided.map(undecidedFinding),
  ];
  const rank: Readonly<Record<Severity, number>> = { error: 0, warning: 1, info: 2 };
  return found
    .map((finding, i) => ({ finding, i }))
    .sort((a, b) => rank[a.finding.severity] - rank[b.finding.severity] || a.i - b.i)
    .map(({ finding }) => finding);
}

/** The policies, and fields of them, by which a row is denied; `atComponents` those that govern pods of components alone. */
function denialsOfRow(scene: Scene, { witness }: FlowRow, atComponents = false): readonly CutOffCause[] {
  const own = new Set(scene.components.flatMap(({ pods }) => pods.map(({ key }) => key)));
  return witness.verdict.steps
    .filter(
      ({ outcome, at }) => outcome === 'deny' && (!atComponents || (at.kind === 'node' && own.has(at.pod))),
    )
    .flatMap(causesOf);
}

function rowFindings(scene: Scene, row: FlowRow): readonly Diagnostic[] {
  const { flow, from, to, port, protocol, outcome, notes } = row;
  if (outcome === 'allow') return [];
  const connection = `${from.label} -> ${to.label}, ${protocol} ${port} (${flow.why})`;
  if (outcome === 'unknown') {
    if (flow.need !== 'needed') return [];
    const help = notes.length === 0 ? {} : { help: sentence(notes.join('; ')) };
    return [
      { code: 'PC3441', severity: 'info', message: `not known to be let through: ${connection}`, ...help },
    ];
  }
  const causes = denialsOfRow(scene, row, true);
  if (causes.length === 0) return [];
  const [code, severity] =
    flow.need === 'needed' ? (['PC3440', 'error'] as const) : (['PC3447', 'info'] as const);
  const word = flow.need === 'needed' ? 'is denied' : 'is denied, where it is used';
  const message = `${connection} ${word}: ${flow.breaks}`;
  const tier = row.decidedBy.because.kind === 'matched rule' ? row.decidedBy.because.rule.tier : undefined;
  const help =
    tier === 'Admin'
      ? 'A rule of the Admin tier denies it, which no NetworkPolicy can lift: change that rule, or pass these connections on.'
      : tier === 'Baseline'
        ? 'A rule of the Baseline tier denies it. Change that rule; or let a NetworkPolicy govern these pods, about which the tier has no say then, and list everything that they need.'
        : 'Add a rule for it to the policy, or a further policy for the same pods: rules of several add up.';
  return [{ code, severity, message, ...placeOf(causes), help }];
}

/** The first cause as the place, the others as related ones. */
function placeOf(causes: readonly CutOffCause[]): Pick<Diagnostic, 'span' | 'related'> {
  const [first, ...others] = causes;
  if (first === undefined) return {};
  const related = others.map(({ policy, path }) => ({
    message: `${describeObject(policy)}, too`,
    span: policy.origin.locate(path),
  }));
  return { span: first.policy.origin.locate(first.path), ...(related.length > 0 && { related }) };
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}

function cutOffFindings(scene: Scene, cut: CutOffNamespace): readonly Diagnostic[] {
  const { namespace, rows, causes } = cut;
  // What policies of a component's own pods deny is told flow by flow.
  const own = rows.filter((row) => denialsOfRow(scene, row, true).length < denialsOfRow(scene, row).length);
  if (own.length === 0) return [];
  const what = listNames(
    own.map((row) => wayOf(row, namespace)),
    5,
  );
  const { own: isOwn, tiers } = whoDenies(cut);
  const who =
    tiers.length === 0
      ? `namespace ${namespace} cuts its pods off`
      : isOwn
        ? `namespace ${namespace} and ${listNames(tiers)} cut its pods off`
        : `${listNames(tiers)} ${tiers.length === 1 ? 'cuts' : 'cut'} pods of namespace ${namespace} off`;
  return [
    {
      code: 'PC3445',
      severity: 'error',
      message: `${who}: ${what}`,
      ...placeOf(causes),
      help: helpOfCutOff(cut),
    },
  ];
}

/** Who denies: NetworkPolicies of the namespace, and policies of the cluster-wide tiers. */
export function whoDenies({ causes }: CutOffNamespace): {
  readonly own: boolean;
  readonly tiers: readonly string[];
} {
  const tiers = causes.filter(({ policy }) => policy.kind !== 'NetworkPolicy');
  return {
    own: tiers.length < causes.length,
    tiers: [...new Set(tiers.map(({ policy }) => describeObject(policy)))],
  };
}

function helpOfCutOff({ namespace, repair, beyond, isolating }: CutOffNamespace): string {
  const more =
    beyond.length === 0 ? [] : [`${count(beyond.length, 'flow')} more wait for a change elsewhere`];
  const applied =
    repair === undefined
      ? []
      : [
          `Apply ${listNames(repair.policies.map(({ name }) => `NetworkPolicy ${namespace}/${name}`))} of the report`,
        ];
  const lifted =
    isolating === undefined
      ? []
      : [
          `Change ${listNames(isolating.policies.map(describeObject))}. A NetworkPolicy for these pods would lift it as well, but isolate pods that none isolates now: the report says what else that cuts`,
        ];
  if (applied.length + lifted.length === 0)
    return 'A rule of the Admin tier denies it, which no NetworkPolicy can lift: change that rule, or pass these connections on.';
  return `${[[...applied, ...more].join('; '), ...lifted].filter((text) => text !== '').join('. ')}.`;
}

/** `to istiod TCP 15012`, `from monitoring TCP 15020`. */
function wayOf({ from, to, port, protocol }: FlowRow, namespace: string): string {
  const way = from.namespaces.includes(namespace) ? `to ${to.role}` : `from ${from.role}`;
  return `${way} ${protocol} ${port}`;
}

function sumFindings(
  scene: Scene,
  { component, direction, tight, open, idle, samePort, witness }: PolicySum,
): readonly Diagnostic[] {
  const { protocol, port } = witness;
  const related = [
    { message: `${describeObject(open)} lets it through`, span: open.origin.locate(['spec']) },
  ];
  const admin = [tight, open].some(({ kind }) => kind !== 'NetworkPolicy');
  const shown = `${protocol} ${port}`;
  if (admin) {
    const words =
      open.kind === 'NetworkPolicy'
        ? `no longer counts for pods of ${component}: ${describeObject(open)} decides before the Baseline tier, and lets ${shown} through`
        : `does not keep ${shown} from pods of ${component}: ${describeObject(open)} decides before it`;
    return [
      {
        code: 'PC3444',
        severity: 'warning',
        message: `${describeObject(tight)} ${words}`,
        span: tight.origin.locate(['spec']),
        related,
      },
    ];
  }
  if (!idle && !samePort) return [];
  const rendered = new Set<object>(scene.input.policies);
  const peers = direction === 'ingress' ? 'from' : 'to';
  const message = idle
    ? `${describeObject(tight)}: its ${direction} rules change nothing beside ${describeObject(open)}, which lets everything through that they do, and more`
    : `${describeObject(tight)}: does not limit ${shown} of ${component}, which ${describeObject(open)} opens ${peers} others, too`;
  const help = rendered.has(open)
    ? 'Policies add up. To be tighter than Istio, switch its policies off (global.networkPolicy.enabled=false) and apply your own alone.'
    : 'Policies add up: take the wider one back, or narrow its selector, so that it leaves these pods alone.';
  const path = ['spec', direction];
  return [{ code: 'PC3442', severity: 'warning', message, span: tight.origin.locate(path), related, help }];
}

/** Pods that a rendered policy has no effect on, and those that it was not written for. */
function reachFindings({ cluster, components, input }: Scene, policy: NetworkPolicy): readonly Diagnostic[] {
  const { namespace } = policy.metadata;
  const chosen = [...cluster.pods.values()].filter(
    (pod) => pod.namespace === namespace && selectsLabels(policy.spec.podSelector, pod.labels),
  );
  const span = policy.origin.locate(['spec', 'podSelector']);
  const host = chosen.filter(({ hostNetwork }) => hostNetwork);
  const own = new Set(components.flatMap(({ pods }) => pods));
  const isTheirs = input.others?.includes(policy) === true;
  const others = isTheirs ? [] : chosen.filter((pod) => !own.has(pod) && !pod.hostNetwork);
  return [
    ...(host.length === 0
      ? []
      : [
          {
            code: 'PC3443',
            severity: 'warning' as const,
            message: `${describeObject(policy)}: has no effect on ${listNames(host.map(({ key }) => key))}: pods on the host network are not subject to policies`,
            span,
            help: 'Protect their ports at the node, or take them off the host network.',
          },
        ]),
    ...(others.length === 0
      ? []
      : [
          {
            code: 'PC3446',
            severity: 'warning' as const,
            message: `${describeObject(policy)}: governs ${listNames(others.map(({ key }) => key))} too, which no component of this installation runs`,
            span,
            help: 'Those pods are reached on the listed ports alone from then on. Give them other labels, or another namespace.',
          },
        ]),
  ];
}

function undecidedFinding(namespace: string): Diagnostic {
  return {
    code: 'PC3448',
    severity: 'info',
    message: `namespace ${namespace}: its labels are not given, so that nobody can tell whether its pods are in the mesh; its flows are left out`,
    help: `Give the Namespace object, or --assume Namespace/${namespace}:istio-injection=enabled.`,
  };
}
