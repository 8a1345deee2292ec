import type { DroppedPacket } from '../../network/index.ts';
import { decodePacket } from './decode-packet.ts';
import { packetFields } from './packet-fields.ts';
import { syslogTime } from './syslog-time.ts';

/** A node agent whose log a lab can have. */
export type NodeAgent = 'kube-router' | 'calico';

/**
 * The lines that a product leaves of a dropped packet, on a node of that name.
 * kube-router: NFLOG group 100 as ulogd's LOGEMU writes it: one record for each policy that isolates the pod, and one of the pod's own chain, which names none.
 * Calico: the LOG action of a rule, as the kernel writes it. It names no policy and no verdict; that it stands before a deny is in the rule.
 */
export function dropLines(agent: NodeAgent, drop: DroppedPacket, node: string): readonly string[] {
  const packet = decodePacket(drop.bytes);
  if (packet === undefined) return [];
  const head = `${syslogTime(drop.time)} ${node}`;
  if (agent === 'calico') return [`${head} kernel: calico-packet: ${packetFields(packet, drop, 'kernel')}`];
  const fields = packetFields(packet, drop, 'ulogd');
  const policies = drop.policies.map(({ namespace, name }) =>
    namespace === undefined ? name : `${namespace}/${name}`,
  );
  return [...policies.map((policy) => `${head} DROP by policy ${policy} ${fields}`), `${head}  ${fields}`];
}
