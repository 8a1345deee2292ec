import type { Resource, Store } from '../../store/index.ts';
import { apiVersionOf, eventsGroup } from '../path.ts';
import { reviews } from '../reviews.ts';
import { type Subresource, subresourcesOf } from './subresources.ts';

/** One resource of one version, as discovery tells of it. */
export interface Offer {
  readonly plural: string;
  readonly singular: string;
  readonly kind: string;
  readonly namespaced: boolean;
  readonly verbs: readonly string[];
  readonly shortNames: readonly string[];
  readonly categories: readonly string[];
  readonly subresources: readonly Subresource[];
}

/** An API group: its versions, the preferred one first, and what each has. */
export interface Group {
  readonly name: string;
  readonly versions: ReadonlyMap<string, readonly Offer[]>;
}

const allVerbs = ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch'];

/** All groups that are served, in the order in which they are told: the core group first. */
export function groupsOf(store: Store): readonly Group[] {
  const groups = new Map<string, Map<string, Offer[]>>();
  const add = (group: string, version: string, offer: Offer): void => {
    const versions = groups.get(group) ?? new Map<string, Offer[]>();
    groups.set(group, versions);
    versions.set(version, [...(versions.get(version) ?? []), offer]);
  };
  for (const resource of store.resources) {
    for (const version of resource.versions) add(resource.group, version, offerOf(resource, version));
    if (resource.kind === 'Event') add(eventsGroup, 'v1', offerOf(resource, 'v1'));
  }
  for (const [name, { kind }] of reviews) {
    const [group, version, plural] = name.split('/') as [string, string, string];
    add(group, version, { ...asked, plural, singular: kind.toLowerCase(), kind });
  }
  return [...groups].map(([name, versions]) => ({ name, versions }));
}

const asked = {
  namespaced: false,
  verbs: ['create'],
  shortNames: [],
  categories: [],
  subresources: [],
} as const;

function offerOf(resource: Resource, version: string): Offer {
  const { plural, singular, kind, namespaced, shortNames, categories } = resource;
  return {
    plural,
    singular,
    kind,
    namespaced,
    shortNames,
    categories,
    verbs: allVerbs,
    subresources: subresourcesOf(resource, version),
  };
}

/** A group as /apis lists it. */
export function describeGroup({ name, versions }: Group): object {
  const told = [...versions.keys()].map((version) => ({
    groupVersion: apiVersionOf(name, version),
    version,
  }));
  return { name, versions: told, preferredVersion: told[0] };
}
