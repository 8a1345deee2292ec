import type { Cluster, ClusterPod, PolicyHabits } from '../../cluster/index.ts';
import type { PacketEnd } from '../../model/index.ts';
import { habitsOf } from '../../verdict/index.ts';
import type { PodLink } from './types.ts';

/** A pod that policies see: it is on the network, and not on the node's. */
export interface ScenePod {
  readonly pod: ClusterPod;
  readonly address: string;
  readonly device: string;
  /** As rules see it at an end of a packet. */
  readonly end: PacketEnd;
}

/** What rules are compiled from: the objects, and where their pods are on the network. */
export interface Scene {
  readonly cluster: Cluster;
  readonly pods: readonly ScenePod[];
  /** How what Kubernetes leaves open is decided where the objects' setting says so. */
  readonly habits: PolicyHabits;
}

/** Puts links and objects together. A pod's address is its link's, whatever its status says yet; a link whose pod the snapshot does not have is not in the scene. */
export function sceneOf(cluster: Cluster, links: readonly PodLink[]): Scene {
  const pods = links.flatMap(({ key, address, device }): readonly ScenePod[] => {
    const pod = cluster.pods.get(key);
    if (pod === undefined || pod.hostNetwork || device === undefined) return [];
    return [{ pod, address, device, end: { pod: pod.view, address, label: key } }];
  });
  return { cluster, pods, habits: habitsOf(cluster.settings.cni) };
}
