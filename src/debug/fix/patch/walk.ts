import type { FieldPath } from '../../../model/index.ts';
import type { MappingEntry, YamlNode } from '../../../yaml/index.ts';
import { isWithin } from './structure.ts';

/** A node on the way down a path, with the place where it hangs. */
export interface Spot {
  readonly node: YamlNode;
  readonly parent: YamlNode | undefined;
  /** In a map. */
  readonly entry?: MappingEntry;
  /** Written elsewhere: behind an alias, or merged in by `<<`. */
  readonly elsewhere?: 'alias' | 'merged';
}

/** How far a path leads: to its end, where `missing` is empty, or to the last node that there is. Stops where what it meets is written elsewhere. */
export interface Walked {
  readonly spot: Spot;
  readonly missing: FieldPath;
}

/** Follows a path down from an object. */
export function walkPath(root: YamlNode, path: FieldPath): Walked {
  let spot: Spot = { node: root, parent: undefined };
  for (const [depth, step] of path.entries()) {
    const next = below(spot.node, step);
    if (next === undefined || spot.elsewhere !== undefined) return { spot, missing: path.slice(depth) };
    spot = next;
  }
  return { spot, missing: [] };
}

function below(node: YamlNode, step: string | number): Spot | undefined {
  if (node.kind === 'scalar') return undefined;
  if (node.kind === 'sequence') {
    const item = typeof step === 'number' ? node.items[step] : undefined;
    if (item === undefined) return undefined;
    return {
      node: item,
      parent: node,
      ...(isWithin(node, item.start) ? {} : { elsewhere: 'alias' as const }),
    };
  }
  const entry = node.entries.find(({ key }) => key === step);
  if (entry === undefined) return undefined;
  const spot = { node: entry.value, parent: node, entry };
  if (!isWithin(node, entry.keyStart)) return { ...spot, elsewhere: 'merged' };
  return entry.value.start < entry.keyEnd || !isWithin(node, entry.value.start)
    ? { ...spot, elsewhere: 'alias' }
    : spot;
}
