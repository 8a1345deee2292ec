import { assumeHostAddress, assumePodNode, type Cluster, type ClusterPod } from '../../cluster/index.ts';
import {
  type Direction,
  formatAddress,
  type Node,
  type Outcome,
  type Packet,
  type PodView,
  type Protocol,
  parseRange,
  podEndpoint,
  type Verdict,
} from '../../model/index.ts';
import { matchPort, rulesOf, selectNetworkPolicies } from '../../policy/network/index.ts';
import { addressesToTry, decideConnection, type WireConnection } from '../../verdict/index.ts';
import type { FlowWitness, PartyEnd } from './types.ts';

/** What the network tiers say to a connection between two ends, with what the answer leans on. */
export interface Answer {
  readonly outcome: Outcome;
  readonly witness: FlowWitness;
  readonly notes: readonly string[];
}

/** Asks about one connection on the wire. An end that nobody described is let through only where it would be whoever it is. */
export function askWire(
  cluster: Cluster,
  source: PartyEnd,
  destination: PartyEnd,
  port: number,
  protocol: Protocol,
): Answer {
  const connection = { source: source.endpoint, destination: destination.endpoint, port, protocol };
  const range = source.cidr === undefined ? destination : source;
  const verdict =
    range.cidr === undefined
      ? decideConnection(cluster, connection)
      : askRange(cluster, connection, source, range);
  const witness: FlowWitness = { ...connection, verdict };
  const unnamed = source.unknown ?? destination.unknown;
  if (unnamed === undefined || verdict.outcome === 'allow')
    return { outcome: verdict.outcome, witness, notes: [] };
  const notes = [unnamed.advice];
  if (verdict.outcome === 'unknown') return { outcome: 'unknown', witness, notes };
  const subject = source.unknown === undefined ? source : destination;
  const direction = source.unknown === undefined ? 'egress' : 'ingress';
  const open = unnamed.mayBePod && couldName(cluster, subject, direction, connection);
  return { outcome: open ? 'unknown' : 'deny', witness, notes: open ? notes : [] };
}

/** The same for every address of a range: the worst that any of them meets. */
function askRange(
  cluster: Cluster,
  connection: WireConnection,
  source: PartyEnd,
  { cidr }: PartyEnd,
): Verdict {
  const host = `an address of ${cidr}`;
  const end = { kind: 'host', host } as const;
  const asked =
    source.cidr === undefined ? { ...connection, destination: end } : { ...connection, source: end };
  const first = decideConnection(cluster, asked);
  const patterns = first.missing.flatMap((fact) =>
    fact.kind === 'external address' && fact.host === host ? fact.patterns : [],
  );
  if (first.outcome !== 'unknown' || patterns.length === 0) return first;
  const verdicts = addressesToTry(patterns, [cidr!]).map((address) =>
    decideConnection(assumeHostAddress(cluster, host, address), asked),
  );
  return worst(verdicts) ?? first;
}

function worst(verdicts: readonly Verdict[]): Verdict | undefined {
  return (
    verdicts.find(({ outcome }) => outcome === 'deny') ??
    verdicts.find(({ outcome }) => outcome === 'unknown') ??
    verdicts[0]
  );
}

/** Could a pod that nobody named be let through? Some rule for this port may have a selector for it, or an admin policy may speak of it. */
function couldName(
  cluster: Cluster,
  subject: PartyEnd,
  direction: Direction,
  { port, protocol }: WireConnection,
): boolean {
  const view = subject.pods[0]?.view;
  if (view === undefined) return false;
  if (cluster.policies.admin.length > 0) return true;
  const packet = packetTo(view, port, protocol);
  const policies = selectNetworkPolicies(cluster.policies.network.get(view.namespace) ?? [], view, direction);
  return policies.some((policy) =>
    (rulesOf(policy, direction) ?? []).some(
      ({ peers, ports }) =>
        peers?.some(({ kind }) => kind === 'pods') === true &&
        // A name in an egress rule is the other end's, of which nothing is known.
        (ports?.some(
          (each) =>
            (typeof each.numbers === 'object' && 'name' in each.numbers && direction === 'egress') ||
            matchPort(each, packet, {}) !== false,
        ) ??
          true),
    ),
  );
}

function packetTo(pod: PodView, port: number, protocol: Protocol): Packet {
  const end = { pod, address: '', label: '' };
  return { source: end, destination: end, port, protocol };
}

/** What a pod's own node gets through to it: everything, by Kubernetes' definition; a note where it is only that which lets it in. */
export function askKubelet(
  cluster: Cluster,
  { pods }: PartyEnd,
  port: number,
  nodes: readonly string[] = [],
): Answer {
  const answers = [...(nodes.length === 0 ? [undefined] : nodes)].map((cidr) =>
    askNode(cluster, pods[0]!, port, cidr),
  );
  return (
    answers.find(({ outcome }) => outcome !== 'allow') ??
    answers.find(({ notes }) => notes.length > 0) ??
    answers[0]!
  );
}

/** `cidr`: where nodes are whose address no manifest tells. */
function askNode(cluster: Cluster, pod: ClusterPod, port: number, cidr: string | undefined): Answer {
  const name = pod.node ?? `the node of ${pod.key}`;
  const placed = withNode(cluster, pod, name, cidr);
  const connection = {
    source: { kind: 'node', name },
    destination: podEndpoint(pod),
    port,
    protocol: 'TCP',
  } as const;
  const verdict = decideConnection(placed, connection);
  const own = verdict.steps.some(({ because }) => because.kind === 'own node');
  return {
    outcome: verdict.outcome,
    witness: { ...connection, verdict },
    notes: own ? [ownNode] : [],
  };
}

/** The note of a row that only the rule of the own node lets through. */
const ownNode =
  "no policy opens it: it passes because Kubernetes lets a pod's own node through, which a network plugin has to do as well";

/** The cluster in which a pod is on a node that is there. */
function withNode(cluster: Cluster, pod: ClusterPod, name: string, cidr: string | undefined): Cluster {
  const placed = pod.node === undefined ? assumePodNode(cluster, pod.key, name) : cluster;
  if ((placed.nodes.get(name)?.addresses.length ?? 0) > 0) return placed;
  const range = cidr === undefined ? undefined : parseRange(cidr);
  const node: Node = {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name, namespace: '', labels: {}, annotations: {} },
    origin: pod.object.origin,
    addresses: range === undefined ? [] : [formatAddress({ family: range.family, value: range.first })],
  };
  return { ...placed, nodes: new Map(placed.nodes).set(name, node) };
}
