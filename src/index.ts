/**
 * Portcullis as a library: manifests in, verdicts out.
 *
 * ```ts
 * import { Cluster, decide, readManifests } from 'portcullis';
 *
 * const cluster = Cluster.from(readManifests([{ name: 'all.yaml', text }]));
 * const client = { kind: 'pod', namespace: 'np-test-1', name: 'np-test-nginx-1' } as const;
 * const server = { kind: 'service', namespace: 'np-test-2', name: 'svc-np-test-nginx-2' } as const;
 * const http = { method: 'GET', path: '/', host: 'svc-np-test-nginx-2.np-test-2' };
 * const verdict = decide(cluster, { source: client, destination: server, port: 80, protocol: 'TCP', http, complete: true });
 * ```
 */
import {
  buildCluster,
  type ClusterInput,
  type ClusterOptions,
  type Cluster as ClusterSnapshot,
} from './cluster/index.ts';

/** An immutable picture of a cluster; `Cluster.from` builds it from what `readManifests` gives. */
export type Cluster = ClusterSnapshot;
export const Cluster: { from(manifests: ClusterInput, options?: ClusterOptions): Cluster } = {
  from: buildCluster,
};

export type { ClusterInput, ClusterOptions, LabelAssumption } from './cluster/index.ts';
export { type Manifests, type ReadOptions, readManifests } from './manifest/index.ts';
export type * from './model/index.ts';
export { decide, UnknownNameError } from './verdict/index.ts';
