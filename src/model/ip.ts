export type IpFamily = 4 | 6;

export interface IpAddress {
  readonly family: IpFamily;
  readonly value: bigint;
}

/** All addresses from `first` to `last`, both included. */
export interface IpRange {
  readonly family: IpFamily;
  readonly first: bigint;
  readonly last: bigint;
}

const bitsOf = { 4: 32, 6: 128 } as const;

/**
 * Reads an IPv4 or IPv6 address as Go's netip does (no zone; no leading zeros in IPv4 unless `leadingZeros`, which reads them as decimal,
 * as the Kubernetes API long did). An IPv4-mapped IPv6 address stays IPv6. Gives undefined for anything else.
 */
export function parseAddress(text: string, leadingZeros = false): IpAddress | undefined {
  return text.includes(':') ? parseIpv6(text, leadingZeros) : parseIpv4(text, leadingZeros);
}

/** Reads `ADDRESS/LENGTH`; host bits are masked away. A bare address is the range of that one address. Undefined when neither. */
export function parseRange(text: string, leadingZeros = false): IpRange | undefined {
  const slash = text.indexOf('/');
  const address = parseAddress(slash < 0 ? text : text.slice(0, slash), leadingZeros);
  if (address === undefined) return undefined;
  const bits = bitsOf[address.family];
  if (slash < 0) return { family: address.family, first: address.value, last: address.value };
  const digits = text.slice(slash + 1);
  if (!(leadingZeros ? /^\d{1,9}$/ : /^(0|[1-9]\d{0,2})$/).test(digits)) return undefined;
  const length = Number(digits);
  return length > bits ? undefined : rangeOf(address, length);
}

/** The range of all addresses that share the first `length` bits with `address`. */
export function rangeOf(address: IpAddress, length: number): IpRange {
  const size = 1n << BigInt(bitsOf[address.family] - length);
  const first = address.value - (address.value % size);
  return { family: address.family, first, last: first + size - 1n };
}

/** True when `address` lies in `range`; families never mix. */
export function rangeHolds(range: IpRange, address: IpAddress): boolean {
  return range.family === address.family && range.first <= address.value && address.value <= range.last;
}

/** Writes a range: `10.0.0.0/8`, the bare address for a range of one, `10.0.0.3-10.0.0.9` where no CIDR says it. */
export function formatIpRange({ family, first, last }: IpRange): string {
  const start = formatAddress({ family, value: first });
  const size = last - first + 1n;
  if (size === 1n) return start;
  const isBlock = (size & (size - 1n)) === 0n && first % size === 0n;
  if (!isBlock) return `${start}-${formatAddress({ family, value: last })}`;
  return `${start}/${bitsOf[family] - (size.toString(2).length - 1)}`;
}

/** Writes an address: dotted decimal, or IPv6 in RFC 5952 form. */
export function formatAddress(address: IpAddress): string {
  const { family, value } = address;
  if (family === 4) return [24n, 16n, 8n, 0n].map((shift) => (value >> shift) & 255n).join('.');
  const groups = Array.from({ length: 8 }, (_, i) => (value >> BigInt(112 - 16 * i)) & 0xffffn);
  if (value >> 32n === 0xffffn) return `::ffff:${formatAddress({ family: 4, value: value & 0xffffffffn })}`;
  const [start, length] = longestZeroRun(groups);
  const hex = groups.map((group) => group.toString(16));
  if (length < 2) return hex.join(':');
  return `${hex.slice(0, start).join(':')}::${hex.slice(start + length).join(':')}`;
}

/** One text for each address, however it is written; a text that is no address stays as it is. */
export function canonicalAddress(text: string): string {
  const address = parseAddress(text);
  return address === undefined ? text : formatAddress(address);
}

function longestZeroRun(groups: readonly bigint[]): [start: number, length: number] {
  let best: [number, number] = [0, 0];
  for (let i = 0; i < groups.length; i++) {
    let end = i;
    while (groups[end] === 0n) end++;
    if (end - i > best[1]) best = [i, end - i];
    if (end > i) i = end;
  }
  return best;
}

function parseIpv4(text: string, leadingZeros: boolean): IpAddress | undefined {
  const parts = text.split('.');
  if (parts.length !== 4) return undefined;
  let value = 0n;
  for (const part of parts) {
    if (!/^\d+$/.test(part) || (part.length > 3 && !leadingZeros)) return undefined;
    if (part.length > 1 && part[0] === '0' && !leadingZeros) return undefined;
    const octet = Number(part);
    if (octet > 255) return undefined;
    value = (value << 8n) | BigInt(octet);
  }
  return { family: 4, value };
}

function parseIpv6(text: string, leadingZeros: boolean): IpAddress | undefined {
  const gap = text.indexOf('::');
  const head = gap < 0 ? text : text.slice(0, gap);
  const tail = gap < 0 ? undefined : text.slice(gap + 2);
  const left = parseGroups(head, leadingZeros, tail === undefined);
  const right = tail === undefined ? [] : parseGroups(tail, leadingZeros, true);
  if (left === undefined || right === undefined) return undefined;
  const missing = 8 - left.length - right.length;
  if (tail === undefined ? missing !== 0 : missing < 1) return undefined;
  const groups = [...left, ...new Array<bigint>(missing).fill(0n), ...right];
  return { family: 6, value: groups.reduce((value, group) => (value << 16n) | group, 0n) };
}

function parseGroups(text: string, leadingZeros: boolean, last: boolean): bigint[] | undefined {
  if (text === '') return [];
  const groups: bigint[] = [];
  const parts = text.split(':');
  for (const [i, part] of parts.entries()) {
    if (last && i === parts.length - 1 && part.includes('.')) {
      const v4 = parseIpv4(part, leadingZeros);
      if (v4 === undefined) return undefined;
      groups.push(v4.value >> 16n, v4.value & 0xffffn);
    } else if (/^[\da-fA-F]{1,4}$/.test(part)) groups.push(BigInt(`0x${part}`));
    else return undefined;
  }
  return groups;
}
