import { type Cluster, type ClusterPod, type WorkloadPolicy, workloadPolicyKey } from '../cluster/index.ts';
import type { Connection } from '../model/index.ts';
import { policyMatches, ztunnelPoliciesFor } from '../policy/authorization/index.ts';
import { workloadPoliciesInForce } from '../policy/peer-authentication/index.ts';
import { noBits, setBit } from './bits.ts';
import type { Ends } from './ends.ts';
import { allowed, denied, type Flow } from './flow.ts';
import type { SourceConditions, SourceSet } from './source-conditions.ts';
import { except, isNobody, join, noSources, type Sources, within, without } from './sources.ts';

/** Where a connection arrives. */
export interface ZtunnelArrival {
  readonly pod: ClusterPod;
  readonly port: number;
  readonly address: Connection['destinationAddress'];
  /** The tunnel carried an identity. */
  readonly identified: boolean;
}

/** Judges the connections of many sources as the ztunnel of a pod does. */
export type ZtunnelFlows = (arrival: ZtunnelArrival, sources: Sources) => readonly Flow[];

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
    let maybe: SourceSet['maybe'];
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
    const said = policies.map((policy) => ({ policy, ...matches(policy, arrival) }));
    let rest = sources;
    for (const { policy, sure } of said) if (policy.action === 'DENY') rest = without(rest, sure);
    let doubtful = noSources;
    for (const { maybe } of said) {
      if (maybe === undefined) continue;
      doubtful = join(doubtful, within(rest, maybe), size);
      rest = without(rest, maybe);
    }
    const allowing = said.filter(({ policy }) => policy.action === 'ALLOW');
    const open =
      allowing.length === 0
        ? rest
        : allowing.reduce((found, { sure }) => join(found, within(rest, sure), size), noSources);
    const stopped = except(except(sources, open, size), doubtful, size);
    const flows = [flow(open, true), flow(stopped, false)].filter((each) => !isNobody(each.sources));
    if (!isNobody(doubtful))
      flows.push({ sources: doubtful, bytes: 'unknown', http: { outcome: 'unknown' }, doubt: 'road' });
    return flows;
  };
}

function flow(sources: Sources, open: boolean): Flow {
  return { sources, bytes: open ? 'allow' : 'deny', http: open ? allowed : denied, doubt: undefined };
}
