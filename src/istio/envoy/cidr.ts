import { formatAddress, parseAddress, parseRange } from '../../model/index.ts';
import type { CidrRange } from './matchers.ts';

/** A CIDR, or an address as the range of itself alone; host bits stay, as Istio leaves them. Undefined for another text. */
export function readCidr(text: string): CidrRange | undefined {
  const [written = '', length] = text.split('/');
  const address = parseAddress(written);
  if (address === undefined || parseRange(text) === undefined) return undefined;
  const whole = address.family === 4 ? 32 : 128;
  return {
    address_prefix: formatAddress(address),
    prefix_len: length === undefined ? whole : Number(length),
  };
}
