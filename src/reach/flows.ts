import type { Cluster, ClusterPod } from '../cluster/index.ts';
import { type Protocol, podEndpoint, type Request } from '../model/index.ts';
import {
  type End,
  type Leg,
  legsOf,
  sendersSeen,
  type Target,
  targetOfPod,
  waypointFacts,
} from '../verdict/index.ts';
import type { Bits } from './bits.ts';
import type { EndClass, VirtualEnd } from './ends.ts';
import { allowed, bothDoubts, bothOutcomes, bothPassages, denied, type Flow } from './flow.ts';
import { type FlowContext, isOutOfMesh } from './flow-context.ts';
import { alongLeg, arrive } from './leg-flows.ts';
import type { NetworkRow } from './network-tiers.ts';
import type { Senders } from './senders.ts';
import { except, fewSources, isNobody, manySources, type Sources, within, without } from './sources.ts';

/** Does nothing come through a port, whoever sends and however? `row` is that of the port. */
export function isShut(
  { cluster, rows, meshed, roadsKnown, ends }: FlowContext,
  destination: VirtualEnd,
  protocol: Protocol,
  row: NetworkRow,
): boolean {
  const { end, addressKnown, virtual } = ends.classes[destination.class]!;
  if (!row.closed || isOpenOutside(end.pod)) return false;
  if (protocol !== 'TCP') return true;
  // A waypoint may come with the other family than those whom it speaks for.
  if (!roadsKnown || (cluster.waypointPods.size > 0 && addressKnown && virtual.length > 1)) return false;
  return !meshed || rows.row(destination.index, 'TCP', 15008).closed;
}

/** What comes from all sources to one port of a destination; what is denied for certain is left out. */
export function flowsTo(
  context: FlowContext,
  destination: VirtualEnd,
  protocol: Protocol,
  port: number,
): readonly Flow[] {
  const { ends, rows, senders, meshed, plainSenders } = context;
  const { end } = ends.classes[destination.class]!;
  const plain = !isOpenOutside(end.pod);
  if (protocol !== 'TCP' || (plain && !meshed)) {
    const open = openTo(rows.row(destination.index, protocol, port));
    const all = plain ? open : withStrangers(context, open, targetAt(end, port, protocol));
    return all.filter(({ sources }) => !isNobody(sources));
  }
  const direct = plain && isOutOfMesh(end);
  const flows = direct ? openTo(rows.row(destination.index, protocol, port), plainSenders) : [];
  return [
    ...flows,
    ...senders.flatMap((group) =>
      direct && isOutOfMesh(group.example.end) ? [] : flowsFrom(context, group, destination, port),
    ),
  ].filter(
    ({ sources, bytes, http, doubt }) =>
      !isNobody(sources) && (doubt !== undefined || bytes !== 'deny' || http.outcome !== 'deny'),
  );
}

/** Has the pod a Service that clients outside come in by, perhaps with another address than their own? */
function isOpenOutside(pod: ClusterPod | undefined): boolean {
  return (pod?.services ?? []).some(({ spec }) => spec.type !== 'ClusterIP' || spec.externalIPs.length > 0);
}

/** Of clients outside whose address is not certain to be seen, only a verdict can tell. */
function withStrangers(
  { cluster, senders, ends }: FlowContext,
  flows: readonly Flow[],
  target: Target,
): readonly Flow[] {
  const strangers = senders.find(({ example }) => !isSeenAsItself(cluster, example.end, target));
  if (strangers === undefined) return flows;
  const { sources } = strangers;
  const others = flows.map((flow) => ({ ...flow, sources: without(flow.sources, sources) }));
  return [...others, ...flowsInDoubt(sources, [], ends.virtual.length)];
}

function isSeenAsItself(cluster: Cluster, source: End, target: Target): boolean {
  const [first, other] = sendersSeen(cluster, source, target);
  return first === source && other === undefined;
}

/** What a pod's callers, or those of an address outside, send to. */
function targetAt(end: End, port: number, protocol: Protocol): Target {
  return end.pod === undefined
    ? { end, port, protocol, service: undefined, servicePort: undefined }
    : targetOfPod(end.pod, port, protocol);
}

/** Where no proxy has a say. */
function openTo({ allow, ask }: NetworkRow, among?: Bits): readonly Flow[] {
  const flow = (all: Sources, doubt: Flow['doubt']): Flow => ({
    sources: among === undefined ? all : within(all, among),
    bytes: 'allow',
    http: allowed,
    doubt,
  });
  const flows = [flow(allow, undefined)];
  return ask === undefined ? flows : [...flows, flow(manySources(ask), 'tiers')];
}

function flowsFrom(
  context: FlowContext,
  group: Senders,
  destination: VirtualEnd,
  port: number,
): readonly Flow[] {
  const { cluster, ends } = context;
  const { end } = ends.classes[destination.class]!;
  const pod = end.host ? undefined : end.pod;
  const target = targetAt(end, port, 'TCP');
  const source = group.example.end;
  const unsure =
    (group.from === 'pod' && source.pod!.membership.facts !== undefined) ||
    pod?.membership.facts !== undefined ||
    waypointFacts(cluster, source, target).length > 0 ||
    !isSeenAsItself(cluster, source, target);
  const request = requestBetween(group.example, target);
  const legs = legsOf(cluster, request, source, target);
  const flows = alongLegs(context, group, request, legs, target, destination);
  return unsure ? flowsInDoubt(group.sources, flows, ends.virtual.length) : flows;
}

/** Where the road itself is not known, a verdict has to be asked for everything. */
function flowsInDoubt(sources: Bits, flows: readonly Flow[], size: number): readonly Flow[] {
  const rest = flows.reduce((left, flow) => except(left, flow.sources, size), manySources(sources));
  const doubtful = flows.map((flow) => ({ ...flow, doubt: 'road' as const }));
  return [...doubtful, { sources: rest, bytes: 'deny', http: denied, doubt: 'road' }];
}

function requestBetween({ end }: EndClass, { port, end: to }: Target): Request {
  const source =
    end.pod === undefined
      ? ({ kind: 'address', address: end.addresses[0] ?? '' } as const)
      : podEndpoint(end.pod);
  const destination =
    to.pod === undefined
      ? ({ kind: 'address', address: to.addresses[0] ?? '' } as const)
      : podEndpoint(to.pod);
  return { source, destination, port, protocol: 'TCP', complete: true };
}

function alongLegs(
  context: FlowContext,
  group: Senders,
  request: Request,
  legs: readonly Leg[],
  target: Target,
  destination: VirtualEnd,
): readonly Flow[] {
  const [first, second] = legs;
  if (second === undefined)
    return alongLeg(context, request, first!, target, destination, manySources(group.sources));
  const waypoint = context.classOfPod.get(first!.to.pod!.key)!;
  const between = context.ends.virtual[waypoint.virtual[0]!]!;
  const own = fewSources([between.index]);
  // What a waypoint sends itself is no policy's business on the way.
  const isOwn = first!.to.pod!.key === second.to.pod?.key;
  const [behind] = (isOwn ? arrive : alongLeg)(context, request, second, target, destination, own);
  const flows = alongLeg(context, request, first!, target, between, manySources(group.sources));
  const joined =
    behind === undefined
      ? []
      : flows.map((flow) => ({
          sources: flow.sources,
          bytes: bothOutcomes(flow.bytes, behind.bytes),
          http: bothPassages(flow.http, behind.http),
          doubt: bothDoubts(flow.doubt, behind.doubt),
        }));
  // An address of the waypoint that nobody said, and that matters, is a question for a verdict; so is one whose family the two connections may not share.
  const known =
    waypoint.virtual.length === 1 &&
    context.ends.classes[destination.class]!.virtual.length === 1 &&
    between.families === destination.families;
  return known ? joined : flowsInDoubt(group.sources, joined, context.ends.virtual.length);
}
