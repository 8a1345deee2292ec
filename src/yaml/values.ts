import type { MappingEntry, MappingNode, YamlNode } from './nodes.ts';

/**
 * The value of a node as a JavaScript value: numbers as JavaScript numbers (integers beyond 2^53 lose digits), maps as
 * objects whose keys are their own properties, `__proto__` too. An alias gives the same object again.
 */
export function toPlainValue(node: YamlNode): unknown {
  const made = new Map<YamlNode, unknown>();
  const open: YamlNode[] = [];
  const result = make(node, made, open);
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const value = made.get(next);
    if (next.kind === 'sequence') {
      for (const item of next.items) (value as unknown[]).push(make(item, made, open));
    } else if (next.kind === 'mapping') {
      for (const entry of next.entries) setOwn(value as object, entry.key, make(entry.value, made, open));
    }
  }
  return result;
}

function make(node: YamlNode, made: Map<YamlNode, unknown>, open: YamlNode[]): unknown {
  if (node.kind === 'scalar') {
    return typeof node.value === 'object' && node.value !== null ? Number(node.value.number) : node.value;
  }
  const before = made.get(node);
  if (before !== undefined) return before;
  const value = node.kind === 'sequence' ? [] : {};
  made.set(node, value);
  open.push(node);
  return value;
}

function setOwn(target: object, key: string, value: unknown): void {
  if (key === '__proto__') {
    Object.defineProperty(target, key, { value, writable: true, enumerable: true, configurable: true });
  } else (target as Record<string, unknown>)[key] = value;
}

/** The value of a node as JSON text, with the digits of its numbers; without recursion. */
export function toJson(node: YamlNode): string {
  const parts: string[] = [];
  const open: (YamlNode | string)[] = [node];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (typeof next === 'string') parts.push(next);
    else if (next.kind === 'scalar') parts.push(scalarJson(next.value));
    else if (next.kind === 'sequence') {
      open.push(']');
      for (let i = next.items.length - 1; i >= 0; i--) open.push(next.items[i]!, i === 0 ? '[' : ',');
      if (next.items.length === 0) open.push('[');
    } else openMapping(next, open);
  }
  return parts.join('');
}

function openMapping(node: MappingNode, open: (YamlNode | string)[]): void {
  open.push('}');
  for (let i = node.entries.length - 1; i >= 0; i--) {
    const entry = node.entries[i]!;
    open.push(entry.value, `${i === 0 ? '{' : ','}${JSON.stringify(entry.key)}:`);
  }
  if (node.entries.length === 0) open.push('{');
}

function scalarJson(value: null | boolean | string | { readonly number: string }): string {
  return typeof value === 'object' && value !== null ? value.number : JSON.stringify(value);
}

/** The node at a path of keys and indexes below `root`, and its entry where it is a map's value. */
export function nodeAt(
  root: YamlNode,
  path: readonly (string | number)[],
): { key?: MappingEntry; node: YamlNode } | undefined {
  let node = root;
  let key: MappingEntry | undefined;
  for (const step of path) {
    if (node.kind === 'mapping') {
      key = node.entries.find((entry) => entry.key === String(step));
      if (key === undefined) return undefined;
      node = key.value;
    } else {
      const item = node.kind === 'sequence' ? node.items[Number(step)] : undefined;
      if (item === undefined) return undefined;
      node = item;
      key = undefined;
    }
  }
  return key === undefined ? { node } : { key, node };
}
