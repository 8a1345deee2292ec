import { type Cluster, selectsLabels } from '../../cluster/index.ts';
import { formatSelector } from '../../model/index.ts';
import type { Peer, Rule } from '../../policy/network/index.ts';
import { podsOfPeer } from './pods.ts';

type PodPeer = Extract<Peer, { readonly kind: 'pods' }>;

/** A peer of namespaces alone beside a peer of pods alone. */
export interface PeerPair {
  readonly namespaces: PodPeer;
  readonly pods: PodPeer;
}

function orderPair(first: PodPeer, second: PodPeer): PeerPair | undefined {
  if (isNamespacesAlone(first) && isPodsAlone(second)) return { namespaces: first, pods: second };
  if (isPodsAlone(first) && isNamespacesAlone(second)) return { namespaces: second, pods: first };
  return undefined;
}

function isNamespacesAlone({ namespaceSelector, podSelector }: PodPeer): boolean {
  return namespaceSelector !== undefined && podSelector === undefined;
}

function isPodsAlone({ namespaceSelector, podSelector }: PodPeer): boolean {
  return namespaceSelector === undefined && formatSelector(podSelector ?? {}) !== '';
}

function looksMeantAsOne(cluster: Cluster, { namespaces, pods }: PeerPair, own: string): boolean {
  if (podsOfPeer(cluster, pods, own).pods.length > 0) return false;
  const there = podsOfPeer(cluster, namespaces, own).pods;
  return there.some((pod) => selectsLabels(pods.podSelector, pod.labels));
}

/** The pairs of neighbours among a rule's peers of which one has a namespaceSelector alone and one a podSelector alone that asks for something, by the index of the first. */
export function neighbouringPairs({ peers = [] }: Rule): ReadonlyMap<number, PeerPair> {
  const pairs = new Map<number, PeerPair>();
  for (const [i, first] of peers.entries()) {
    const second = peers[i + 1];
    if (first.kind !== 'pods' || second?.kind !== 'pods') continue;
    const pair = orderPair(first, second);
    if (pair !== undefined) pairs.set(i, pair);
  }
  return pairs;
}

/**
 * The neighbouring pairs that look as if they had been meant as one peer: the pods are in the namespaces of the other and not in the policy's own, which is all that a podSelector alone
 * means.
 */
export function pairsMeantAsOne(cluster: Cluster, rule: Rule): ReadonlyMap<number, PeerPair> {
  const { namespace } = rule.policy.metadata;
  return new Map(
    [...neighbouringPairs(rule)].filter(([, pair]) => looksMeantAsOne(cluster, pair, namespace)),
  );
}
