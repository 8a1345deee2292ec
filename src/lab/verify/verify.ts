import type { Cluster } from '../../cluster/index.ts';
import type { Step, Verdict } from '../../model/index.ts';
import { decide } from '../../verdict/index.ts';
import type { LabNetwork, PodLink } from '../network/index.ts';
import type { EndpointSlice, Service } from '../store/index.ts';
import { type CellChoice, cellsOf, outside } from './cells.ts';
import { compare, untried } from './compare.ts';
import { addConditions, type ConditionTally } from './conditions.ts';
import { type Listeners, listenersIn } from './listeners.ts';
import { observe, type ProbeWorld } from './observe.ts';
import type { Cell, Verification, VerifiedCell } from './types.ts';

/** A lab at one moment, to be held against its verdicts. Nothing may change while it is. */
export interface VerifyWorld {
  readonly cluster: Cluster;
  readonly network: LabNetwork;
  readonly services: readonly Service[];
  readonly slices: readonly EndpointSlice[];
}

export interface VerifyOptions extends CellChoice {
  /** How long an answer may take before it counts as none. */
  readonly patienceMilliseconds?: number;
  readonly onProgress?: (done: number, total: number) => void;
}

const usualPatience = 3000;
const atOnce = 64;

/** Asks every cell of the choice both ways, by verdict and by packet. A disagreement is tried again alone, so that a busy machine is not taken for a policy. */
export async function verify(world: VerifyWorld, options: VerifyOptions): Promise<Verification> {
  const { cluster, network } = world;
  const links = network.links();
  const listeners = new Map(links.map((link) => [link.key, listenersIn(link.namespace)]));
  const cells = cellsOf(
    { cluster, links, services: world.services, outsideAddress: network.plan.outsideAddress },
    options,
  );
  const probes = probeWorld(world, links, options.patienceMilliseconds ?? usualPatience);
  const results: VerifiedCell[] = new Array(cells.length);
  const tally: ConditionTally = new Map();
  let next = 0;
  let done = 0;
  const work = async (): Promise<void> => {
    while (next < cells.length) {
      const i = next++;
      results[i] = await tryCell(cells[i]!, cluster, listeners, probes, links, tally);
      done += 1;
      options.onProgress?.(done, cells.length);
    }
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, cells.length) }, work));
  for (const [i, result] of results.entries()) {
    if (result.agrees === 'no') results[i] = await tryCell(cells[i]!, cluster, listeners, probes, links);
  }
  return { ...summarise(results), conditions: Object.fromEntries(tally) };
}

async function tryCell(
  cell: Cell,
  cluster: Cluster,
  listeners: ReadonlyMap<string, Listeners>,
  probes: ProbeWorld,
  links: readonly PodLink[],
  tally?: ConditionTally,
): Promise<VerifiedCell> {
  const verdict = decide(cluster, cell.request);
  const why = whyUntried(cell, verdict, listeners, probes, links);
  if (why !== undefined) return untried(cell, verdict, why);
  if (tally !== undefined) addConditions(tally, cluster, cell, verdict);
  return compare(cell, verdict, await observe(probes, cell));
}

/** Why nothing could be told from the packets of a cell. */
function whyUntried(
  cell: Cell,
  verdict: Verdict,
  listeners: ReadonlyMap<string, Listeners>,
  probes: ProbeWorld,
  links: readonly PodLink[],
): string | undefined {
  const { protocol } = cell.request;
  if (verdict.outcome === 'allow' && verdict.steps.some(isForeignTls))
    return 'a DestinationRule makes the client speak TLS to the application, which does not';
  if (protocol === 'SCTP') return 'SCTP is not tried: Node speaks none';
  const keys = new Map(links.map((link) => [link.address, link.key]));
  for (const arrival of probes.arrivals(cell)) {
    const [address = '', port = ''] = arrival.split(':');
    const heard = listeners.get(keys.get(address) ?? '')?.[protocol].has(Number(port)) ?? false;
    if (!heard) return 'nothing listens there';
  }
  return undefined;
}

/** TLS that the server's sidecar passes on to its application. */
function isForeignTls({ because }: Step): boolean {
  return because.kind === 'tls' && because.transport === 'TLS';
}

function probeWorld(world: VerifyWorld, links: readonly PodLink[], patienceMilliseconds: number): ProbeWorld {
  const { network } = world;
  const byKey = new Map(links.map((link) => [link.key, link]));
  return {
    network,
    patienceMilliseconds,
    sourceOf: ({ from }) =>
      from === outside
        ? { namespace: network.outside, address: network.plan.outsideAddress }
        : byKey.get(from)!,
    arrivals: (cell) => arrivalsOf(world, cell),
  };
}

function arrivalsOf({ services, slices }: VerifyWorld, cell: Cell): ReadonlySet<string> {
  const { destination } = cell.request;
  if (destination.kind !== 'service') return new Set([`${cell.address}:${cell.port}`]);
  const service = services.find(
    ({ metadata }) => metadata.name === destination.name && metadata.namespace === destination.namespace,
  );
  const name = service?.spec.ports?.find(
    ({ port, protocol = 'TCP' }) => port === cell.port && protocol === cell.request.protocol,
  )?.name;
  const found = slices
    .filter(({ metadata }) => metadata.namespace === destination.namespace)
    .filter(({ metadata }) => metadata.labels?.['kubernetes.io/service-name'] === destination.name)
    .flatMap(({ endpoints, ports = [] }) =>
      ports
        .filter((port) => (port.name ?? '') === (name ?? ''))
        .flatMap((port) =>
          endpoints
            .filter(({ conditions }) => conditions?.ready !== false)
            .flatMap(({ addresses }) => addresses.map((address) => `${address}:${port.port}`)),
        ),
    );
  return new Set(found);
}

function summarise(cells: readonly VerifiedCell[]): Omit<Verification, 'conditions'> {
  const count = (test: (cell: VerifiedCell) => boolean): number => cells.filter(test).length;
  const tried = (cell: VerifiedCell): boolean => cell.packets.outcome !== 'untried';
  const untriedBy: Record<string, number> = {};
  for (const { packets } of cells.filter((cell) => !tried(cell))) {
    untriedBy[packets.seen] = (untriedBy[packets.seen] ?? 0) + 1;
  }
  return {
    cells,
    agreed: count(({ agrees }) => agrees === 'yes'),
    disagreed: count(({ agrees }) => agrees === 'no'),
    unknown: count((cell) => tried(cell) && cell.verdict === 'unknown'),
    untried: untriedBy,
  };
}
