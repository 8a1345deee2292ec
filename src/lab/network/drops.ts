import type { DropReasons } from './drop-reasons.ts';
import type { Links } from './links.ts';
import type { LoggedPacket, PacketLog } from './packet-log.ts';
import { readPacket } from './read-packet.ts';
import type { DroppedPacket, DropSummary } from './types.ts';

/** How often the log is read, in milliseconds. Reading an empty one takes some microseconds. */
const interval = 20;

/** Sums that are kept; beyond, the one that nothing was added to for longest goes. */
const mostSums = 10_000;

/** What was dropped since the lab began. */
export interface Drops {
  subscribe(listener: (packet: DroppedPacket) => void): () => void;
  sums(): readonly DropSummary[];
  close(): void;
}

/** Reads the log of dropped packets as long as the lab runs. `onError` hears of a log that cannot be read any more, and of a listener that throws. */
export function watchDrops(
  log: PacketLog | undefined,
  reasons: DropReasons,
  links: Links,
  onError: (error: unknown) => void,
): Drops {
  const listeners = new Set<(packet: DroppedPacket) => void>();
  const sums = new Map<string, DropSummary>();
  const take = (): void => {
    for (const logged of log?.read() ?? []) {
      const packet = explain(logged, reasons, links);
      if (packet === undefined) continue;
      add(sums, packet);
      for (const listener of listeners) attempt(() => listener(packet), onError);
    }
  };
  const timer = setInterval(() => attempt(take, stopped), interval);
  timer.unref();
  const stopped = (error: unknown): void => {
    clearInterval(timer);
    onError(error);
  };
  return {
    subscribe(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    sums: () => {
      attempt(take, onError);
      return [...sums.values()];
    },
    close: () => {
      clearInterval(timer);
      log?.close();
    },
  };
}

function explain(
  { prefix, bytes, inDevice, outDevice }: LoggedPacket,
  reasons: DropReasons,
  links: Links,
): DroppedPacket | undefined {
  const reason = reasons.find(prefix);
  const ends = readPacket(bytes);
  if (reason === undefined || ends === undefined) return undefined;
  const from = inDevice === undefined ? undefined : links.deviceAt(inDevice);
  const to = outDevice === undefined ? undefined : links.deviceAt(outDevice);
  const pod = reason.direction === 'egress' ? from : to;
  return {
    time: new Date(),
    ...reason,
    ...ends,
    pod: pod?.key ?? '',
    bytes,
    ...(from === undefined ? {} : { inDevice: from.device }),
    ...(to === undefined ? {} : { outDevice: to.device }),
  };
}

function add(sums: Map<string, DropSummary>, packet: DroppedPacket): void {
  const { time, direction, policies, rule, protocol, source, destination, pod } = packet;
  const { address } = source;
  const key = JSON.stringify([pod, direction, policies, rule, protocol, address, destination]);
  const known = sums.get(key);
  // Put behind the others, so that the first one is always the one that rested longest.
  sums.delete(key);
  sums.set(key, {
    direction,
    policies,
    ...(rule === undefined ? {} : { rule }),
    protocol,
    source: { address },
    destination,
    pod,
    count: (known?.count ?? 0) + 1,
    first: known?.first ?? time,
    last: time,
  });
  const [oldest] = sums.keys();
  if (sums.size > mostSums && oldest !== undefined) sums.delete(oldest);
}

function attempt(work: () => void, onError: (error: unknown) => void): void {
  try {
    work();
  } catch (error) {
    onError(error);
  }
}
