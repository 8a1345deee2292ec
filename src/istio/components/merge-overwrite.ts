import type { GoMap } from './go-values.ts';

/**
 * sprig's `mustMergeOverwrite` of two maps: `from` goes over `into`, which is changed and given back. Maps merge deeply; everything else replaces, also
 * null, "", 0, false and an empty list. A map that replaces something is the very map of `from`, so that later merges change both, as in Helm.
 * Where `into` is null there is nothing to change and the result is a new map.
 * Source: MergeWithOverwrite of mergo 1.0.
 */
export function mergeOverwrite(into: GoMap | null, from: GoMap | null): GoMap {
  const target = into ?? new Map();
  // The keys are taken first: where a map is merged with a part of itself, it grows underway.
  for (const key of [...(from?.keys() ?? [])]) {
    const value = from!.get(key)!;
    const own = target.get(key);
    if (value instanceof Map && own instanceof Map) {
      mergeOverwrite(own, value);
      if (own.size === 0) target.set(key, value);
    } else target.set(key, value);
  }
  return target;
}
