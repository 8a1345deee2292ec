import type { Cluster } from '../../cluster/index.ts';
import type { ComponentFinding, Surroundings } from '../components/index.ts';
import { besideApiServer, besideNodes, besideSources } from './said-addresses.ts';
import { besideDns, besideServers } from './said-servers.ts';
import { overrideSeen, type SeenSurroundings, surroundingsFrom } from './surroundings-from.ts';
import type { ParameterNotes } from './types.ts';

/** What is known of the surroundings, from a cluster and from what was said. */
export interface KnownSurroundings extends SeenSurroundings {
  /** What to know of values that were said: what the cluster shows besides. */
  readonly notes: ParameterNotes;
  /** Where the cluster contradicts what was said. */
  readonly findings: readonly ComponentFinding[];
}

/**
 * What a cluster shows, with what somebody says in its place. Where the cluster shows that this is not all (endpoints behind a ClusterIP, addresses that were left
 * out, the ports of DNS pods), what is seen stands beside what was said, so that nothing is cut for it, and a finding says so.
 */
export function surroundingsOf(cluster: Cluster, said: Surroundings): KnownSurroundings {
  const seen = surroundingsFrom(cluster);
  const { surroundings, seen: places } = overrideSeen(seen, said);
  const ranges = [
    besideApiServer(cluster, seen, said),
    besideSources(cluster, said),
    besideNodes(seen, said),
  ];
  const dns = said.dns && besideDns(cluster, said.dns);
  const jwks = said.jwks && besideServers(cluster, said.jwks, '--jwks');
  const external = said.external && besideServers(cluster, said.external, '--external');
  return {
    surroundings: {
      ...surroundings,
      ...Object.assign({}, ...ranges.map((each) => each.surroundings)),
      ...(dns && { dns: dns.servers }),
      ...(jwks && { jwks: jwks.servers }),
      ...(external && { external: external.servers }),
    },
    seen: places,
    notes: Object.assign({}, ...ranges.map((each) => each.notes)),
    findings: [...ranges, dns, jwks, external].flatMap((each) => each?.findings ?? []),
  };
}
