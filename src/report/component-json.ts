import { type ComponentEntry, renderedEntries } from './component-object.ts';
import type { JsonValue } from './json-value.ts';

/** Istio's policies as kubectl prints objects: one as it is, none and several as a List. */
export function componentToJson(entries: readonly ComponentEntry[]): JsonValue {
  const objects = renderedEntries(entries).map(({ object }) => object);
  const [only] = objects;
  return objects.length === 1 && only !== undefined
    ? only
    : { apiVersion: 'v1', kind: 'List', items: objects };
}
