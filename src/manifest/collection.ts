import {
  type Diagnostic,
  describeObject,
  type KindedObject,
  type MeshSettings,
  type ModelObject,
  type Span,
} from '../model/index.ts';
import type { Manifests, RejectedObject } from './manifests.ts';

/** What a reading has found so far; filled by `readManifests`. */
export interface Collection {
  /** By group, kind, namespace and name; an object whose name the server makes up has a key of its own. */
  readonly objects: Map<string, ModelObject>;
  readonly rejected: RejectedObject[];
  /** Kinds that are not read, by name, with how many objects of each there were. */
  readonly unread: Map<string, { readonly first: Diagnostic; count: number }>;
  readonly foreign: Map<string, KindedObject>;
  readonly diagnostics: Diagnostic[];
  mesh: MeshSettings | undefined;
}

/** An empty collection. */
export function createCollection(): Collection {
  return {
    objects: new Map(),
    rejected: [],
    unread: new Map(),
    foreign: new Map(),
    diagnostics: [],
    mesh: undefined,
  };
}

/** Adds an object; a later one of the same group, kind, namespace and name replaces an earlier, with a warning. */
export function addObject<T extends KindedObject>(
  objects: Map<string, T>,
  object: T,
  diagnostics: Diagnostic[],
): void {
  const { apiVersion, kind, metadata } = object;
  const group = apiVersion.slice(0, Math.max(apiVersion.lastIndexOf('/'), 0));
  const name = metadata.name === '' ? `\0${objects.size}` : metadata.name;
  const key = `${group}/${kind}/${metadata.namespace}/${name}`;
  const earlier = objects.get(key);
  if (earlier !== undefined) {
    diagnostics.push({
      code: 'PC2007',
      severity: 'warning',
      message: `${describeObject(object)} is given twice; this one replaces the other`,
      span: spanOf(object),
      related: [{ message: 'the one replaced', span: spanOf(earlier) }],
      help: 'Remove one of the two, or give them different names or namespaces.',
    });
    objects.delete(key);
  }
  objects.set(key, object);
}

/** The collection as the result of a reading. */
export function toManifests(collection: Collection): Manifests {
  const { objects, rejected, unread, foreign, diagnostics, mesh } = collection;
  const told = [...unread].map(([name, { first, count }]) => ({
    ...first,
    message: `${name} (${count}): ${first.message}`,
  }));
  return {
    objects: [...objects.values()],
    rejected,
    ignored: new Map([...unread].map(([name, { count }]) => [name, count])),
    foreign: [...foreign.values()],
    diagnostics: [...diagnostics, ...told],
    ...(mesh !== undefined && { mesh }),
  };
}

/** The whole object: to look for its name would read its text again, for every one of many. */
function spanOf({ origin }: KindedObject): Span {
  return { source: origin.source, start: origin.start, end: origin.end };
}
