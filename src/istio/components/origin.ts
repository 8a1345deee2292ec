import { defaultsKey, descoped, flattening } from './merged-values.ts';
import type { Chart, Value, Values } from './types.ts';

export type ValuePath = readonly (string | number)[];

/**
 * Where in the user's values the merged value at `path` comes from: what stands in `pilot` or `cni` goes over the top, the top over `global` (where the
 * chart copies that), and all over the chart's own. `undefined` where the user has not set it.
 */
export function originOf(chart: Chart, values: Values, path: ValuePath): ValuePath | undefined {
  const over = descoped[chart];
  const candidates: readonly ValuePath[] = [
    ...(over === undefined ? [] : [[over, ...path]]),
    path,
    ...(flattening.has(chart) ? [['global', ...path]] : []),
    [defaultsKey, ...path],
  ];
  return candidates.find((candidate) => userValue(values, candidate) !== undefined);
}

/** What the user has at a path, null too; `undefined` where there is nothing. */
export function userValue(values: Values, path: ValuePath): Value | undefined {
  let value: Value | undefined = values;
  for (const key of path) {
    if (typeof value !== 'object' || value === null) return undefined;
    if (Array.isArray(value)) value = (value as readonly Value[])[Number(key)];
    else value = Object.hasOwn(value, key) ? (value as Values)[String(key)] : undefined;
  }
  return value;
}

/** A path as `--set` and people write it: `service.ports[0].targetPort`. */
export function pathText(path: ValuePath): string {
  return path
    .map((key, i) =>
      typeof key === 'number' ? `[${key}]` : `${i === 0 ? '' : '.'}${key.replaceAll('.', '\\.')}`,
    )
    .join('');
}
