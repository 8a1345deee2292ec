import { formatAddress, type IpAddress, type IpFamily, parseAddress, rangeOf } from '../../model/index.ts';
import { quoteGo } from './quote.ts';

/** A CIDR as the API reads it: leniently first, then with the faults that it tells apart. */
export interface Cidr {
  readonly text: string;
  readonly address: IpAddress;
  readonly length: number;
  /** The address without its host bits; an IPv4-mapped one is IPv4 here, as Go has it. */
  readonly network: IpAddress;
  /** In the bits of `network`'s family; differs from `length` for IPv4-mapped ones. */
  readonly networkLength: number;
  /** The first form that servers from 1.36 on refuse. */
  readonly fault?: CidrFault;
}

export type CidrFault = 'leading zeros' | 'mapped' | 'host bits';

export const cidrFaultTexts: Readonly<Record<CidrFault, string>> = {
  'leading zeros': 'must not have leading 0s in IP or prefix length',
  mapped: 'must not have an IPv4-mapped IPv6 address',
  'host bits': 'must not have bits set beyond the prefix length',
};

export const cidrText = 'must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)';

/** Reads `ADDRESS/LENGTH` as the API's lenient parser does (leading zeros are decimal); undefined where it cannot. */
export function parseCidr(text: string): Cidr | undefined {
  const slash = text.indexOf('/');
  const digits = text.slice(slash + 1);
  if (slash < 0 || !/^\d+$/.test(digits)) return undefined;
  const written = text.slice(0, slash);
  const address = parseAddress(trimGroups(written), true);
  const length = Number(digits);
  if (address === undefined || length > bitsOf(address.family)) return undefined;
  const network = unmap({ family: address.family, value: rangeOf(address, length).first });
  const networkLength = network.family === address.family ? length : length - 96;
  const fault = findFault(written, digits, address, length);
  return { text, address, length, network, networkLength, ...(fault !== undefined && { fault }) };
}

/** True when `inner` lies within `outer` and has a longer prefix. Lengths are compared as written, as the API compares masks. */
export function isStrictSubset(inner: Cidr, outer: Cidr): boolean {
  if (inner.network.family !== outer.network.family || outer.length >= inner.length) return false;
  return rangeOf(inner.network, outer.networkLength).first === outer.network.value;
}

/** What the server warns of an accepted CIDR. */
export function cidrWarnings(cidr: Cidr): string[] {
  const { text, address, network, networkLength } = cidr;
  const value = quoteGo(text);
  const canonical = `${formatAddress(network)}/${networkLength}`;
  const warnings: string[] = [];
  if (unmap(address).value !== network.value || unmap(address).family !== network.family) {
    const single = `${formatAddress(unmap(address))}/${bitsOf(address.family)}`;
    warnings.push(
      `CIDR value ${value} is ambiguous in this context (should be ${quoteGo(canonical)} or ${quoteGo(single)}?)`,
    );
  }
  if (cidr.fault === 'leading zeros' || isMapped(address)) {
    warnings.push(`non-standard CIDR value ${value} is invalid: use ${quoteGo(canonical)}`);
  }
  if (warnings.length === 0 && address.family === 6 && text !== canonical) {
    warnings.push(`IPv6 CIDR value ${value} should be in RFC 5952 canonical format (${quoteGo(canonical)})`);
  }
  return warnings;
}

function findFault(
  written: string,
  digits: string,
  address: IpAddress,
  length: number,
): CidrFault | undefined {
  if (parseAddress(written) === undefined || String(length) !== digits) return 'leading zeros';
  if (isMapped(address)) return 'mapped';
  return rangeOf(address, length).first === address.value ? undefined : 'host bits';
}

/** The lenient parser takes any number of zeros before a group of an IPv6 address. */
function trimGroups(address: string): string {
  return address.includes(':') ? address.replace(/(^|:)0+(?=[\da-fA-F]{4}(?::|$))/g, '$1') : address;
}

function isMapped(address: IpAddress): boolean {
  return address.family === 6 && address.value >> 32n === 0xffffn;
}

function unmap(address: IpAddress): IpAddress {
  return isMapped(address) ? { family: 4, value: address.value & 0xffffffffn } : address;
}

function bitsOf(family: IpFamily): number {
  return family === 4 ? 32 : 128;
}
