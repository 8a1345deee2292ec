import { type DraftMap, newMap } from '../values/index.ts';
import { panic } from './stop.ts';

/** A value of the IstioOperator while it is put together. Numbers of files are floats, integers of `--set` are `bigint`. */
export type Tree = DraftMap[string];
export type TreeMap = DraftMap;

/** True for a map, false for lists and scalars. */
export function isMap(value: Tree | undefined): value is TreeMap {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * Puts `other` over `base`, which is changed. Maps merge deeply; everything else replaces, also null and a list. Maps that `base` did not have are the very
 * maps of `other`: what is later written into one is written into both, as in istioctl.
 * Source: Map.MergeFrom of operator/pkg/values.
 */
export function mergeFrom(base: TreeMap, other: TreeMap): void {
  for (const [key, value] of Object.entries(other)) {
    const own = base[key];
    if (isMap(value) && isMap(own)) mergeFrom(own, value);
    else base[key] = value;
  }
}

/**
 * A copy by way of JSON, as istioctl makes it: integers become floats.
 * @throws OperatorStop where a number cannot be written as JSON, as istioctl panics there
 */
export function cloneTree<T extends Tree>(tree: T): T {
  return clone(tree) as T;
}

function clone(tree: Tree): Tree {
  if (typeof tree === 'bigint') return Number(tree);
  if (typeof tree === 'number') return finite(tree);
  if (Array.isArray(tree)) return tree.map(clone);
  if (!isMap(tree)) return tree;
  const copy = newMap();
  for (const [key, value] of Object.entries(tree)) copy[key] = clone(value);
  return copy;
}

function finite(number: number): number {
  if (Number.isFinite(number)) return number;
  const shown = Number.isNaN(number) ? 'NaN' : number > 0 ? '+Inf' : '-Inf';
  return panic(`json Marshal: json: unsupported value: ${shown}`, {
    help: 'istioctl reads inf, infinity and nan of --set as numbers; set such a text in a file, in quotes.',
  });
}

/** The value at a path of names; undefined where a step is missing or no map. */
export function valueAt(tree: TreeMap, ...path: readonly string[]): Tree | undefined {
  let value: Tree | undefined = tree;
  for (const name of path) {
    if (!isMap(value)) return undefined;
    value = value[name];
  }
  return value;
}

/** The map at a path of names; undefined where there is none. */
export function mapAt(tree: TreeMap, ...path: readonly string[]): TreeMap | undefined {
  const value = valueAt(tree, ...path);
  return isMap(value) ? value : undefined;
}

/** The text at a path of names; '' where there is none or it is of another type. */
export function textAt(tree: TreeMap, ...path: readonly string[]): string {
  const value = valueAt(tree, ...path);
  return typeof value === 'string' ? value : '';
}
