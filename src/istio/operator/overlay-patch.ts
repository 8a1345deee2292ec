import { readRequestBody, toPlainValue } from '../../yaml/index.ts';
import type { Value } from '../components/index.ts';
import { splitPath } from './go-text.ts';
import { elementField, elementNumber, elementPattern } from './overlay-path.ts';
import {
  isNodeMap,
  isPointer,
  type Node,
  type NodeMap,
  newNodeMap,
  nodeOf,
  type Pointer,
} from './overlay-tree.ts';

/** A patch that istioctl cannot apply. It keeps silent about it, but where it panics. */
export class PatchFault extends Error {
  readonly panics: boolean;

  constructor(message: string, panics: boolean = false) {
    super(message);
    this.panics = panics;
  }
}

/** A step from the root to a node: `key` leads to the child that is next on the way. */
interface Context {
  readonly parent?: Context;
  key?: string | number;
  node: Node;
}

/**
 * Applies one patch to a tree: sets the value at the path, or deletes what is there where the value is null. Maps that are missing on the way are made.
 * Source: GetPathContext and WritePathContext of operator/pkg/tpath.
 * @throws PatchFault where the path leads nowhere
 */
export function applyPatch(root: NodeMap, patch: { readonly path: string; readonly value: Value }): void {
  const path = splitPath(patch.path);
  const context = walk({ node: root }, path, path);
  if (patch.value === null) deleteAt(context);
  else write(context, nodeOf(patch.value, 'text'));
}

function walk(context: Context, whole: readonly string[], path: readonly string[]): Context {
  const [part, next] = path;
  if (part === undefined) return context;
  if (context.node === null) context.node = made(part, 'text');
  const node = isPointer(context.node) ? context.node.list : context.node;
  if (Array.isArray(node)) return walkList(context, node, whole, path);
  if (!isNodeMap(node)) {
    throw new PatchFault(`leaf type ${typeName(node)} in non-leaf Node ${path.join('.')}`);
  }
  let child = node.entries.get(part);
  if (child === undefined) {
    child = node.keys === 'any' || next === undefined ? newNodeMap(node.keys) : madeFor(next);
    node.entries.set(part, child);
  }
  context.key = part;
  return walk({ parent: context, node: pointed(child) }, whole, path.slice(1));
}

function walkList(
  context: Context,
  list: readonly Node[],
  whole: readonly string[],
  path: readonly string[],
): Context {
  const [part = ''] = path;
  const number = elementNumber(part);
  if (number !== undefined) {
    const inside = number >= 0 && number < list.length;
    context.key = inside ? number : list.length;
    const node = inside ? list[number]! : newNodeMap('text');
    return walk({ parent: context, node }, whole, path.slice(1));
  }
  const found = list.findIndex((element) => isMeant(element, part, whole));
  if (found < 0) throw new PatchFault(`path ${whole.join('.')}: element ${part} not found`);
  context.key = found;
  return walk({ parent: context, node: list[found]! }, whole, path.slice(1));
}

function isMeant(element: Node, part: string, whole: readonly string[]): boolean {
  if (isNodeMap(element)) {
    const [key, value] = elementField(part) ?? [];
    if (key === undefined) {
      throw new PatchFault(`path ${whole.join('.')}: ${part} is not a valid key:value path element`);
    }
    return shown(element.entries.get(key) ?? null) === value;
  }
  const pattern = elementPattern(part);
  if (pattern === undefined) {
    throw new PatchFault(`path ${whole.join('.')}: ${part} is not a valid value path element`);
  }
  return matches(pattern, shown(element));
}

function matches(pattern: string, text: string): boolean {
  try {
    return new RegExp(pattern).test(text);
  } catch {
    return false;
  }
}

function write(context: Context, value: Node): void {
  if (context.parent === undefined) return;
  if (!writeValue(context, context.parent, value)) return;
  if (context.parent.parent !== undefined) write(context.parent, context.parent.node);
}

/** True where what lies above has to be written again. */
function writeValue(context: Context, parent: Context, value: Node): boolean {
  const map = mapFromText(value);
  const written = map ?? value;
  if (isPointer(parent.node)) {
    parent.node.list[Number(parent.key)] = written;
    context.node = written;
    return true;
  }
  if (!isNodeMap(parent.node)) throw new PatchFault(`don't know about type ${typeName(parent.node)}`);
  const key = String(parent.key);
  if (parent.node.keys === 'any') {
    parent.node.entries.set(key, written);
    context.node = written;
    return true;
  }
  return writeIntoPatched(context, parent.node, key, { value: written, map });
}

/** Into a map that a patch brought: a list that is there grows by the value, and a map that was written as a text takes the place of its key. */
function writeIntoPatched(
  context: Context,
  parent: NodeMap,
  key: string,
  { value, map }: { readonly value: Node; readonly map: NodeMap | undefined },
): boolean {
  if (map === undefined && isPointer(context.node) && !isPointer(value)) {
    const grown = [...context.node.list, value];
    parent.entries.set(key, grown);
    if (!isNodeMap(value)) context.node = grown;
    return true;
  }
  if (map !== undefined) {
    parent.entries.delete(key);
    const [first] = map.entries;
    if (first !== undefined) parent.entries.set(first[0], first[1]);
    return false;
  }
  parent.entries.set(key, value);
  context.node = value;
  return true;
}

/** A text that is a YAML mapping counts as that mapping; JSON stays a text. */
function mapFromText(value: Node): NodeMap | undefined {
  if (typeof value !== 'string') return undefined;
  if (!value.includes(value.includes('\n') ? ':' : ': ') || isJsonObject(value)) return undefined;
  const [document] = readRequestBody(value);
  if (document?.root?.kind !== 'mapping') return undefined;
  if (document.problems.some(({ severity }) => severity === 'error')) return undefined;
  return nodeOf(toPlainValue(document.root) as Value, 'text') as NodeMap;
}

function isJsonObject(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && !Array.isArray(value);
  } catch {
    return false;
  }
}

function deleteAt({ parent }: Context): void {
  if (parent === undefined) throw new PatchFault('cannot delete root element');
  if (isPointer(parent.node) || Array.isArray(parent.node)) {
    deleteElement(parent);
    return;
  }
  if (!isNodeMap(parent.node)) {
    throw new PatchFault(`cannot delete path: unsupported parent type ${typeName(parent.node)} for delete`);
  }
  parent.node.entries.delete(String(parent.key));
}

function deleteElement({ node, key, parent }: Context): void {
  if (!isPointer(node)) {
    throw new PatchFault('deleteFromSlicePtr parent type is []interface {}, must be *[]interface{}');
  }
  if (!isNodeMap(parent?.node)) throw new PatchFault('cannot delete path: unsupported parent.parent type');
  const at = Number(key);
  if (at >= node.list.length) throw new PatchFault('reflect.Value.Slice: slice index out of bounds', true);
  parent.node.entries.set(String(parent.key), { list: node.list.filter((_, i) => i !== at) });
}

function made(part: string, keys: NodeMap['keys']): Node {
  return elementNumber(part) !== undefined || elementField(part) !== undefined ? [] : newNodeMap(keys);
}

function madeFor(next: string): Node {
  return elementNumber(next) !== undefined ? [] : newNodeMap('text');
}

function pointed(node: Node): Node {
  return Array.isArray(node) ? ({ list: node } satisfies Pointer) : node;
}

function shown(node: Node): string {
  return node === null ? '<nil>' : String(node);
}

function typeName(node: Node): string {
  if (Array.isArray(node)) return '[]interface {}';
  return { boolean: 'bool', number: 'int', bigint: 'int', string: 'string', object: 'map', undefined: 'nil' }[
    typeof node as 'boolean' | 'number' | 'bigint' | 'string' | 'object' | 'undefined'
  ];
}
