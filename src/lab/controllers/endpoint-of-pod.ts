import type { Endpoint, Pod, Service } from '../store/index.ts';
import { isFinished, isReady, isTerminating } from './pod-state.ts';

/** True for a pod that a Service can send to, now or when it is ready: it has an address and its containers are not over. */
export function hasEndpoint(pod: Pod): boolean {
  return !isFinished(pod) && addressOf(pod) !== undefined;
}

export function addressOf({ status }: Pod): string | undefined {
  return status?.podIPs?.[0]?.ip ?? status?.podIP;
}

/** A pod as an endpoint. Source: podToEndpoint of k8s.io/endpointslice. */
export function endpointOf(service: Service, pod: Pod): Endpoint {
  const serving = isReady(pod);
  const terminating = isTerminating(pod);
  const ready = service.spec.publishNotReadyAddresses === true || (serving && !terminating);
  const { hostname, subdomain, nodeName } = pod.spec;
  const { name, namespace, uid } = pod.metadata;
  const isNamed =
    hostname !== undefined && subdomain === service.metadata.name && service.metadata.namespace === namespace;
  return {
    addresses: [addressOf(pod)!],
    conditions: { ready, serving, terminating },
    ...(isNamed && { hostname }),
    ...(nodeName ? { nodeName } : {}),
    targetRef: { kind: 'Pod', namespace: namespace!, name, uid },
  };
}
