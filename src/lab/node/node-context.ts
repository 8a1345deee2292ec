import type { EventNote, Pod, Store } from '../store/index.ts';
import type { NetworkNamespace } from '../system/index.ts';
import type { HostEntry } from './host-tree.ts';
import type { Tools } from './tools.ts';
import type { ImageTable } from './types.ts';

/** A pod on the network, as the node sees it. */
export interface NodeLink {
  readonly namespace: NetworkNamespace;
  readonly address: string;
}

/** What the node needs of the lab's network. */
export interface NodeNetwork {
  readonly plan: { readonly nodeName: string; readonly nodeAddress: string; readonly dnsAddress: string };
  readonly node: NetworkNamespace;
  readonly outside: NetworkNamespace;
  attach(key: string, options: { readonly hostNetwork: boolean }): Promise<NodeLink>;
  detach(key: string): Promise<void>;
}

/** What all pods of the node share. */
export interface NodeContext {
  readonly store: Store;
  readonly network: NodeNetwork;
  readonly images: ImageTable;
  readonly tools: Tools;
  readonly tree: readonly HostEntry[];
  /** On a tmpfs, the node's own. */
  readonly directory: string;
  readonly serviceAccountToken: (pod: Pod, audience: string | undefined) => string;
  /** The lab is going: nothing is written to the store any more. */
  readonly closing: AbortSignal;
  /** Writes an Event of the kubelet's. */
  readonly record: (pod: Pod, note: Pick<EventNote, 'type' | 'reason' | 'message' | 'fieldPath'>) => void;
  /** Something that should not have happened; the lab goes on. */
  readonly report: (where: string, error: unknown) => void;
}
