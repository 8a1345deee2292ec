import type { FieldPath } from '../model/index.ts';
import type { YamlNode } from '../yaml/index.ts';
import { fieldOf } from './kit/index.ts';

/** Offsets of the field at `path`, key and value, or of its nearest ancestor that exists. */
export function locateIn(root: YamlNode, path: FieldPath): { readonly start: number; readonly end: number } {
  let node = root;
  let found: { readonly start: number; readonly end: number } = root;
  for (const part of path) {
    if (typeof part === 'number') {
      const item = node.kind === 'sequence' ? node.items[part] : undefined;
      if (item === undefined) return found;
      node = found = item;
    } else {
      const entry = node.kind === 'mapping' ? node.entries.find(({ key }) => key === part) : undefined;
      if (entry === undefined) return found;
      node = entry.value;
      // The value of an alias stands elsewhere.
      found =
        node.start >= entry.keyEnd
          ? { start: entry.keyStart, end: node.end }
          : { start: entry.keyStart, end: entry.keyEnd };
    }
  }
  return found;
}

/** The node at `path`; undefined where there is none. */
export function locateNode(root: YamlNode, path: FieldPath): YamlNode | undefined {
  let node: YamlNode | undefined = root;
  for (const part of path) {
    if (typeof part === 'number') node = node?.kind === 'sequence' ? node.items[part] : undefined;
    else node = fieldOf(node, part);
  }
  return node;
}
