import { randomInt, randomUUID } from 'node:crypto';
import type { NewObject, ObjectMeta } from './objects.ts';

/** Kubernetes' alphabet for names that it makes: no vowels, so that no words come out, and nothing that is read for something else (k8s.io/apimachinery/pkg/util/rand). */
const alphabet = 'bcdfghjklmnpqrstvwxz2456789';
const suffixLength = 5;
const longestName = 63;

/** A random suffix as in `web-7d4b9c6f5-x2x8k`. */
function nameSuffix(): string {
  return Array.from({ length: suffixLength }, () => alphabet[randomInt(alphabet.length)]!).join('');
}

/** A name from `generateName`. A long prefix is cut so that the name fits a label. */
export function generatedName(prefix: string): string {
  return `${prefix.slice(0, longestName - suffixLength)}${nameSuffix()}`;
}

/** RFC 3339 in whole seconds, as the API writes times. */
export function timestamp(time: Date = new Date()): string {
  return `${time.toISOString().slice(0, 19)}Z`;
}

/** What the server itself writes into the metadata of a new object; what a caller put there in its place is not heard. */
export function stampNew(
  metadata: Partial<ObjectMeta>,
  name: string,
  namespace: string | undefined,
  generation: number | undefined,
): ObjectMeta {
  const { resourceVersion: _, namespace: __, ...rest } = metadata;
  const { deletionTimestamp: ___, deletionGracePeriodSeconds: ____, ...kept } = rest;
  return withoutEmpty({
    ...kept,
    name,
    ...(namespace !== undefined && { namespace }),
    uid: randomUUID(),
    resourceVersion: '',
    ...(generation !== undefined && { generation }),
    creationTimestamp: timestamp(),
  });
}

/** The metadata of an update: what only the server writes is kept from the object before. */
export function stampUpdate(wanted: Partial<ObjectMeta>, before: ObjectMeta): ObjectMeta {
  const { generation: _, deletionTimestamp: __, deletionGracePeriodSeconds: ___, ...rest } = wanted;
  const { generation, deletionTimestamp, deletionGracePeriodSeconds, generateName } = before;
  return withoutEmpty({
    ...rest,
    name: before.name,
    ...(before.namespace !== undefined && { namespace: before.namespace }),
    ...(generateName !== undefined && { generateName }),
    uid: before.uid,
    resourceVersion: before.resourceVersion,
    ...(generation !== undefined && { generation }),
    creationTimestamp: before.creationTimestamp,
    ...(deletionTimestamp !== undefined && { deletionTimestamp }),
    ...(deletionGracePeriodSeconds !== undefined && { deletionGracePeriodSeconds }),
  });
}

const maps = ['labels', 'annotations', 'ownerReferences', 'finalizers'] as const;

/** Empty maps and lists are absent in what the API gives out. */
function withoutEmpty(metadata: ObjectMeta): ObjectMeta {
  const kept: Record<string, unknown> = { ...metadata };
  for (const field of maps) {
    const value = kept[field];
    if (value === null || (typeof value === 'object' && Object.keys(value).length === 0)) delete kept[field];
  }
  return kept as unknown as ObjectMeta;
}

/** Adds the name label to a Namespace (a label that policies rely on and that nobody can take away). */
export function withNameLabel<T extends NewObject>(namespace: T): T {
  const { metadata } = namespace;
  const labels = { ...metadata.labels, 'kubernetes.io/metadata.name': metadata.name! };
  return { ...namespace, metadata: { ...metadata, labels } };
}
