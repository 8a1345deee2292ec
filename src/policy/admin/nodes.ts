import { addressFact, holdsAddress, readBlock, selectsLabels } from '../../cluster/index.ts';
import {
  any,
  canonicalAddress,
  type LabelSelector,
  type Node,
  notSaid,
  type PacketEnd,
  type Truth,
  unknown,
} from '../../model/index.ts';

/** A cluster's nodes by name. */
export type NodesByName = ReadonlyMap<string, Node>;

const indexes = new WeakMap<NodesByName, ReadonlyMap<string, readonly Node[]>>();

/**
 * Does this end, which is no pod, use an address of a node that the selector holds for? A `nodes` peer means the addresses, whoever
 * uses them: a hostNetwork pod too.
 */
export function matchNodes(selector: LabelSelector, end: PacketEnd, nodes: NodesByName): Truth {
  if (end.address !== notSaid) {
    return nodesAt(end.address, nodes).some((node) => selectsLabels(selector, node.metadata.labels));
  }
  const addresses = [...nodes.values()]
    .filter((node) => selectsLabels(selector, node.metadata.labels))
    .flatMap((node) => node.addresses);
  const held = any(addresses, (address) => {
    const block = readBlock(address);
    return block !== undefined && holdsAddress(block, end);
  });
  return typeof held === 'boolean' ? held : unknown(addressFact(end, addresses));
}

/** Does some node use this end's address, as far as that is known? */
export function isNode(end: PacketEnd, nodes: NodesByName): boolean {
  return end.address !== notSaid && nodesAt(end.address, nodes).length > 0;
}

function nodesAt(address: string, nodes: NodesByName): readonly Node[] {
  let index = indexes.get(nodes);
  if (index === undefined) {
    index = indexByAddress(nodes);
    indexes.set(nodes, index);
  }
  return index.get(canonicalAddress(address)) ?? [];
}

function indexByAddress(nodes: NodesByName): ReadonlyMap<string, readonly Node[]> {
  const index = new Map<string, Node[]>();
  for (const node of nodes.values()) {
    for (const address of node.addresses) {
      const key = canonicalAddress(address);
      const users = index.get(key);
      if (users === undefined) index.set(key, [node]);
      else users.push(node);
    }
  }
  return index;
}
