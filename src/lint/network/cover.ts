import type { AddressBlock } from '../../cluster/index.ts';
import { coversRange, type LabelSelector, rangesMeet } from '../../model/index.ts';
import type { Peer, Port, Rule } from '../../policy/network/index.ts';
import { implies } from './selector-logic.ts';

/** Does every connection of the peer `narrow` come from (or go to) the peer `wide` as well, whatever pods there are? Both are of policies in `namespace`. */
export function coversPeer(wide: Peer, narrow: Peer, namespace: string): boolean {
  if (narrow.kind === 'nobody') return true;
  if (wide.kind === 'pods' && narrow.kind === 'pods') {
    return (
      implies(namespacesOf(narrow, namespace), namespacesOf(wide, namespace)) &&
      implies(narrow.podSelector, wide.podSelector)
    );
  }
  return wide.kind === 'block' && narrow.kind === 'block' && coversBlock(wide.block, narrow.block);
}

/** A peer without a namespaceSelector means the policy's own namespace. */
function namespacesOf(
  { namespaceSelector }: Extract<Peer, { readonly kind: 'pods' }>,
  namespace: string,
): LabelSelector {
  return namespaceSelector ?? ownNamespace(namespace);
}

const own = new Map<string, LabelSelector>();

function ownNamespace(namespace: string): LabelSelector {
  let selector = own.get(namespace);
  if (selector === undefined) {
    selector = { matchLabels: { 'kubernetes.io/metadata.name': namespace } };
    own.set(namespace, selector);
  }
  return selector;
}

/** Every hole of the wide block lies outside the narrow one, or in a hole of that. */
function coversBlock(wide: AddressBlock, narrow: AddressBlock): boolean {
  if (!coversRange(wide.range, narrow.range)) return false;
  return wide.except.every(
    ({ range }) =>
      !rangesMeet(range, narrow.range) || narrow.except.some((hole) => coversRange(hole.range, range)),
  );
}

/** Does the entry `wide` hold every port of `narrow`, whatever names pods give to their ports? */
export function coversPort(wide: Port, narrow: Port): boolean {
  if (wide.protocol !== narrow.protocol) return false;
  if (wide.numbers === 'any') return true;
  if (narrow.numbers === 'any') return false;
  if ('name' in narrow.numbers || 'name' in wide.numbers) {
    return 'name' in narrow.numbers && 'name' in wide.numbers && wide.numbers.name === narrow.numbers.name;
  }
  return wide.numbers.first <= narrow.numbers.first && narrow.numbers.last <= wide.numbers.last;
}

/** A peer or port of a rule that has a list of them; undefined stands for all peers or all ports. */
export function coversPeerOf(rule: Rule, narrow: Peer | undefined): boolean {
  if (rule.peers === undefined) return true;
  const namespace = rule.policy.metadata.namespace;
  return narrow !== undefined && rule.peers.some((wide) => coversPeer(wide, narrow, namespace));
}

/** The same for an entry of `ports`. */
export function coversPortOf(rule: Rule, narrow: Port | undefined): boolean {
  if (rule.ports === undefined) return true;
  return narrow !== undefined && rule.ports.some((wide) => coversPort(wide, narrow));
}
