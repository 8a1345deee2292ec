import { type NewObject, type StringMap, sameValue } from '../store/index.ts';
import { claim, controllerReference } from './claim.ts';
import type { Context } from './context.ts';
import { hashLabel, sameTemplate, templateHash } from './template-hash.ts';
import type { Deployment, ReplicaSet } from './types.ts';

const revisionAnnotation = 'deployment.kubernetes.io/revision';
const historyAnnotation = 'deployment.kubernetes.io/revision-history';
export const desiredAnnotation = 'deployment.kubernetes.io/desired-replicas';
export const mostAnnotation = 'deployment.kubernetes.io/max-replicas';

/** Annotations of a Deployment that are not its ReplicaSets'. */
const notCopied: ReadonlySet<string> = new Set([
  'kubectl.kubernetes.io/last-applied-configuration',
  revisionAnnotation,
  historyAnnotation,
  desiredAnnotation,
  mostAnnotation,
  'deprecated.deployment.rollback.to',
]);

/** A Deployment's ReplicaSets: the one of its template as it is now (if it has been made), and the others, oldest first. */
export interface Sets {
  readonly current: ReplicaSet | undefined;
  readonly old: readonly ReplicaSet[];
}

export function replicasOf({ spec }: ReplicaSet | Deployment): number {
  return spec.replicas ?? 1;
}

/** How many pods these ReplicaSets ask for together. */
export function totalReplicas(sets: readonly ReplicaSet[]): number {
  return sets.reduce((sum, set) => sum + replicasOf(set), 0);
}

/** Those that ask for pods. */
export function activeSets(sets: readonly ReplicaSet[]): readonly ReplicaSet[] {
  return sets.filter((set) => replicasOf(set) > 0);
}

/** Current and old together. */
export function allSets({ current, old }: Sets): readonly ReplicaSet[] {
  return current === undefined ? old : [...old, current];
}

export function isRolling({ spec }: Deployment): boolean {
  return (spec.strategy?.type ?? 'RollingUpdate') === 'RollingUpdate';
}

/** How many pods more than asked for, and how many fewer available ones, a rollout may have. Source: ResolveFenceposts. */
export function limits(deployment: Deployment): { readonly surge: number; readonly unavailable: number } {
  if (!isRolling(deployment)) return { surge: 0, unavailable: 0 };
  const { maxSurge = '25%', maxUnavailable = '25%' } = deployment.spec.strategy?.rollingUpdate ?? {};
  const replicas = replicasOf(deployment);
  const surge = scaled(maxSurge, replicas, Math.ceil);
  const unavailable = scaled(maxUnavailable, replicas, Math.floor);
  if (surge === 0 && unavailable === 0) return { surge, unavailable: 1 };
  return { surge, unavailable: Math.min(unavailable, replicas) };
}

/** The number or percentage of an IntOrString. */
function scaled(value: number | string, total: number, round: (value: number) => number): number {
  if (typeof value === 'number') return value;
  return round((Number.parseInt(value, 10) * total) / 100) || 0;
}

function revisionOf({ metadata }: ReplicaSet): number {
  return Number(metadata.annotations?.[revisionAnnotation] ?? 0) || 0;
}

/** Finds the ReplicaSets of a Deployment, taking in those without a controller that match. */
export function findSets(context: Context, deployment: Deployment): Sets {
  const { selector, template } = deployment.spec;
  const sets = [...claim<ReplicaSet>(context, deployment, selector, 'replicasets')].sort(byAge);
  const current = sets.find((set) => sameTemplate(set.spec.template, template));
  return { current, old: sets.filter((set) => set !== current) };
}

/** Oldest first. */
export function byAge(a: ReplicaSet, b: ReplicaSet): number {
  const age = Date.parse(a.metadata.creationTimestamp) - Date.parse(b.metadata.creationTimestamp);
  return age || revisionOf(a) - revisionOf(b) || (a.metadata.name < b.metadata.name ? -1 : 1);
}

/** The new ReplicaSet of a template, with the revision after all others. */
export function newSet(deployment: Deployment, { old }: Sets, replicas: number): NewObject {
  const { selector, template, minReadySeconds } = deployment.spec;
  const { name, namespace } = deployment.metadata;
  const hash = templateHash(template, deployment.status?.collisionCount);
  const labels = { ...template.metadata?.labels, [hashLabel]: hash };
  return {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: {
      name: `${name}-${hash}`,
      namespace: namespace!,
      labels,
      annotations: {
        ...copiedAnnotations(deployment),
        ...countAnnotations(deployment),
        [revisionAnnotation]: String(nextRevision(old)),
      },
      ownerReferences: [controllerReference(deployment)],
    },
    spec: {
      replicas,
      ...(minReadySeconds ? { minReadySeconds } : {}),
      selector: { ...selector, matchLabels: { ...selector.matchLabels, [hashLabel]: hash } },
      template: { ...template, metadata: { ...template.metadata, labels } },
    },
  };
}

export function nextRevision(old: readonly ReplicaSet[]): number {
  return Math.max(0, ...old.map(revisionOf)) + 1;
}

/** What a ReplicaSet needs to know of its Deployment's size, to be scaled in proportion. */
export function countAnnotations(deployment: Deployment): StringMap {
  const replicas = replicasOf(deployment);
  return {
    [desiredAnnotation]: String(replicas),
    [mostAnnotation]: String(replicas + limits(deployment).surge),
  };
}

/** Brings the current ReplicaSet's annotations and the Deployment's revision up to date. Gives the ReplicaSet as it is then. */
export function syncRevision({ store }: Context, deployment: Deployment, sets: Sets): ReplicaSet | undefined {
  const { current, old } = sets;
  if (current === undefined) return undefined;
  const next = nextRevision(old);
  const before = revisionOf(current);
  const history = current.metadata.annotations?.[historyAnnotation];
  const annotations: StringMap = {
    ...current.metadata.annotations,
    ...copiedAnnotations(deployment),
    ...(before < next && {
      [revisionAnnotation]: String(next),
      ...(before > 0 && { [historyAnnotation]: history ? `${history},${before}` : String(before) }),
    }),
  };
  const { minReadySeconds = 0 } = deployment.spec;
  const unchanged =
    sameValue(annotations, current.metadata.annotations) &&
    (current.spec.minReadySeconds ?? 0) === minReadySeconds;
  const { name, namespace } = current.metadata;
  const synced = unchanged
    ? current
    : store.modify<ReplicaSet>('replicasets', name, namespace, (set) => ({
        ...set,
        metadata: { ...set.metadata, annotations },
        spec: {
          ...set.spec,
          ...(minReadySeconds !== (set.spec.minReadySeconds ?? 0) && { minReadySeconds }),
        },
      }));
  writeRevision({ store }, deployment, String(Math.max(before, next)));
  return synced;
}

/** Notes on the Deployment which revision it is at. */
export function writeRevision(
  { store }: Pick<Context, 'store'>,
  { metadata }: Deployment,
  revision: string,
): void {
  store.modify<Deployment>('deployments', metadata.name, metadata.namespace, (deployment) => {
    const { annotations, uid } = deployment.metadata;
    if (uid !== metadata.uid || annotations?.[revisionAnnotation] === revision) return undefined;
    const noted = { ...annotations, [revisionAnnotation]: revision };
    return { ...deployment, metadata: { ...deployment.metadata, annotations: noted } };
  });
}

function copiedAnnotations({ metadata }: Deployment): StringMap {
  const entries = Object.entries(metadata.annotations ?? {}).filter(([key]) => !notCopied.has(key));
  return Object.fromEntries(entries);
}
