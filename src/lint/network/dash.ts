import { replacePolicy } from '../../cluster/index.ts';
import {
  describeObject,
  type FieldPath,
  formatPath,
  formatSelector,
  type NetworkPolicy,
  type NetworkPolicyPeer,
  type Request,
} from '../../model/index.ts';
import { type Rule, rulesOf } from '../../policy/network/index.ts';
import { decide } from '../../verdict/index.ts';
import type { LintContext } from '../context.ts';
import type { LintRule } from '../registry.ts';
import type { Finding, Fix } from '../types.ts';
import { withRule } from './change-policy.ts';
import { type PeerPair, pairsMeantAsOne } from './peer-pairs.ts';
import { requestsOf } from './rule-requests.ts';
import { directionOf, policyRules } from './rules.ts';
import { namespaceWords } from './selector-words.ts';

/** PC3016: two peers that look as if they had been meant as one. */
export const dash: LintRule = {
  codes: ['PC3016'],
  *check(context: LintContext): Iterable<Finding> {
    for (const rule of policyRules(context.cluster)) yield* checkRule(context, rule);
  },
};

function* checkRule(context: LintContext, rule: Rule): Iterable<Finding> {
  for (const [i, pair] of pairsMeantAsOne(context.cluster, rule)) {
    const finding = describe(context, rule, i, pair);
    if (finding !== undefined) yield finding;
  }
}

function describe(context: LintContext, rule: Rule, index: number, pair: PeerPair): Finding | undefined {
  const { policy } = rule;
  const joined = joinPeers(rule, index);
  const both = replacePolicy(context.cluster, policy, joined);
  const alone = withRule(rule, (written) => ({
    ...written,
    peers: (written.peers ?? []).slice(index, index + 2),
  }));
  const request = findRequest(context, rule, alone, (each) => decide(both, each).outcome === 'deny');
  if (request === undefined) return undefined;
  const path: FieldPath = [...rule.path, rule.peersField, index];
  const other: FieldPath = [...rule.path, rule.peersField, index + 1];
  const where = namespaceWords(pair.namespaces.namespaceSelector!);
  const who = formatSelector(pair.pods.podSelector!);
  return {
    code: 'PC3016',
    severity: 'warning',
    message: `${describeObject(policy)}: ${formatPath(path)} and ${formatPath(other)} are two peers: all pods of ${where}, or pods with ${who} here; was it meant as one?`,
    object: policy,
    path: other,
    related: [{ message: 'the other peer', path }],
    help: `No pod of namespace ${policy.metadata.namespace} has ${who}, and pods of ${where} have. Without the second dash both conditions hold for one pod.`,
    proof: {
      kind: 'witness',
      witnesses: [
        context.witness(request, `a pod without ${who}`),
        { request, outcome: 'deny', under: 'with both selectors in one peer' },
      ],
    },
    ...fixOf(policy, path, other),
  };
}

/** One that passes now and would not with the peers joined. */
function findRequest(
  context: LintContext,
  rule: Rule,
  alone: NetworkPolicy,
  isDenied: (request: Request) => boolean,
): Request | undefined {
  const direction = directionOf(rule);
  const only = rulesOf(alone, direction)?.find(({ path }) => formatPath(path) === formatPath(rule.path));
  for (const request of requestsOf(context, only ?? rule, 12)) {
    if (context.decide(request).outcome === 'allow' && isDenied(request)) return request;
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
