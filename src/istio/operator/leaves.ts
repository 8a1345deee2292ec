import type { Labels } from '../../model/index.ts';
import type { Value, Values } from '../components/index.ts';
import { installLabels, operatorLabels } from './owner-labels.ts';
import type { RenderedInstallation } from './render-installation.ts';
import type { Installation } from './types.ts';

/** A NetworkPolicy in a cluster, or one that is going to be in it. `metadata` of a `NetworkPolicy` of a snapshot is one. */
export interface InstalledPolicy {
  readonly name: string;
  readonly namespace: string;
  readonly labels: Labels;
  readonly annotations: Labels;
}

/**
 * What is done to the installation: `install` again with the policies that it then still renders (none where `enabled` is false), `uninstall` of a
 * revision, or `uninstall --purge`.
 */
export type Departure =
  | {
      readonly kind: 'install';
      readonly revision: string;
      readonly renders: readonly Pick<InstalledPolicy, 'name' | 'namespace'>[];
    }
  | { readonly kind: 'uninstall'; readonly revision: string }
  | { readonly kind: 'purge' };

/** A NetworkPolicy of Istio's charts that stays in the cluster. */
export interface LeftBehind {
  readonly code: 'PC3437';
  readonly name: string;
  readonly namespace: string;
  /** `operator.istio.io/component`: Pilot, IngressGateways, … */
  readonly component: string;
  /** `istio.io/rev`; `default` for the default revision. */
  readonly revision: string;
  /** Who put it there: istioctl install, or somebody who applied rendered text. */
  readonly by: 'istioctl' | 'rendered text';
  readonly why: string;
  /** The command that removes it. */
  readonly remove: string;
}

/** What stays, and how to remove it. */
export interface Leaving {
  readonly leftBehind: readonly LeftBehind[];
  /** Policies that Helm put there: `helm upgrade` with `enabled: false`, and `helm uninstall`, delete them. */
  readonly removedByHelm: readonly (Pick<LeftBehind, 'name' | 'namespace' | 'component'> & {
    readonly release: string;
  })[];
  /** One command for all that `istioctl install` put there; undefined where it left nothing. It goes by labels, and takes policies of all namespaces. */
  readonly removeAll?: string;
}

/**
 * Which NetworkPolicies istioctl leaves in the cluster. It never deletes one: what it prunes are the kinds of a list, and NetworkPolicy is not on it, whether it
 * installs again, uninstalls a revision or purges. Policies are known by the labels of their charts; one that an overlay has taken the labels from is not seen.
 * Source: NamespacedResources of operator/pkg/uninstall, the same from 1.28 to 1.31.
 */
export function whatIstioctlLeaves(policies: readonly InstalledPolicy[], departure: Departure): Leaving {
  const ofCharts = policies.filter(({ labels }) => components.has(labels[operatorLabels.component] ?? ''));
  const leftBehind: LeftBehind[] = [];
  const removedByHelm: Leaving['removedByHelm'][number][] = [];
  for (const policy of ofCharts) {
    const release = policy.annotations[helmRelease];
    if (release !== undefined) {
      const { name, namespace, labels } = policy;
      removedByHelm.push({ name, namespace, component: labels[operatorLabels.component]!, release });
    } else if (isOver(policy, departure)) leftBehind.push(left(policy, departure));
  }
  const byIstioctl = leftBehind.some(({ by }) => by === 'istioctl');
  return {
    leftBehind,
    removedByHelm,
    ...(byIstioctl && { removeAll: removeByLabels(leftBehind, ofCharts.filter(isUnowned)) }),
  };
}

/**
 * The policies of an installation as `istioctl install` puts them into the cluster: with the labels that it writes on every object.
 */
export function installedPolicies(
  { owner, version }: Installation,
  { releases }: RenderedInstallation,
): readonly InstalledPolicy[] {
  return releases.flatMap(({ release, object }): readonly InstalledPolicy[] => {
    if (object === undefined) return [];
    const metadata = asMap(object.metadata);
    const labels = { ...texts(asMap(metadata.labels)), ...installLabels(owner, version, release.component) };
    const name = String(metadata.name);
    const namespace = typeof metadata.namespace === 'string' ? metadata.namespace : release.namespace;
    return [{ name, namespace, labels, annotations: texts(asMap(metadata.annotations)) }];
  });
}

const helmRelease = 'meta.helm.sh/release-name';

/** The values of `operator.istio.io/component` on policies of Istio's charts; `Gateway` is the chart gateway. */
const components: ReadonlySet<string> = new Set([
  'Pilot',
  'IngressGateways',
  'EgressGateways',
  'Cni',
  'Ztunnel',
  'Gateway',
]);

/** Helm writes on its objects which release they are of. */
function isUnowned({ annotations }: InstalledPolicy): boolean {
  return annotations[helmRelease] === undefined;
}

function isOver({ name, namespace, labels }: InstalledPolicy, departure: Departure): boolean {
  if (departure.kind === 'purge') return true;
  if (revisionOf(labels) !== departure.revision) return false;
  if (departure.kind === 'uninstall') return true;
  return !departure.renders.some((each) => each.name === name && each.namespace === namespace);
}

function revisionOf(labels: Labels): string {
  return labels[operatorLabels.revision] ?? 'default';
}

function left({ name, namespace, labels }: InstalledPolicy, departure: Departure): LeftBehind {
  const by = labels[operatorLabels.managed] === 'Reconcile' ? 'istioctl' : 'rendered text';
  return {
    code: 'PC3437',
    name,
    namespace,
    component: labels[operatorLabels.component]!,
    revision: revisionOf(labels),
    by,
    why: by === 'istioctl' ? reasons[departure.kind] : applied,
    remove: `kubectl delete networkpolicy ${quoted(name)} --namespace ${quoted(namespace)}`,
  };
}

const reasons = {
  install:
    'istioctl install does not render it any more and deletes no NetworkPolicy: it goes on restricting the pods that it selects',
  uninstall:
    'istioctl uninstall deletes no NetworkPolicy: it restricts whatever pods come to have these labels',
  purge:
    'istioctl uninstall --purge deletes no NetworkPolicy: it restricts whatever pods come to have these labels',
} as const;

const applied =
  'it was applied as text (istioctl manifest generate, helm template), and neither istioctl nor Helm knows of it';

/** One command for exactly what is left of istioctl's: by revision where other revisions stay, one by one where labels do not tell what stays. */
function removeByLabels(leftBehind: readonly LeftBehind[], all: readonly InstalledPolicy[]): string {
  const own = leftBehind.filter(({ by }) => by === 'istioctl');
  const managed = all.filter(({ labels }) => labels[operatorLabels.managed] === 'Reconcile');
  const revisions = [...new Set(own.map(({ revision }) => revision))];
  const ofRevisions = managed.filter(({ labels }) => revisions.includes(revisionOf(labels)));
  if (ofRevisions.length > own.length) return own.map(({ remove }) => remove).join('\n');
  const revision =
    managed.length > own.length ? `,${operatorLabels.revision} in (${revisions.join(',')})` : '';
  const selector = `${operatorLabels.managed}=Reconcile,${operatorLabels.component}${revision}`;
  return `kubectl delete networkpolicy --all-namespaces --selector '${selector}'`;
}

/** A word as a shell takes it for one. */
function quoted(word: string): string {
  return /^[\w.-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

function texts(map: Values): Labels {
  return Object.fromEntries(Object.entries(map).map(([key, value]) => [key, String(value)]));
}

function asMap(value: Value | undefined): Values {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Values) : {};
}
