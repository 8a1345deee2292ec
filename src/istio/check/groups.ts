import type { Cluster, ClusterPod } from '../../cluster/index.ts';
import { count, podEndpoint } from '../../model/index.ts';
import { signPods } from '../../reach/index.ts';
import type { Component } from '../components/index.ts';
import type { Party, PartyEnd, Role } from './types.ts';

/** Gathers pods that nothing which decides a verdict tells apart; one stands for all of a group. */
export type Grouper = (pods: readonly ClusterPod[], byNode?: boolean) => readonly PartyEnd[];

/** Groups pods of a cluster. `byNode`: pods of different nodes are apart, too, for flows whose other end is a node. */
export function grouperOf(cluster: Cluster): Grouper {
  const sign = signPods(cluster);
  const known = new Map<ClusterPod, string>();
  const signature = (pod: ClusterPod): string => {
    let text = known.get(pod);
    if (text === undefined) {
      text = sign(pod);
      known.set(pod, text);
    }
    return text;
  };
  return (pods, byNode = false) => {
    const groups = Map.groupBy(pods, (pod) =>
      byNode ? `${signature(pod)}\n${pod.node ?? ''}` : signature(pod),
    );
    return [...groups.values()].map((own) => ({ endpoint: podEndpoint(own[0]!), pods: own }));
  };
}

/** A party of pods: those of a component, or of a role in a namespace. */
export interface PodParty {
  readonly role: Role;
  readonly label: string;
  readonly spread?: boolean;
  readonly component?: Component;
  readonly standIn: boolean;
  readonly pods: readonly ClusterPod[];
}

/** The ends of a party of pods. */
export function partyOf(group: Grouper, party: PodParty, byNode = false): Party {
  const { pods, ...rest } = party;
  return { ...rest, ends: group(pods, byNode) };
}

/** `sidecars of namespace shop`, `sidecars of 3 namespaces`. */
export function labelPods(word: string, namespaces: readonly string[]): string {
  if (namespaces.length === 1) return `${word} of namespace ${namespaces[0]}`;
  return `${word} of ${count(namespaces.length, 'namespace')}`;
}
