import {
  type Fact,
  type IpAddress,
  type IpRange,
  notSaid,
  type Packet,
  type PacketEnd,
  type Pattern,
  type Protocol,
  parseAddress,
  parseRange,
  rangeHolds,
  type Truth,
  unknown,
} from '../model/index.ts';

/** What the cluster's network plugin does where Kubernetes leaves it open; what is left out is not known. */
export interface PolicyHabits {
  /** Which of a pod's ports a name means that it declares several times for one protocol. */
  readonly repeatedPortName?: 'first' | 'any';
  /** How admin policies of one priority are ordered. */
  readonly priorityTie?: 'by name';
}

/** A CIDR block of a rule without its exceptions, ready to be asked. */
export interface AddressBlock {
  /** As written. */
  readonly cidr: string;
  readonly range: IpRange;
  /** `index` is the place in the list as written. */
  readonly except: readonly { readonly cidr: string; readonly range: IpRange; readonly index: number }[];
}

/**
 * Reads a block of a rule; undefined where `cidr` is none. Leading zeros and IPv4-mapped blocks, which servers before 1.36 accept,
 * mean what those servers' warnings say: decimal octets and the IPv4 block.
 */
export function readBlock(cidr: string, except: readonly string[] = []): AddressBlock | undefined {
  const range = readCidr(cidr);
  if (range === undefined) return undefined;
  const exceptions = except.flatMap((text, index) => {
    const hole = readCidr(text);
    return hole === undefined ? [] : [{ cidr: text, range: hole, index }];
  });
  return { cidr, range, except: exceptions };
}

/** Does the block hold this end's address? Families never mix; an address that nobody said is unknown. */
export function holdsAddress(block: AddressBlock, end: PacketEnd): Truth {
  if (end.address !== notSaid) {
    const address = addressOf(end.address);
    return address !== undefined && blockHolds(block, address);
  }
  return unknown(addressFact(end, [block.cidr, ...block.except.map((hole) => hole.cidr)]));
}

/** The exception of the block that holds this end's known address, by its index. */
export function findException(block: AddressBlock, end: PacketEnd): number {
  const address = end.address === notSaid ? undefined : addressOf(end.address);
  if (address === undefined) return -1;
  return block.except.findIndex((hole) => rangeHolds(hole.range, address));
}

/** The fact that decides when an end's address is asked and nobody said it: in which of these CIDRs does it lie? */
export function addressFact(end: PacketEnd, cidrs: readonly string[]): Fact {
  const patterns = cidrs.map((text): Pattern => ({ form: 'range', text }));
  return end.pod === undefined
    ? { kind: 'external address', host: end.label, patterns }
    : { kind: 'pod address', pod: end.label, patterns };
}

/**
 * Does the destination pod declare this packet's port under `name`? The protocol picks among equal names. A name that the pod declares
 * twice for the protocol, with different numbers, is left to the network plugin: unknown unless `habits` say. An end that is no pod
 * declares nothing.
 */
export function matchPortName(
  name: string,
  { destination, protocol, port }: Packet,
  habits: PolicyHabits,
): Truth {
  const numbers = portsNamed(name, destination, protocol);
  if (!numbers.includes(port)) return false;
  if (habits.repeatedPortName === 'any' || numbers.every((number) => number === port)) return true;
  if (habits.repeatedPortName === 'first') return numbers[0] === port;
  return unknown({
    kind: 'implementation',
    topic: 'repeated port name',
    detail: `${destination.label} declares the ${protocol} port name ${name} as ${[...new Set(numbers)].join(' and ')}`,
  });
}

/** The numbers that the destination pod declares under `name` for a protocol, in order. */
export function portsNamed(name: string, destination: PacketEnd, protocol: Protocol): readonly number[] {
  const numbers: number[] = [];
  for (const port of destination.pod?.ports ?? []) {
    if (port.name === name && port.protocol === protocol) numbers.push(port.containerPort);
  }
  return numbers;
}

/** An end in a few words, for what a rule met: `pod a/b`, an address, or a host. */
export function describeEnd(end: PacketEnd): string {
  if (end.pod !== undefined) return `pod ${end.pod.namespace}/${end.pod.name}`;
  if (end.address === notSaid || end.address === end.label) return `${end.label}, which is no pod here`;
  return `${end.label} at ${end.address}, which is no pod here`;
}

/** Does the block hold an address, and none of its exceptions? */
export function blockHolds(block: AddressBlock, address: IpAddress): boolean {
  return rangeHolds(block.range, address) && !block.except.some((hole) => rangeHolds(hole.range, address));
}

function readCidr(text: string): IpRange | undefined {
  const range = parseRange(text, true);
  if (range === undefined || range.family === 4 || range.first >> 32n !== 0xffffn) return range;
  return { family: 4, first: range.first & 0xffffffffn, last: range.last & 0xffffffffn };
}

const parsed = new Map<string, IpAddress | undefined>();

/** Reading an address costs more than comparing it and the same few come again and again. */
function addressOf(text: string): IpAddress | undefined {
  if (!parsed.has(text)) {
    if (parsed.size >= 10_000) parsed.clear();
    parsed.set(text, parseAddress(text));
  }
  return parsed.get(text);
}
