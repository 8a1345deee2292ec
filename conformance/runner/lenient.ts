import { buildCluster, type Cluster } from '../../src/cluster/index.ts';
import { readManifests } from '../../src/manifest/index.ts';
import type { MeshSettings, ModelObject } from '../../src/model/index.ts';

/** Stands for a namespace that a file leaves empty: its functions were run below the API, which would not take that. */
export const noNamespace = 'no-namespace';

interface FileObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: Readonly<Record<string, unknown>>;
}

/**
 * Reads objects in JSON form, in their order, those that admission refuses included: upstream's functions were run on them all the same. A policy without a
 * name or namespace gets a stand-in, so that it is read as any other.
 */
export function readLeniently(objects: readonly unknown[]): readonly ModelObject[] {
  const text = objects.map((object, index) => JSON.stringify(named(object as FileObject, index))).join('\n');
  const manifests = readManifests([{ name: 'objects.json', text }]);
  const refused = manifests.rejected.map(({ object, why }) => {
    if (!('spec' in object)) throw new Error(`${object.kind} ${object.metadata.name}: ${why}`);
    return object as ModelObject;
  });
  return [...manifests.objects, ...refused].toSorted((a, b) => a.origin.start - b.origin.start);
}

/** A cluster of such objects. */
export function buildLeniently(objects: readonly unknown[], mesh: MeshSettings): Cluster {
  return buildCluster({ objects: readLeniently(objects), foreign: [], rejected: [] }, { mesh });
}

function named(object: FileObject, index: number): FileObject {
  if (!object.apiVersion.startsWith('security.istio.io/')) return object;
  const { metadata } = object;
  const name = metadata.name || `unnamed-${index}`;
  return { ...object, metadata: { ...metadata, name, namespace: metadata.namespace || noNamespace } };
}
