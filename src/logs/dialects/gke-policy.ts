import { objectOf } from '../object-of.ts';
import { protocolOf } from '../protocols.ts';
import type { Dialect, LogEnd, LogPolicy } from '../types.ts';
import { ipOf, portOf, textOf } from '../values.ts';

/** What GKE's Dataplane V2 logs of network policies (`policy-action`), in Cloud Logging or in a node's file. */
export const gkePolicy: Dialect = {
  name: 'gke-policy',
  hints: ['disposition'],
  read: ({ json, outerTime }) => {
    const connection = objectOf(json?.connection);
    if (json === undefined || connection === undefined) return undefined;
    const { disposition } = json;
    if (disposition !== 'allow' && disposition !== 'deny') return undefined;
    const { direction } = connection;
    return {
      part: 'whole',
      decision: disposition,
      fields: {
        time: textOf(json.timestamp) ?? outerTime,
        source: { ip: ipOf(connection.src_ip), port: portOf(connection.src_port), ...endOf(json.src) },
        destination: {
          ip: ipOf(connection.dest_ip),
          port: portOf(connection.dest_port),
          ...endOf(json.dest),
        },
        protocol: protocolOf(connection.protocol),
        direction: direction === 'ingress' || direction === 'egress' ? direction : undefined,
        policy: policyOf(json.policies),
      },
    };
  },
};

/** An end is a pod, a node or an address outside; only of a pod is there more to say. */
function endOf(value: unknown): LogEnd {
  const end = objectOf(value);
  const pod = textOf(end?.pod_name);
  if (pod === undefined) return {};
  return {
    namespace: textOf(end?.pod_namespace) ?? textOf(end?.namespace),
    pod,
    workload: end?.workload_kind === 'Node' ? undefined : textOf(end?.workload_name),
  };
}

/** The first of the policies that allow; lines of denials name none. */
function policyOf(value: unknown): LogPolicy | undefined {
  const policy = Array.isArray(value) ? objectOf(value[0]) : undefined;
  if (policy === undefined) return undefined;
  return { kind: textOf(policy.kind), namespace: textOf(policy.namespace), name: textOf(policy.name) };
}
