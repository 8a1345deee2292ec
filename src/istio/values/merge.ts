import { isMap, newMap, type Value, type Values } from './types.ts';

/**
 * Values of one file laid over those of the files before it: maps merge deeply, anything else takes the place of what was there, null and empty values too.
 * Source: `mergeMaps` in helm's pkg/cli/values.
 */
export function mergeValues(below: Values, above: Values): Values {
  const merged: { [key: string]: Value } = newMap();
  Object.assign(merged, below);
  for (const [key, value] of Object.entries(above)) {
    const before = merged[key];
    merged[key] = isMap(value) && isMap(before) ? mergeValues(before, value) : value;
  }
  return merged;
}
