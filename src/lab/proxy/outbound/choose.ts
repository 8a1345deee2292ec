import type { Connection } from '../sidecar/connection.ts';
import type { Picture } from '../sidecar/picture.ts';
import type { ServiceEndpoint, ServiceTarget } from './directory.ts';
import { clusterName } from './upstream.ts';

/** Whose turn it is, by cluster. One for each sidecar. */
export type Turns = Map<string, number>;

/** The endpoints of a Service in the order in which they are to be tried, a different one first each time. Of a headless Service: the one that was asked for. */
export function takeTurns(
  turns: Turns,
  { directory, cluster }: Picture,
  target: ServiceTarget,
  { local }: Connection,
): readonly ServiceEndpoint[] {
  const endpoints = directory.endpointsOf(target);
  if (target.headless) {
    const { address, port } = local;
    return [{ address, port, pod: cluster.podsByAddress.get(address) }];
  }
  if (endpoints.length < 2) return endpoints;
  const name = clusterName(target);
  const turn = (turns.get(name) ?? 0) % endpoints.length;
  turns.set(name, turn + 1);
  return [...endpoints.slice(turn), ...endpoints.slice(0, turn)];
}
