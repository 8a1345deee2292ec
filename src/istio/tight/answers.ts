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
export function podsOf({ around }: Context, parameter: PodParameter): Answer {
  return answerOf(around[parameter]?.map(podPeer), parameter);
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
  };
}

/** A range of addresses as a peer; a bare address is the range of that one. */
export function addressPeer(cidr: string): NetworkPolicyPeer {
  return { ipBlock: { cidr: cidr.includes('/') ? cidr : `${cidr}/${cidr.includes(':') ? 128 : 32}` } };
}

/** Pods as a peer: both selectors stand in one element, so that both must hold. */
export function podPeer({ namespaces, pods }: PodPeer): NetworkPolicyPeer {
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
