import type { Fields } from './fill.ts';
import { completePod } from './pod.ts';
import {
  completeEndpointSlice,
  completeEndpoints,
  completeNamespace,
  completeNetworkPolicy,
  completeSecret,
  completeService,
} from './simple.ts';
import {
  completeCronJob,
  completeDaemonSet,
  completeDeployment,
  completeJob,
  completeReplicaSet,
  completeStatefulSet,
} from './workloads.ts';

/** By the name of the resource: what the API server fills in. Each gives the object itself, or one that says the same, where nothing is missing. */
export const completions: Readonly<Record<string, (object: Fields) => Fields>> = {
  pods: completePod,
  deployments: completeDeployment,
  daemonsets: completeDaemonSet,
  statefulsets: completeStatefulSet,
  replicasets: completeReplicaSet,
  jobs: completeJob,
  cronjobs: completeCronJob,
  services: completeService,
  networkpolicies: completeNetworkPolicy,
  secrets: completeSecret,
  endpoints: completeEndpoints,
  endpointslices: completeEndpointSlice,
  namespaces: completeNamespace,
};
