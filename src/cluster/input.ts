import type { KindedObject, MeshSettings, ModelObject } from '../model/index.ts';
import type { UnreadableObject } from './cluster.ts';

/** What a cluster is built from: the result of reading manifests, in any order. */
export interface ClusterInput {
  readonly objects: readonly ModelObject[];
  /** Objects of policy kinds that are not read. */
  readonly foreign: readonly KindedObject[];
  /** Documents that are not taken into the cluster. */
  readonly rejected: readonly UnreadableObject[];
  /** The ConfigMap `istio`, where there was one. */
  readonly mesh?: MeshSettings;
}

/** What the caller adds to the manifests. Everything is optional; the manifests' own mesh settings come below `mesh`. */
export interface ClusterOptions {
  readonly mesh?: MeshSettings;
  readonly podCIDRs?: readonly string[];
  readonly cni?: string;
  readonly assumptions?: readonly LabelAssumption[];
  /** Kinds of unread policies to disregard (`CiliumNetworkPolicy`). */
  readonly ignoreKinds?: readonly string[];
}

/** A label that the caller vouches for: `value` undefined says that the label is absent. */
export interface LabelAssumption {
  readonly kind: string;
  /** '' for cluster-scoped kinds. */
  readonly namespace: string;
  readonly name: string;
  readonly key: string;
  readonly value: string | undefined;
}
