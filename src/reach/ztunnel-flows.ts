import { type Cluster, type ClusterPod, type WorkloadPolicy, workloadPolicyKey } from '../cluster/index.ts';
import type { Connection } from '../model/index.ts';
import { policyMatches, ztunnelPoliciesFor } from '../policy/authorization/index.ts';
import { workloadPoliciesInForce } from '../policy/peer-authentication/index.ts';
import { addBits, allBits, type Bits, dropBits, isEmptyBits, keepBits, noBits, setBit } from './bits.ts';
import type { Ends } from './ends.ts';
import { allowed, denied, type Flow } from './flow.ts';
import type { SourceConditions, SourceSet } from './source-conditions.ts';

/** Where a connection arrives. */
export interface ZtunnelArrival {
  readonly pod: ClusterPod;
  readonly port: number;
  readonly address: Connection['destinationAddress'];
  /** The tunnel carried an identity. */
  readonly identified: boolean;
}

/** Judges the connections of many sources as the ztunnel of a pod does. */
export type ZtunnelFlows = (arrival: ZtunnelArrival, sources: Bits) => readonly Flow[];

/** Prepares the ztunnels of a cluster; what a policy says of a port is worked out once for all sources. */
export function ztunnelFlows(
  cluster: Cluster,
  { virtual }: Ends,
  { identities }: SourceConditions,
): ZtunnelFlows {
  const known = new Map<string, SourceSet>();
  const size = virtual.length;

  const matches = (policy: WorkloadPolicy, { port, address, identified }: ZtunnelArrival): SourceSet => {
    const key = `${policy.action} ${workloadPolicyKey(policy)} ${port} ${String(address)} ${identified}`;
    let found = known.get(key);
    if (found !== undefined) return found;
    const sure = noBits(size);
    let maybe: Bits | undefined;
    for (const { index, packet } of virtual) {
      const truth = policyMatches(policy, {
        identity: identified ? identities[index] : undefined,
        sourceAddress: packet.address,
        destinationAddress: address,
        destinationPort: port,
        sni: undefined,
      });
      if (truth === true) setBit(sure, index);
      else if (truth !== false) {
        maybe ??= noBits(size);
        setBit(maybe, index);
      }
    }
    found = { sure, maybe };
    known.set(key, found);
    return found;
  };

  return (arrival, sources) => {
    const { pod } = arrival;
    const policies = [...workloadPoliciesInForce(cluster, pod), ...ztunnelPoliciesFor(cluster, pod)].filter(
      (policy) => !policy.dryRun,
    );
    if (policies.length === 0) return [flow(sources, true)];
    const passing = policies.some((policy) => policy.action === 'ALLOW') ? noBits(size) : allBits(size);
    const doubtful = noBits(size);
    const stopped = noBits(size);
    for (const policy of policies) {
      const { sure, maybe } = matches(policy, arrival);
      addBits(policy.action === 'ALLOW' ? passing : stopped, sure);
      if (maybe !== undefined) addBits(doubtful, maybe);
    }
    dropBits(passing, stopped);
    dropBits(doubtful, stopped);
    keepBits(doubtful, sources);
    const rest = sources.slice();
    dropBits(rest, doubtful);
    const open = rest.slice();
    keepBits(open, passing);
    dropBits(rest, passing);
    const flows = [flow(open, true), flow(rest, false)].filter((each) => !isEmptyBits(each.sources));
    if (!isEmptyBits(doubtful))
      flows.push({ sources: doubtful, bytes: 'unknown', http: { outcome: 'unknown' }, doubt: 'road' });
    return flows;
  };
}

function flow(sources: Bits, open: boolean): Flow {
  return { sources, bytes: open ? 'allow' : 'deny', http: open ? allowed : denied, doubt: undefined };
}
