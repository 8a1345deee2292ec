import type { Value, Values } from '../components/index.ts';

/**
 * A value that overlays work on. istioctl treats maps of the rendered object (`any`: map[interface{}]interface{}) and those that a patch brought
 * (`text`: map[string]interface{}) differently, and passes lists on by a pointer so that they can grow.
 */
export type Node = null | boolean | number | bigint | string | Node[] | NodeMap | Pointer;

export interface NodeMap {
  readonly keys: 'any' | 'text';
  readonly entries: Map<string, Node>;
}

export interface Pointer {
  list: Node[];
}

export function isNodeMap(node: Node | undefined): node is NodeMap {
  return (
    typeof node === 'object' && node !== null && 'entries' in node && 'keys' in node && !Array.isArray(node)
  );
}

export function isPointer(node: Node | undefined): node is Pointer {
  return typeof node === 'object' && node !== null && 'list' in node;
}

export function newNodeMap(keys: NodeMap['keys']): NodeMap {
  return { keys, entries: new Map() };
}

/** A value as a node; its maps are of the kind given. */
export function nodeOf(value: Value, keys: NodeMap['keys']): Node {
  if (value === null || typeof value !== 'object') return value;
  if (Array.isArray(value)) return value.map((item) => nodeOf(item as Value, keys));
  const map = newNodeMap(keys);
  for (const [key, item] of Object.entries(value as Values)) map.entries.set(key, nodeOf(item, keys));
  return map;
}

/** The plain value of a node. */
export function plainOf(node: Node): Value {
  if (isPointer(node)) return node.list.map(plainOf);
  if (Array.isArray(node)) return node.map(plainOf);
  if (!isNodeMap(node)) return node;
  return Object.fromEntries([...node.entries].map(([key, item]) => [key, plainOf(item)]));
}
