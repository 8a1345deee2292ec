import type { Cluster, ClusterPod } from '../../cluster/index.ts';
import { type Direction, notSaid, type PacketEnd } from '../../model/index.ts';
import { matchPeer, rulesOf, selectNetworkPolicies } from '../../policy/network/index.ts';

/** Could policies let one pod connect to another? False only where they certainly do not, whatever the port. */
export type CouldConnect = (client: ClusterPod, server: ClusterPod) => boolean;

/**
 * Sorts out pairs of pods that no rule can let through, before each of them is asked about: by the peers of the rules that govern either end, worked out once for each set of policies and other pod.
 * Where something else than NetworkPolicies has a say, no pair is sorted out.
 */
export function couldConnect({ policies, foreign, unreadable }: Cluster): CouldConnect {
  if (policies.admin.length > 0 || foreign.length > 0 || unreadable.length > 0) return () => true;
  const sets = new Map<ClusterPod, Record<Direction, PeerTest>>();
  const shared = new Map<string, PeerTest>();
  const testsOf = (pod: ClusterPod): Record<Direction, PeerTest> => {
    let tests = sets.get(pod);
    if (tests === undefined) {
      tests = { ingress: testOf(pod, 'ingress'), egress: testOf(pod, 'egress') };
      sets.set(pod, tests);
    }
    return tests;
  };
  const testOf = (pod: ClusterPod, direction: Direction): PeerTest => {
    const governing = selectNetworkPolicies(policies.network.get(pod.namespace) ?? [], pod.view, direction);
    const key = `${direction} ${pod.namespace} ${governing.map(({ metadata }) => metadata.name).join()}`;
    let test = shared.get(key);
    if (test === undefined) {
      const rules = governing.flatMap((policy) => rulesOf(policy, direction) ?? []);
      const open = governing.length === 0 || rules.some(({ peers }) => peers === undefined);
      const known = new Map<ClusterPod, boolean>();
      test = (other) => {
        if (open) return true;
        const end: PacketEnd = { pod: other.view, address: other.addresses[0] ?? notSaid, label: other.key };
        const found =
          known.get(other) ??
          rules.some(({ peers = [] }) =>
            // A pod may have addresses of both families: a block counts as one that may hold it.
            peers.some((peer) => peer.kind === 'block' || matchPeer(peer, end, pod.namespace) !== false),
          );
        known.set(other, found);
        return found;
      };
      shared.set(key, test);
    }
    return test;
  };
  return (client, server) => testsOf(client).egress(server) && testsOf(server).ingress(client);
}

type PeerTest = (other: ClusterPod) => boolean;
