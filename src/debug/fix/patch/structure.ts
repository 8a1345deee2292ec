import type { YamlNode } from '../../../yaml/index.ts';

/** A node below another, where it is written. */
interface Child {
  readonly node: YamlNode;
  /** Of its key, in a map. */
  readonly keyStart?: number;
}

/** The children that are written where they stand: neither aliases nor what `<<` brings. */
export function ownChildren(node: YamlNode): readonly Child[] {
  if (node.kind === 'scalar') return [];
  const children: readonly Child[] =
    node.kind === 'sequence'
      ? node.items.map((item) => ({ node: item }))
      : node.entries
          .filter((entry) => isWithin(node, entry.keyStart))
          .filter((entry) => entry.value.start >= entry.keyEnd)
          .map((entry) => ({ node: entry.value, keyStart: entry.keyStart }));
  return children.filter((child) => isWithin(node, child.node.start));
}

/** Is the child of `parent` written in its place? Else it is an alias, or merged in. */
export function isWithin(parent: YamlNode, start: number): boolean {
  return parent.start <= start && start <= parent.end;
}

/** Where the content of a node begins: behind its anchor and tag. */
export function contentStart(text: string, node: YamlNode): number {
  let position = node.start;
  for (;;) {
    const property = /^[&!]\S*(?:\s|#[^\n]*\n)*/.exec(
      text.slice(position, Math.min(node.end, position + 1000)),
    );
    if (property === null) return position;
    position += property[0].length;
  }
}

/** Is it a map or list written by indentation? */
export function isBlock(text: string, node: YamlNode): boolean {
  if (node.kind === 'scalar') return false;
  const first = text[contentStart(text, node)];
  return first !== '[' && first !== '{';
}
