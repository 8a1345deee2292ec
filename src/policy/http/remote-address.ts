import { formatAddress, type NotSaid, notSaid, parseAddress } from '../../model/index.ts';
import type { Headers } from './headers.ts';

/**
 * The client's address as `remoteIpBlocks` see it.
 * A sidecar trusts X-Forwarded-For: its last element, where that is a bare address. A gateway trusts it only as far as `trustedProxies` says:
 * none = the TCP peer, else the element that many from the end. Anything unreadable there = the TCP peer. Empty headers add no element.
 * Source: envoy conn_manager_utility.cc and Utility::getLastAddressFromXFF; istio gatewayTopology.
 */
export function findRemoteAddress(
  headers: Headers,
  complete: boolean,
  peer: string | NotSaid,
  hops: { readonly gateway: boolean; readonly trustedProxies: number },
): string | NotSaid {
  if (hops.gateway && hops.trustedProxies === 0) return peer;
  const values = headers.get('x-forwarded-for');
  if (values === undefined) return complete ? peer : notSaid;
  // Of a repeated header one value is left by now.
  const elements = values.join(',').split(',');
  const element = elements.at(hops.gateway ? -hops.trustedProxies : -1)?.trim() ?? '';
  const address = parseAddress(element);
  if (address === undefined) return peer;
  return element.includes('.') ? element.toLowerCase() : formatAddress(address);
}
