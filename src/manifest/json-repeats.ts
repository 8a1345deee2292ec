import type { MappingEntry, RepeatedKey, YamlNode } from '../yaml/index.ts';
import { isNull, type Shape, type Struct } from './kit/index.ts';

/** The tree of a JSON text with every entry of its maps, also those whose key comes again behind them, in the order of the text. */
export function withRepeats(root: YamlNode, repeated: readonly RepeatedKey[]): YamlNode {
  if (repeated.length === 0) return root;
  return expand(root, new Map(repeated.map(({ valueStart, replaced }) => [valueStart, replaced])));
}

function expand(node: YamlNode, earlier: ReadonlyMap<number, YamlNode>): YamlNode {
  if (node.kind === 'sequence') return { ...node, items: node.items.map((item) => expand(item, earlier)) };
  if (node.kind === 'scalar') return node;
  const entries: MappingEntry[] = [];
  for (const entry of node.entries) {
    let value: YamlNode | undefined = entry.value;
    while (value !== undefined) {
      entries.push({ ...entry, value: expand(value, earlier) });
      value = earlier.get(value.start);
    }
  }
  return { ...node, entries: entries.sort((a, b) => a.value.start - b.value.start) };
}

/** Fields whose Go type is a pointer: a later null empties them, where it leaves other fields as they are. */
const pointers: ReadonlySet<string> = new Set([
  'NetworkPolicyPeer.podSelector',
  'NetworkPolicyPeer.namespaceSelector',
  'NetworkPolicyPeer.ipBlock',
  'NetworkPolicyPort.protocol',
  'NetworkPolicyPort.port',
  'NetworkPolicyPort.endPort',
]);

/**
 * Makes one entry of those with one key, as Go's JSON reader does: it decodes the later value on top of the earlier one, so objects are
 * merged field by field and lists member by member. The shape of `root` was checked before.
 */
export function mergeRepeats(root: YamlNode, struct: Struct): YamlNode {
  return mergeWithin(root, struct);
}

function mergeWithin(node: YamlNode, shape: Shape): YamlNode {
  if (node.kind === 'sequence' && shape.kind === 'list') {
    return { ...node, items: node.items.map((item) => mergeWithin(item, shape.of)) };
  }
  if (node.kind !== 'mapping' || (shape.kind !== 'struct' && shape.kind !== 'map')) return node;
  const merged = new Map<string, MappingEntry>();
  for (const entry of node.entries) {
    const { key } = entry;
    const wanted = shape.kind === 'struct' ? shape.fields.get(key) : shape.of;
    if (wanted === undefined) continue;
    const pointer = shape.kind === 'map' || pointers.has(`${shape.name}.${key}`);
    const value = mergeWithin(entry.value, wanted);
    const earlier = merged.get(key);
    const both = earlier === undefined ? value : mergeValues(earlier.value, value, wanted, pointer);
    merged.set(key, { ...entry, value: both });
  }
  return { ...node, entries: [...merged.values()] };
}

/** The later value on top of the earlier one; where null is no value of the type, it changes nothing. */
function mergeValues(earlier: YamlNode, later: YamlNode, shape: Shape, pointer: boolean): YamlNode {
  if (isNull(later)) return pointer || shape.kind === 'list' || shape.kind === 'map' ? later : earlier;
  if (earlier.kind === 'mapping' && later.kind === 'mapping') {
    return mergeWithin({ ...later, entries: [...earlier.entries, ...later.entries] }, shape);
  }
  if (earlier.kind === 'sequence' && later.kind === 'sequence' && shape.kind === 'list') {
    const items = later.items.map((item, i) => {
      const under = earlier.items[i];
      return under === undefined ? item : mergeValues(under, item, shape.of, false);
    });
    return { ...later, items };
  }
  return later;
}
