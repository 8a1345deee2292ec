import { readBlock } from '../../cluster/index.ts';
import {
  type AdminPeer,
  type AdminTierPolicy,
  describeObject,
  directions,
  type FieldPath,
  formatPath,
  type IpRange,
  type KindedObject,
  type LabelSelector,
  type NetworkPolicy,
} from '../../model/index.ts';
import type { LintContext } from '../context.ts';
import type { LintRule } from '../registry.ts';
import type { Finding } from '../types.ts';
import { networkPolicies } from './rules.ts';
import { findContradiction } from './selector-logic.ts';

/** PC3002: a selector that no labels fit, a block whose exceptions leave nothing of it. */
export const contradictions: LintRule = {
  codes: ['PC3002'],
  *check({ cluster }: LintContext): Iterable<Finding> {
    for (const policy of networkPolicies(cluster)) yield* checkNetworkPolicy(policy);
    for (const policy of cluster.policies.admin) yield* checkAdminPolicy(policy);
  },
};

function* checkNetworkPolicy(policy: NetworkPolicy): Iterable<Finding> {
  yield* checkSelector(policy, ['spec', 'podSelector'], policy.spec.podSelector);
  for (const direction of directions) {
    for (const [i, rule] of (policy.spec[direction] ?? []).entries()) {
      for (const [j, peer] of (rule.peers ?? []).entries()) {
        const path = ['spec', direction, i, direction === 'ingress' ? 'from' : 'to', j];
        yield* checkSelector(policy, [...path, 'podSelector'], peer.podSelector);
        yield* checkSelector(policy, [...path, 'namespaceSelector'], peer.namespaceSelector);
        if (peer.ipBlock !== undefined) yield* checkBlock(policy, [...path, 'ipBlock'], peer.ipBlock);
      }
    }
  }
}

function* checkAdminPolicy(policy: AdminTierPolicy): Iterable<Finding> {
  const { subject } = policy.spec;
  yield* checkPods(policy, ['spec', 'subject'], subject);
  for (const direction of directions) {
    for (const [i, rule] of (policy.spec[direction] ?? []).entries()) {
      for (const [j, peer] of rule.peers.entries()) {
        yield* checkPods(policy, ['spec', direction, i, direction === 'ingress' ? 'from' : 'to', j], peer);
      }
    }
  }
}

function* checkPods(policy: KindedObject, path: FieldPath, peer: AdminPeer): Iterable<Finding> {
  yield* checkSelector(policy, [...path, 'namespaces'], peer.namespaces);
  yield* checkSelector(policy, [...path, 'nodes'], peer.nodes);
  yield* checkSelector(policy, [...path, 'pods', 'namespaceSelector'], peer.pods?.namespaceSelector);
  yield* checkSelector(policy, [...path, 'pods', 'podSelector'], peer.pods?.podSelector);
}

function* checkSelector(
  policy: KindedObject,
  path: FieldPath,
  selector: LabelSelector | undefined,
): Iterable<Finding> {
  const key = findContradiction(selector);
  if (key === undefined) return;
  yield {
    code: 'PC3002',
    severity: 'error',
    message: `${describeObject(policy)}: no labels fit ${formatPath(path)}`,
    object: policy,
    path,
    help: 'All conditions of a selector hold at once. For "this or that" write one In with both values, or two peers.',
    proof: { kind: 'never matches', reason: `its conditions on the label ${key} exclude each other` },
  };
}

function* checkBlock(
  policy: KindedObject,
  path: FieldPath,
  { cidr, except = [] }: { readonly cidr: string; readonly except?: readonly string[] },
): Iterable<Finding> {
  const block = readBlock(cidr, except);
  if (
    block === undefined ||
    !isCovered(
      block.range,
      block.except.map(({ range }) => range),
    )
  )
    return;
  yield {
    code: 'PC3002',
    severity: 'error',
    message: `${describeObject(policy)}: the exceptions of ${formatPath(path)} leave no address of ${cidr}`,
    object: policy,
    path: [...path, 'except'],
    help: 'An exception takes addresses out of its own block alone; leave out the peer, or the exceptions that are too wide.',
    proof: { kind: 'never matches', reason: `${except.join(', ')} together are all of ${cidr}` },
  };
}

/** Do the holes together take up the whole range? */
function isCovered(range: IpRange, holes: readonly IpRange[]): boolean {
  let next = range.first;
  const sorted = holes
    .filter(({ family }) => family === range.family)
    .sort((a, b) => (a.first < b.first ? -1 : 1));
  for (const { first, last } of sorted) {
    if (first > next) return false;
    if (last >= next) next = last + 1n;
  }
  return next > range.last;
}
