import type { KindedObject } from '../model/index.ts';

/**
 * Orders objects as Istio does where the first of several counts: oldest first (whole seconds), then by name, then by namespace.
 * An object without a creationTimestamp counts as oldest. Source: pilot/pkg/model sortConfigByCreationTime.
 */
export function compareAge(a: KindedObject, b: KindedObject): number {
  return (
    seconds(a) - seconds(b) ||
    compareText(a.metadata.name, b.metadata.name) ||
    compareText(a.metadata.namespace, b.metadata.namespace)
  );
}

function seconds(object: KindedObject): number {
  const time = object.metadata.creationTimestamp;
  const parsed = time === undefined ? Number.NaN : Date.parse(time);
  return Number.isNaN(parsed) ? 0 : Math.floor(parsed / 1000);
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
