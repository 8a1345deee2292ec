import type { YamlNode } from './nodes.ts';
import type { Parser } from './parser-state.ts';

/**
 * A complete collection, or what is kept of it where it is an item of the root's `items` and the parser is to keep only
 * some entries of these. An item stays whole where reading it again alone could give something else, or would hide what
 * the document needs: in YAML's brackets (`[a: b]`), once there was an anchor, or a value that JSON cannot say.
 */
export function thinItem(p: Parser, node: YamlNode): YamlNode {
  const { itemKeys } = p;
  if (p.depth !== 2 || itemKeys === undefined || node.kind !== 'mapping' || !isInItems(p)) return node;
  if (p.anchors !== undefined || p.unsayable !== undefined || p.scanner.flow > 0) return node;
  // Spread, because an array that `filter` makes has room for sixteen more.
  const entries = [...node.entries.filter(({ key }) => itemKeys.includes(key))];
  return { kind: 'mapping', entries, start: node.start, end: node.end, thinned: true };
}

function isInItems(p: Parser): boolean {
  const root = p.frames[0]!;
  return (
    p.frames[1]!.node.kind === 'sequence' &&
    root.node.kind === 'mapping' &&
    root.keyText === 'items' &&
    !root.merges
  );
}
