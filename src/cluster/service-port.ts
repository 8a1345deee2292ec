import { hostHeader } from '../model/index.ts';
import type { ClusterPod } from './cluster.ts';
import { servicePortFor } from './endpoints.ts';
import { portProtocolOf } from './port-protocol.ts';

/** True where the Service that leads to the port of the pod declares it as HTTP: nobody who asks about it means other bytes. */
export function isDeclaredHttp(pod: ClusterPod, port: number): boolean {
  const reached = servicePortFor(pod, port, 'TCP');
  return reached !== undefined && portProtocolOf(reached.port) === 'http';
}

/** The Host header of callers that reach the port of the pod through a Service; undefined where none leads there. */
export function serviceHostFor(pod: ClusterPod, port: number): string | undefined {
  const reached = servicePortFor(pod, port, 'TCP');
  if (reached === undefined) return undefined;
  const { name, namespace } = reached.service.metadata;
  return hostHeader(`${name}.${namespace}`, reached.port.port, 80);
}
