import type { LabelSelector, NetworkPolicyPeer } from '../../model/index.ts';
import type { PodPeer } from '../components/index.ts';
import type { Context } from './context.ts';
import type { Opening, Parameter } from './types.ts';

/** Who stands at the other end of a flow. */
export interface Answer {
  /** Empty: nobody, so there is no rule. */
  readonly peers: readonly NetworkPolicyPeer[] | 'any';
  /** Parameters that say so. */
  readonly from: readonly Parameter[];
  /** Why there may be more peers here than the flow has. */
  readonly open: readonly Opening[];
  /** What to know of them besides. */
  readonly notes?: readonly string[];
}

export const nobody: Answer = { peers: [], from: [], open: [] };

type CidrParameter =
  | 'apiServer'
  | 'apiServerSources'
  | 'nodes'
  | 'remoteNetworks'
  | 'remoteApiServers'
  | 'clients';
type PodParameter = 'monitoring' | 'mesh' | 'istiod' | 'gateways';

/** The addresses that a parameter says; anybody where it is not known. */
export function addressesOf({ around }: Context, parameter: CidrParameter): Answer {
  return answerOf(around[parameter]?.map(addressPeer), parameter);
}

/** The pods that a parameter says; anybody where it is not known. */
export function podsOf(context: Context, parameter: PodParameter): Answer {
  const peers = context.around[parameter];
  if (peers === undefined) return notKnown(parameter);
  const answers = peers.map((peer) => podAnswer(context, peer, [parameter]));
  return answers.length === 0 ? { peers: [], from: [parameter], open: [] } : anyOf(...answers);
}

/** Pods by their labels; those on the host network by the addresses of nodes, or their own, as a policy sees no labels there. */
export function podAnswer(context: Context, peer: PodPeer, from: readonly Parameter[]): Answer {
  const { onNodes } = peer;
  const labelled: Answer = { peers: [podPeer(peer)], from, open: [] };
  if (onNodes === undefined) return labelled;
  const isOwn = context.around.nodes === undefined && onNodes.addresses.length > 0;
  const places: Answer = isOwn
    ? { peers: onNodes.addresses.map(addressPeer), from, open: [] }
    : addressesOf(context, 'nodes');
  const who = onNodes.all ? 'They share' : 'Some of them share';
  const notes = [
    `${who} the network of their node (hostNetwork), where a policy sees the address of the node and no labels${isOwn ? '; these are their addresses of today' : ''}`,
  ];
  return { ...(onNodes.all ? anyOf(places, { peers: [], from, open: [] }) : anyOf(labelled, places)), notes };
}

function answerOf(peers: readonly NetworkPolicyPeer[] | undefined, parameter: Parameter): Answer {
  return peers === undefined ? notKnown(parameter) : { peers, from: [parameter], open: [] };
}

/** Peers that are known for certain. */
export function certain(peers: readonly NetworkPolicyPeer[]): Answer {
  return { peers, from: [], open: [] };
}

/** Anybody, as nobody said who; `peers` where they cannot be but among those. */
export function notKnown(parameter: Parameter, peers: Answer['peers'] = 'any'): Answer {
  return { peers, from: [], open: [{ kind: 'parameter', parameter }] };
}

/** Anybody, as a NetworkPolicy cannot name a host. */
export function anyHost(host: string, port: number): Answer {
  return { peers: 'any', from: [], open: [{ kind: 'host', host, port }] };
}

/** Everybody of all answers. */
export function anyOf(...answers: readonly Answer[]): Answer {
  const peers = new Map<string, NetworkPolicyPeer>();
  for (const answer of answers)
    if (answer.peers !== 'any') for (const peer of answer.peers) peers.set(JSON.stringify(peer), peer);
  const isAny = answers.some((answer) => answer.peers === 'any');
  return {
    peers: isAny ? 'any' : [...peers.values()],
    from: isAny ? [] : [...new Set(answers.flatMap((answer) => answer.from))],
    open: answers.flatMap((answer) => answer.open),
    notes: [...new Set(answers.flatMap((answer) => answer.notes ?? []))],
  };
}

/** A range of addresses as a peer; a bare address is the range of that one. */
export function addressPeer(cidr: string): NetworkPolicyPeer {
  return { ipBlock: { cidr: cidr.includes('/') ? cidr : `${cidr}/${cidr.includes(':') ? 128 : 32}` } };
}

/** Pods as a peer: both selectors stand in one element, so that both must hold. */
function podPeer({ namespaces, pods }: PodPeer): NetworkPolicyPeer {
  return pods === undefined
    ? { namespaceSelector: namespaces }
    : { namespaceSelector: namespaces, podSelector: pods };
}

/** Selects one namespace by the label that the API server keeps at its name. */
export function namespaceNamed(name: string): LabelSelector {
  return { matchLabels: { 'kubernetes.io/metadata.name': name } };
}

/** All pods of the cluster. */
export const anyPod: NetworkPolicyPeer = { namespaceSelector: {} };
