import type { Labels } from '../../../../model/index.ts';
import type { Pod } from '../../../store/index.ts';
import { directoryOf } from '../../outbound/directory.ts';
import type { MeshView } from '../../types.ts';
import { outboundListeners } from './listeners.ts';
import { passthrough } from './passthrough-cluster.ts';
import { serviceCluster } from './service-cluster.ts';
import type { OutboundCluster, OutboundListener } from './types.ts';

/** What Envoy needs for what leaves a pod. Plain JSON of its v3 API. */
export interface OutboundConfig {
  readonly listeners: readonly OutboundListener[];
  readonly clusters: readonly OutboundCluster[];
}

/** What makes one sidecar's outbound side differ from another's. */
interface Client {
  readonly namespace: string;
  readonly labels: Labels;
}

const known = new WeakMap<MeshView, Map<string, unknown>>();

/**
 * The outbound side of a pod's sidecar: a listener for each address or port of HTTP that Services have, and a cluster for each port of a Service, as Istio makes
 * them of the same Services. Whether the pod has a sidecar is not asked. Pods to which Istio would give the same get the same objects, which are made once for each view.
 * `BlackHoleCluster` is the inbound side's, too, and not among the clusters. Source: istio pilot/pkg/networking/core.
 */
export function outboundConfig(view: MeshView, pod: Pod): OutboundConfig {
  const { namespace = '', labels = {} } = pod.metadata;
  const rules = rulesSeenBy(view, { namespace, labels });
  return once(view, `config ${namespace} ${rules}`, () => ({
    listeners: once(view, `listeners ${namespace}`, () => outboundListeners(view, namespace)),
    clusters: once(view, `clusters ${rules}`, () => [
      ...directoryOf(view)
        .targets()
        .map((target) => serviceCluster(view, { namespace, labels }, target)),
      passthrough,
    ]),
  }));
}

/** The same text for clients to which the same DestinationRules apply. */
function rulesSeenBy(view: MeshView, { namespace, labels }: Client): string {
  const rules = view.cluster.policies.destinationRules;
  if (rules.length === 0) return '';
  const byLabels = rules.some(({ spec }) => spec.workloadSelector !== undefined);
  return JSON.stringify([namespace, byLabels ? Object.entries(labels).toSorted() : []]);
}

function once<T>(view: MeshView, key: string, make: () => T): T {
  const ofView = known.get(view) ?? new Map<string, unknown>();
  known.set(view, ofView);
  if (!ofView.has(key)) ofView.set(key, make());
  return ofView.get(key) as T;
}
