import type { Store } from '../store/index.ts';
import { type BootstrapPlan, bootstrap } from './bootstrap.ts';
import type { Context } from './context.ts';
import { startCronJobs } from './cron-job.ts';
import { startDaemonSets } from './daemon-set.ts';
import { startDeployments } from './deployment.ts';
import { startEndpointMirror } from './endpoint-mirror.ts';
import { startEndpointSlices } from './endpoint-slices.ts';
import { startEventExpiry } from './event-expiry.ts';
import { startGarbageCollector } from './garbage-collector.ts';
import { startJobs } from './job.ts';
import { type RootCertificates, startNamespaces } from './namespaces.ts';
import { createObjectIndex } from './object-index.ts';
import { startPodGarbage } from './pod-garbage.ts';
import { createWorkQueue } from './queue.ts';
import { startReplicaSets } from './replica-set.ts';
import { startScheduler } from './scheduler.ts';
import { startStatefulSets } from './stateful-set.ts';

export interface ControllerOptions {
  /** Of the lab's addresses what the controllers write into objects. */
  readonly plan: BootstrapPlan;
  /** Where the API listens on the node's address. */
  readonly apiPort?: number;
  /** Of the cluster, as the node's kubelet says it. */
  readonly version?: string;
  readonly roots?: RootCertificates;
  /** Told of what a controller could not do, once until it succeeds; it tries again by itself. Without it nobody is. */
  readonly onError?: (controller: string, key: string, error: unknown) => void;
}

export interface Controllers {
  /** Resolves when nothing is left to be done at the moment. */
  idle(): Promise<void>;
  close(): void;
}

/** Makes what every cluster has, and brings all objects to life: from then on every change of the store is answered by the controllers. */
export function startControllers(store: Store, options: ControllerOptions): Controllers {
  const { plan, apiPort = 6443, version = 'v1.36.3', roots = {}, onError = () => {} } = options;
  const queue = createWorkQueue(onError);
  const index = createObjectIndex(store);
  const context: Context = { store, index, queue };
  const stops = [
    startNamespaces(context, roots),
    startGarbageCollector(context),
    startDeployments(context),
    startReplicaSets(context),
    startStatefulSets(context),
    startDaemonSets(context),
    startCronJobs(context),
    startJobs(context),
    startScheduler(context),
    startPodGarbage(context),
    startEndpointSlices(context),
    startEndpointMirror(context),
    startEventExpiry(context),
  ];
  bootstrap(store, plan, { apiPort, version });
  return {
    idle: () => queue.idle(),
    close() {
      for (const stop of stops) stop();
      index.close();
      queue.close();
    },
  };
}
