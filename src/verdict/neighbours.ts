import { type Cluster, ownerOfAddress } from '../cluster/index.ts';
import { parseAddress, type Request } from '../model/index.ts';
import { type End, resolveEnd } from './ends.ts';
import { resolveDestination } from './resolve.ts';

/** True for an address that a pod of which none is given may have: nobody in the cluster has it, and the request does not name it. */
export function freeAddress(cluster: Cluster, request: Request, address: string): boolean {
  const named = [request.source, request.destination].some(
    (end) => end.kind === 'address' && end.address === address,
  );
  return !named && ownerOfAddress(cluster, address).kind === 'outside';
}

/**
 * Of `addresses` of the end called `label`, those that a packet of this request can have: of the family of the first address of each end whose addresses are known.
 * All of them where that leaves none.
 */
export function sameFamily(
  cluster: Cluster,
  request: Request,
  label: string,
  addresses: readonly string[],
): readonly string[] {
  const others = endsOf(cluster, request).filter((end) => end.label !== label && end.addresses.length > 0);
  const fitting = addresses.filter((address) =>
    others.every((end) => familyOf(end.addresses[0]!) === familyOf(address)),
  );
  return fitting.length > 0 ? fitting : addresses;
}

/** Nodes that `pod` may be on. Only whether both ends share one can matter: the nodes of the request's ends, and one that nobody else is on. */
export function nodesToTry(cluster: Cluster, request: Request, pod: string): readonly string[] {
  const nodes = endsOf(cluster, request).flatMap((end) => end.node ?? []);
  return [...new Set([...nodes, `the node of ${pod}`])];
}

function endsOf(cluster: Cluster, request: Request): readonly End[] {
  const targets = resolveDestination(cluster, request).targets.map(({ end }) => end);
  return [resolveEnd(cluster, request.source), ...targets];
}

function familyOf(text: string): number | undefined {
  return parseAddress(text)?.family;
}
