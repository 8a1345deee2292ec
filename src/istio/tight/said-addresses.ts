import type { Cluster } from '../../cluster/index.ts';
import { coversRange, listNames, parseRange } from '../../model/index.ts';
import type { ComponentFinding, Surroundings } from '../components/index.ts';
import {
  endpointAddresses,
  frontFinding,
  frontNote,
  frontsAmong,
  plainAddress,
  targetPortsOf,
} from './cluster-ips.ts';
import type { SeenSurroundings } from './surroundings-from.ts';
import type { ParameterNotes } from './types.ts';

/** Ranges that were said, with what a cluster shows besides. */
export interface SaidAddresses {
  readonly surroundings: Surroundings;
  readonly notes: ParameterNotes;
  readonly findings: readonly ComponentFinding[];
}

const none: SaidAddresses = { surroundings: {}, notes: {}, findings: [] };

/** The API server: endpoints that are seen and not among what was said, and those behind a ClusterIP. */
export function besideApiServer(cluster: Cluster, seen: SeenSurroundings, said: Surroundings): SaidAddresses {
  const { apiServer = [], apiServerSources } = said;
  if (apiServer.length === 0) return none;
  const flag = '--api-server-cidr';
  const fronts = frontsAmong(cluster, apiServer);
  const behind = fronts.map((front) => ({
    front,
    addresses: uncovered(endpointAddresses(cluster, front.service), apiServer),
  }));
  const known = [...apiServer, ...behind.flatMap(({ addresses }) => addresses)];
  const own = new Set((cluster.services.get('default/kubernetes')?.spec.clusterIPs ?? []).map(rangeOf));
  const shown = (seen.surroundings.apiServer ?? []).filter((cidr) => !own.has(cidr));
  const others = uncovered(shown, known);
  const place = seen.seen.apiServer ?? '';
  const added = [...behind.flatMap(({ addresses }) => addresses), ...others];
  const isSame = JSON.stringify(apiServer) === JSON.stringify(apiServerSources);
  const notes = [
    ...fronts.map(frontNote),
    ...(others.length === 0 ? [] : [`Said, and besides what is seen in ${place}`]),
  ];
  return {
    surroundings: {
      apiServer: [...apiServer, ...added],
      ...(isSame && { apiServerSources: [...apiServer, ...added] }),
      ...portsBeside(cluster, seen, said),
    },
    notes: notes.length === 0 ? {} : { apiServer: notes, ...(isSame && { apiServerSources: notes }) },
    findings: [
      ...behind.map(({ front }) => {
        const all = endpointAddresses(cluster, front.service);
        return frontFinding(flag, front, all.length === 0 ? undefined : listNames(all));
      }),
      ...leftOut(flag, apiServer, others, `the API server answers there (${place})`),
    ],
  };
}

/** What was seen on the ports of the API server holds whatever addresses were said. */
function portsBeside(cluster: Cluster, seen: SeenSurroundings, said: Surroundings): Surroundings {
  if (said.apiServerPorts !== undefined) return {};
  const behind = frontsAmong(cluster, said.apiServer ?? []).flatMap(({ service }) =>
    service.spec.ports.flatMap(({ port, protocol }) => [
      port,
      ...targetPortsOf(cluster, service, port, protocol),
    ]),
  );
  const shown = [...(seen.surroundings.apiServerPorts ?? []), ...behind];
  return shown.length === 0 ? {} : { apiServerPorts: [...new Set([443, 6443, ...shown])] };
}

/** Where webhooks are called from, said for itself: no packet comes from a ClusterIP. */
export function besideSources(cluster: Cluster, said: Surroundings): SaidAddresses {
  const { apiServer, apiServerSources = [] } = said;
  if (JSON.stringify(apiServer) === JSON.stringify(apiServerSources)) return none;
  const fronts = frontsAmong(cluster, apiServerSources);
  if (fronts.length === 0) return none;
  const added = fronts.map((front) => endpointAddresses(cluster, front.service));
  return {
    surroundings: { apiServerSources: [...apiServerSources, ...uncovered(added.flat(), apiServerSources)] },
    notes: { apiServerSources: fronts.map(frontNote) },
    findings: fronts.map((front, i) =>
      frontFinding(
        '--api-server-source-cidr',
        front,
        added[i]!.length === 0 ? undefined : listNames(added[i]!),
      ),
    ),
  };
}

/** Nodes: those that are seen and not among what was said. */
export function besideNodes(seen: SeenSurroundings, { nodes = [] }: Surroundings): SaidAddresses {
  const others = nodes.length === 0 ? [] : uncovered(seen.surroundings.nodes ?? [], nodes);
  if (others.length === 0) return none;
  const place = seen.seen.nodes!;
  return {
    surroundings: { nodes: [...nodes, ...others] },
    notes: { nodes: [`Said, and besides what is seen in ${place}`] },
    findings: leftOut('--node-cidr', nodes, others, `they are addresses of ${place}`),
  };
}

/** PC3473: the cluster shows addresses that were not said. */
function leftOut(
  flag: string,
  said: readonly string[],
  others: readonly string[],
  why: string,
): readonly ComponentFinding[] {
  if (others.length === 0) return [];
  return [
    {
      code: 'PC3473',
      severity: 'warning',
      message: `${flag} ${listNames(said.map(plainAddress))} leaves out ${listNames(others.map(plainAddress))}, and ${why}; what is seen is taken besides`,
      help: `say all of them with ${flag}, or take manifests that are out of date from -f`,
    },
  ];
}

/** Addresses as ranges of one, those left out that are within what was said. */
function uncovered(addresses: readonly string[], said: readonly string[]): readonly string[] {
  const known = said.map((cidr) => parseRange(cidr)).filter((range) => range !== undefined);
  return [...new Set(addresses.map(rangeOf))].filter((cidr) => {
    const range = parseRange(cidr);
    return range !== undefined && !known.some((outer) => coversRange(outer, range));
  });
}

function rangeOf(address: string): string {
  if (address.includes('/')) return address;
  return `${address}/${address.includes(':') ? 128 : 32}`;
}
