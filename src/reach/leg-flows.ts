import type { ClusterPod } from '../cluster/index.ts';
import type { Request } from '../model/index.ts';
import { inboundOf, type Leg, type Target, unreadProxyPolicies } from '../verdict/index.ts';
import type { VirtualEnd } from './ends.ts';
import { allowed, denied, type Flow } from './flow.ts';
import type { FlowContext } from './flow-context.ts';
import { common, isNobody, type Sources, within } from './sources.ts';

/** What of `sources` comes through one connection: past the network's policies, and past whoever receives it. */
export function alongLeg(
  context: FlowContext,
  request: Request,
  leg: Leg,
  target: Target,
  destination: VirtualEnd,
  sources: Sources,
): readonly Flow[] {
  const row = context.rows.row(destination.index, 'TCP', leg.wirePort);
  if (row.closed) return [];
  const open = common(row.allow, sources);
  const flows = isNobody(open) ? [] : arrive(context, request, leg, target, destination, open);
  if (row.ask === undefined) return flows;
  const ask = within(sources, row.ask);
  if (isNobody(ask)) return flows;
  const doubtful = arrive(context, request, leg, target, destination, ask);
  return [...flows, ...doubtful.map((flow) => ({ ...flow, doubt: flow.doubt ?? 'tiers' }))];
}

/** What of `sources` comes past whoever receives a connection. */
export function arrive(
  context: FlowContext,
  request: Request,
  leg: Leg,
  target: Target,
  destination: VirtualEnd,
  sources: Sources,
): readonly Flow[] {
  const { cluster, layer } = context;
  const pod = leg.to.host ? undefined : leg.to.pod;
  const open: Flow = { sources, bytes: 'allow', http: allowed, doubt: undefined };
  if (layer === 'network') return [open];
  const flows =
    pod === undefined ? [open] : judge(context, request, leg, target, pod, destination, sources, open);
  const unread = unreadProxyPolicies(cluster, leg, target).length > 0;
  return unread ? flows.map((flow) => ({ ...flow, doubt: 'road' })) : flows;
}

function judge(
  { atProxy, atZtunnel }: FlowContext,
  request: Request,
  leg: Leg,
  target: Target,
  pod: ClusterPod,
  destination: VirtualEnd,
  sources: Sources,
  open: Flow,
): readonly Flow[] {
  const { address } = destination.packet;
  if (leg.enforcedBy === undefined)
    return leg.transport === 'plaintext' ? [open] : [{ ...open, bytes: 'deny', http: denied }];
  if (leg.enforcedBy === 'ztunnel') {
    const identified = leg.identity !== undefined;
    const flows = atZtunnel({ pod, port: leg.port, address, identified }, sources);
    // What a pod's own node sends it passes its ztunnel by.
    return leg.from.host
      ? flows.map((flow) => (flow.bytes === 'allow' ? flow : { ...flow, doubt: 'road' }))
      : flows;
  }
  const inbound = inboundOf(request, leg, pod, target);
  return atProxy({ ...inbound, destinationAddress: address }, sources);
}
