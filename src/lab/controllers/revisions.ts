import type { LabelSelector } from '../../model/index.ts';
import { type ApiObject, type StringMap, sameValue } from '../store/index.ts';
import { claim, controllerReference } from './claim.ts';
import type { Context } from './context.ts';
import { templateHash } from './template-hash.ts';
import type { ControllerRevision, PodTemplate } from './types.ts';

/** An owner whose templates are kept. */
export interface Revised extends ApiObject {
  readonly spec: {
    readonly selector: LabelSelector;
    readonly template: PodTemplate;
    readonly revisionHistoryLimit?: number;
  };
}

/** All revisions of an owner, oldest first, and the one of its template as it is now. */
export interface Revisions {
  readonly all: readonly ControllerRevision[];
  readonly update: ControllerRevision;
}

/** Finds the revision of the owner's template or makes it; one that is gone back to becomes the newest. Source: getStatefulSetRevisions, constructHistory. */
export function syncRevisions(context: Context, owner: Revised, hashLabel: string): Revisions {
  const { store } = context;
  const { selector, template } = owner.spec;
  const kept = [...claim<ControllerRevision>(context, owner, selector, 'controllerrevisions')].sort(
    (a, b) => a.revision - b.revision || (a.metadata.name < b.metadata.name ? -1 : 1),
  );
  const data = { spec: { template: { $patch: 'replace', ...template } } };
  const next = (kept.at(-1)?.revision ?? 0) + 1;
  const same = kept.findLast((each) => sameValue(each.data, data));
  if (same === undefined) {
    const update = create(context, owner, data, next, hashLabel);
    return { all: [...kept, update], update };
  }
  if (same === kept.at(-1)) return { all: kept, update: same };
  const { name, namespace } = same.metadata;
  const update = store.modify<ControllerRevision>('controllerrevisions', name, namespace, (current) => ({
    ...current,
    revision: next,
  }))!;
  return { all: [...kept.filter((each) => each !== same), update], update };
}

/** The template that a revision keeps. */
export function templateOf({ data }: ControllerRevision): PodTemplate {
  const { $patch: _, ...template } = (data as { spec: { template: PodTemplate & { $patch?: string } } }).spec
    .template;
  return template;
}

/** Deletes revisions beyond the limit that no pod needs any more, oldest first. */
export function truncateHistory(
  { store }: Context,
  owner: Revised,
  { all, update }: Revisions,
  needed: (revision: ControllerRevision) => boolean,
): void {
  const unused = all.filter((each) => each !== update && !needed(each));
  const surplus = unused.length - (owner.spec.revisionHistoryLimit ?? 10);
  for (const { metadata } of unused.slice(0, Math.max(0, surplus))) {
    store.delete('controllerrevisions', metadata.name, metadata.namespace);
  }
}

/** A name that another owner's revision still has gives way to one with a number in its hash. */
function create(
  { store }: Context,
  owner: Revised,
  data: RevisionData,
  revision: number,
  hashLabel: string,
): ControllerRevision {
  const { name, namespace } = owner.metadata;
  let hash = templateHash(data);
  for (let i = 1; store.get('controllerrevisions', `${name}-${hash}`, namespace) !== undefined; i++) {
    hash = templateHash(data, i);
  }
  return store.create<ControllerRevision>(newRevision(owner, data, revision, { [hashLabel]: hash }, hash));
}

interface RevisionData {
  readonly spec: { readonly template: PodTemplate };
}

function newRevision(
  owner: Revised,
  data: RevisionData,
  revision: number,
  hashed: StringMap,
  hash: string,
): Parameters<Context['store']['create']>[0] {
  const { name, namespace, annotations } = owner.metadata;
  const labels: StringMap = { ...owner.spec.template.metadata?.labels, ...hashed };
  const { 'kubectl.kubernetes.io/last-applied-configuration': _, ...copied } = annotations ?? {};
  return {
    apiVersion: 'apps/v1',
    kind: 'ControllerRevision',
    metadata: {
      name: `${name}-${hash}`,
      namespace: namespace!,
      labels,
      annotations: copied,
      ownerReferences: [controllerReference(owner)],
    },
    data,
    revision,
  };
}
