import type { ClusterPod } from '../../cluster/index.ts';
import {
  type Direction,
  describeObject,
  formatPath,
  type IpRange,
  isUnknown,
  listNames,
  podEndpoint,
  type Request,
} from '../../model/index.ts';
import { matchPeer, type Peer, type Rule } from '../../policy/network/index.ts';
import type { LintContext } from '../context.ts';
import type { LintRule } from '../registry.ts';
import { plainRequest } from '../requests.ts';
import type { Finding } from '../types.ts';
import { oneOfEach, podsOfPolicy } from './pods.ts';
import { directionOf, policyRules } from './rules.ts';

/** Where a cloud keeps what a machine may know of itself, credentials among it. */
const metadataAddress = '169.254.169.254';

/** PC3017: a block of addresses that holds pods; PC3018: egress to every address there is. */
export const ipBlocks: LintRule = {
  codes: ['PC3017', 'PC3018'],
  *check(context: LintContext): Iterable<Finding> {
    for (const rule of policyRules(context.cluster)) yield* checkRule(context, rule, directionOf(rule));
  },
};

function* checkRule(context: LintContext, rule: Rule, direction: Direction): Iterable<Finding> {
  for (const [index, peer] of (rule.peers ?? []).entries()) {
    if (peer.kind !== 'block') continue;
    if (!isEverything(peer.block.range)) yield* checkPods(context, rule, direction, index, peer);
    else if (direction === 'egress' && peer.block.except.length === 0) {
      yield* checkEverything(context, rule, index, peer);
    }
  }
}

/** Is it every address of its family? */
export function isEverything({ family, first, last }: IpRange): boolean {
  return first === 0n && last + 1n === 1n << (family === 4 ? 32n : 128n);
}

function* checkPods(
  context: LintContext,
  rule: Rule,
  direction: Direction,
  index: number,
  peer: Peer & { readonly kind: 'block' },
): Iterable<Finding> {
  const { cluster } = context;
  const held = [...new Set(cluster.podsByAddress.values())].filter((pod) => holds(peer, pod));
  if (held.length === 0) return;
  const request = findRequest(context, rule, direction, held);
  if (request === undefined) return;
  const path = [...rule.path, rule.peersField, index, 'ipBlock', 'cidr'];
  yield {
    code: 'PC3017',
    severity: 'warning',
    message: `${describeObject(rule.policy)}: ${formatPath(path)} holds addresses of pods: ${listNames(held.map(({ key }) => key))}`,
    object: rule.policy,
    path,
    help: 'Blocks are for addresses outside: a pod has another address tomorrow, and plugins such as Cilium never match pods by address. Name pods by labels, or take their range out with except.',
    proof: {
      kind: 'witness',
      witnesses: [context.witness(request, `by the pod's address in ${peer.block.cidr}`)],
    },
  };
}

function holds(peer: Peer, pod: ClusterPod): boolean {
  return pod.addresses.some((address) => {
    const match = matchPeer(peer, { pod: pod.view, address, label: pod.key }, pod.namespace);
    return !isUnknown(match) && match;
  });
}

/** A request between a pod that the policy selects and one that the block holds, which this rule is the one to decide. */
function findRequest(
  context: LintContext,
  rule: Rule,
  direction: Direction,
  held: readonly ClusterPod[],
): Request | undefined {
  const { cluster } = context;
  for (const subject of oneOfEach(podsOfPolicy(cluster, rule.policy)).slice(0, 3)) {
    for (const other of held.slice(0, 5)) {
      if (other.key === subject.key) continue;
      const [from, to] = direction === 'ingress' ? [other, subject] : [subject, other];
      for (const { containerPort, protocol } of [
        ...to.ports,
        { containerPort: 80, protocol: 'TCP' as const },
      ]) {
        const request = plainRequest(cluster, podEndpoint(from), podEndpoint(to), containerPort, protocol);
        if (isDecidedBy(context, request, rule)) return request;
      }
    }
  }
  return undefined;
}

function isDecidedBy(context: LintContext, request: Request, rule: Rule): boolean {
  const { outcome, steps } = context.decide(request);
  return (
    outcome === 'allow' &&
    steps.some(({ because }) => because.kind === 'matched rule' && because.rule === rule.reference)
  );
}

function* checkEverything(
  context: LintContext,
  rule: Rule,
  index: number,
  { block }: Peer & { readonly kind: 'block' },
): Iterable<Finding> {
  const [subject] = podsOfPolicy(context.cluster, rule.policy);
  if (subject === undefined || block.range.family !== 4) return;
  const to = { kind: 'address', address: metadataAddress } as const;
  const request = plainRequest(context.cluster, podEndpoint(subject), to, 80);
  if (!isDecidedBy(context, request, rule)) return;
  const path = [...rule.path, rule.peersField, index, 'ipBlock', 'cidr'];
  yield {
    code: 'PC3018',
    severity: 'info',
    message: `${describeObject(rule.policy)}: ${formatPath(path)} is every address, pods and the metadata service of the cloud (${metadataAddress}) included`,
    object: rule.policy,
    path,
    help: `If the internet is meant, take out what is inside: except: [10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16, 169.254.0.0/16].`,
    proof: { kind: 'witness', witnesses: [context.witness(request)] },
  };
}
