import { type Cluster, matchSelector, replacePolicy, selectsLabels } from '../../cluster/index.ts';
import {
  describeObject,
  type FieldPath,
  formatPath,
  formatSelector,
  type NetworkPolicy,
  type NetworkPolicyPeer,
  podEndpoint,
  type Request,
} from '../../model/index.ts';
import type { Rule } from '../../policy/network/index.ts';
import { decide } from '../../verdict/index.ts';
import type { LintContext } from '../context.ts';
import type { LintRule } from '../registry.ts';
import type { Finding, Fix } from '../types.ts';
import { withRule } from './change-policy.ts';
import { neighbouringPairs, type PeerPair, pairsMeantAsOne } from './peer-pairs.ts';
import { oneOfEach, podsOfPeer, selectAcross } from './pods.ts';
import { requestsOf } from './rule-requests.ts';
import { policyRules } from './rules.ts';
import { namespaceWords } from './selector-words.ts';

/** Ends of a kind that are tried for a witness. */
const mostEnds = 20;

/** PC3016: two peers that look as if they had been meant as one. */
export const dash: LintRule = {
  codes: ['PC3016'],
  *check(context: LintContext): Iterable<Finding> {
    for (const rule of policyRules(context.cluster)) yield* checkRule(context, rule);
  },
};

/** Pairs that look meant as one, and any other neighbours, whose peers are told of once. */
function* checkRule(context: LintContext, rule: Rule): Iterable<Finding> {
  const likely = pairsMeantAsOne(context.cluster, rule);
  const told = new Set([...likely.keys()].flatMap((i) => [i, i + 1]));
  for (const [i, pair] of neighbouringPairs(rule)) {
    if (!likely.has(i) && (told.has(i) || told.has(i + 1))) continue;
    told.add(i).add(i + 1);
    yield describe(context, rule, i, pair, likely.has(i));
  }
}

function describe(
  context: LintContext,
  rule: Rule,
  index: number,
  pair: PeerPair,
  isLikely: boolean,
): Finding {
  const { policy } = rule;
  const own = policy.metadata.namespace;
  const request = findRequest(context, rule, index, pair);
  const path: FieldPath = [...rule.path, rule.peersField, index];
  const other: FieldPath = [...rule.path, rule.peersField, index + 1];
  const where = namespaceWords(pair.namespaces.namespaceSelector!);
  const who = formatSelector(pair.pods.podSelector!);
  return {
    code: 'PC3016',
    severity: isLikely && request !== undefined ? 'warning' : 'info',
    message: `${describeObject(policy)}: ${formatPath(path)} and ${formatPath(other)} are two peers: all pods of ${where}, or pods with ${who} here; was it meant as one?`,
    object: policy,
    path: other,
    related: [{ message: 'the other peer', path }],
    help: isLikely
      ? `No pod of namespace ${own} has ${who}, and pods of ${where} have. Without the second dash both conditions hold for one pod.`
      : 'If both conditions are to hold for one pod, take out the second dash. If either is enough, write two rules, and nobody has to ask.',
    proof:
      request === undefined
        ? { kind: 'never decides', reason: reasonOf(context.cluster, rule, pair) }
        : {
            kind: 'witness',
            witnesses: [
              context.witness(request, showsOf(context.cluster, rule, pair, request)),
              { request, outcome: 'deny', under: 'with both selectors in one peer' },
            ],
          },
    // Elsewhere the text may well be meant, and a change of it is no repair.
    ...(isLikely && fixOf(policy, path, other)),
  };
}

/** Whom the rule lets through that a single peer would not, where no pod of those here shows it. */
function reasonOf(cluster: Cluster, rule: Rule, { namespaces, pods }: PeerPair): string {
  const own = rule.policy.metadata.namespace;
  const selector = namespaces.namespaceSelector!;
  const who = formatSelector(pods.podSelector!);
  const labels = cluster.namespaces.get(own)?.labels;
  const holdsOwn =
    formatSelector(selector) === '' ||
    (labels !== undefined && matchSelector(selector, labels, own) === true);
  const [passes, lets] =
    rule.peersField === 'from' ? ['gets in', 'lets in'] : ['is reached', 'lets traffic out to'];
  const narrow = holdsOwn ? '' : `, and every pod of namespace ${own} with ${who}`;
  return `no pod here is known that ${passes} by this and would not with both selectors in one peer; as written the rule ${lets} every pod of ${namespaceWords(selector)}, without ${who} too${narrow}`;
}

function showsOf(cluster: Cluster, rule: Rule, { pods }: PeerPair, request: Request): string {
  const end = rule.peersField === 'from' ? request.source : request.destination;
  const labels = end.kind === 'pod' ? cluster.pods.get(`${end.namespace}/${end.name}`)?.labels : undefined;
  const who = formatSelector(pods.podSelector!);
  return labels !== undefined && selectsLabels(pods.podSelector, labels)
    ? `a pod of namespace ${rule.policy.metadata.namespace}`
    : `a pod without ${who}`;
}

/** One that passes now and would not with the peers joined. Only pods that one selector picks and not both can show it. */
function findRequest(
  context: LintContext,
  rule: Rule,
  index: number,
  { namespaces, pods }: PeerPair,
): Request | undefined {
  const { cluster } = context;
  const own = rule.policy.metadata.namespace;
  const both = selectAcross(cluster, namespaces.namespaceSelector!, pods.podSelector).pods;
  const kept = new Set(both);
  const either = [namespaces, pods].flatMap((peer) => podsOfPeer(cluster, peer, own).pods);
  const others = oneOfEach(either.filter((pod) => !kept.has(pod))).slice(0, mostEnds);
  if (others.length === 0) return undefined;
  const joined = replacePolicy(cluster, rule.policy, joinPeers(rule, index));
  for (const request of requestsOf(context, rule, mostEnds, others.map(podEndpoint))) {
    if (context.decide(request).outcome !== 'allow') continue;
    if (decide(joined, request).outcome === 'deny') return request;
  }
  return undefined;
}

function joinPeers(rule: Rule, index: number): NetworkPolicy {
  return withRule(rule, (written) => {
    const peers = written.peers ?? [];
    const one: NetworkPolicyPeer = { ...peers[index], ...peers[index + 1] };
    return { ...written, peers: [...peers.slice(0, index), one, ...peers.slice(index + 2)] };
  });
}

/** The dash of the second peer becomes a blank: its keys then belong to the first, where they stand in the same column. */
function fixOf({ origin }: NetworkPolicy, first: FieldPath, second: FieldPath): { readonly fix?: Fix } {
  const { source, start } = origin.locate(second);
  const dash = dashBefore(source.text, start);
  const other = dashBefore(source.text, origin.locate(first).start);
  if (dash === undefined || other === undefined || columnOf(source.text, start) !== other.column) return {};
  return {
    fix: {
      description: 'Join the two peers: take out the second dash.',
      edits: [{ span: { source, start: dash.at, end: dash.at + 1 }, text: ' ' }],
    },
  };
}

/** The dash of the list item whose first key stands at `start`, and the key's column; undefined in a list in brackets. */
function dashBefore(
  text: string,
  start: number,
): { readonly at: number; readonly column: number } | undefined {
  const lead = /-[ ]+$/.exec(text.slice(lineStart(text, start), start));
  return lead === null ? undefined : { at: start - lead[0].length, column: columnOf(text, start) };
}

function columnOf(text: string, at: number): number {
  return at - lineStart(text, at);
}

function lineStart(text: string, at: number): number {
  return Math.max(text.lastIndexOf('\n', at - 1), text.lastIndexOf('\r', at - 1)) + 1;
}
