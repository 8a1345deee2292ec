import { type Manifests, readManifests } from '../../manifest/index.ts';
import type { ApiObject } from '../store/index.ts';

const read = new WeakMap<ApiObject, Manifests>();

/** Reads an object of the API as manifests are read. Objects of the store never change, so each is read once. */
export function readObject(object: ApiObject): Manifests {
  const known = read.get(object);
  if (known !== undefined) return known;
  const { kind, metadata } = object;
  const name = [kind.toLowerCase(), metadata.namespace, metadata.name].filter(Boolean).join('/');
  const manifests = readManifests([{ name, text: JSON.stringify(object, null, 2) }]);
  read.set(object, manifests);
  return manifests;
}
