import type { Cluster } from '../../cluster/index.ts';
import type { MeshView } from '../proxy/index.ts';
import type { Store, StoreEvent } from '../store/index.ts';
import { snapshotCluster, snapshotMesh } from './snapshot.ts';

/** The cluster of the store, kept up to date. */
export interface View {
  /** As the store is now. */
  cluster(): Cluster;
  mesh(): MeshView;
  /** Calls back soon after changes, once for all that came together. */
  subscribe(listener: () => void): () => void;
  close(): void;
}

/** Changes of these alone leave the picture as it is. */
const unseen: ReadonlySet<string> = new Set(['events', 'leases']);

/** Watches a store. The snapshot is built when it is asked for, at most once for each state of the store. */
export function watchView(store: Store, onError: (error: unknown) => void): View {
  const listeners = new Set<() => void>();
  let built: MeshView | undefined;
  let due: NodeJS.Immediate | undefined;

  const mesh = (): MeshView => {
    built ??= snapshotMesh(store, snapshotCluster(store));
    return built;
  };
  const notify = (): void => {
    due = undefined;
    for (const listener of listeners) {
      try {
        listener();
      } catch (error) {
        onError(error);
      }
    }
  };
  const onEvent = ({ resource }: StoreEvent): void => {
    if (unseen.has(resource.plural)) return;
    built = undefined;
    due ??= setImmediate(notify);
  };
  const stop = store.subscribe('*', onEvent);
  return {
    cluster: () => mesh().cluster,
    mesh,
    subscribe: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    close: () => {
      stop();
      if (due !== undefined) clearImmediate(due);
    },
  };
}
