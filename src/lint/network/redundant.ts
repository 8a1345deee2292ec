import { replacePolicy } from '../../cluster/index.ts';
import {
  type Direction,
  describeObject,
  directions,
  type FieldPath,
  formatPath,
  type NetworkPolicy,
  type NetworkPolicyRule,
} from '../../model/index.ts';
import { type Peer, type Port, type Rule, rulesOf } from '../../policy/network/index.ts';
import { decide } from '../../verdict/index.ts';
import type { LintContext } from '../context.ts';
import type { LintRule } from '../registry.ts';
import type { Finding, Witness } from '../types.ts';
import { coversPeer, coversPeerOf, coversPort, coversPortOf } from './cover.ts';
import { requestsOf } from './rule-requests.ts';
import { directionOf } from './rules.ts';
import { implies } from './selector-logic.ts';
import { widerPolicies } from './wider-policies.ts';

/**
 * PC3004: a rule, peer or port of which another rule allows all; PC3005: a policy of which others do all. Found by implication, which holds for whatever
 * pods there are, and shown by requests that fare the same without it. What has been found redundant covers nothing else, so all findings may be
 * followed at once.
 */
export const redundant: LintRule = {
  codes: ['PC3004', 'PC3005'],
  *check(context: LintContext): Iterable<Finding> {
    for (const policies of context.cluster.policies.network.values())
      yield* checkNamespace(context, policies);
  },
};

/** What is still there of a namespace's policies while redundant parts are taken away, the youngest first. */
interface Rest {
  readonly policies: readonly NetworkPolicy[];
  readonly widerThan: (policy: NetworkPolicy) => readonly NetworkPolicy[];
  readonly gone: Set<Rule>;
  readonly gonePolicies: Set<NetworkPolicy>;
}

function* checkNamespace(context: LintContext, policies: readonly NetworkPolicy[]): Iterable<Finding> {
  const rest: Rest = {
    policies,
    widerThan: widerPolicies(policies),
    gone: new Set(),
    gonePolicies: new Set(),
  };
  for (const policy of policies.toReversed()) yield* checkPolicy(context, policy, rest);
}

function* checkPolicy(context: LintContext, policy: NetworkPolicy, rest: Rest): Iterable<Finding> {
  const found: Finding[] = [];
  let whole = true;
  const covers: Rule[] = [];
  for (const direction of directions) {
    for (const rule of (rulesOf(policy, direction) ?? []).toReversed()) {
      const cover = findCover(rule, rest);
      if (cover === undefined) {
        whole = false;
        found.push(...checkParts(rule));
        continue;
      }
      rest.gone.add(rule);
      covers.push(cover);
      found.push(describeRule(context, rule, cover));
    }
  }
  const isolating = whole ? isolatingInstead(policy, rest) : undefined;
  if (isolating === undefined) yield* found;
  else {
    rest.gonePolicies.add(policy);
    yield describePolicy(context, policy, [...new Set([...isolating, ...covers.map((rule) => rule.policy)])]);
  }
}

/** A rule that allows all that `rule` allows, for every pod that it is for. */
function findCover(rule: Rule, rest: Rest): Rule | undefined {
  const direction = directionOf(rule);
  for (const policy of rest.widerThan(rule.policy)) {
    if (rest.gonePolicies.has(policy)) continue;
    for (const other of rulesOf(policy, direction) ?? []) {
      if (other === rule || rest.gone.has(other)) continue;
      if (coversRule(other, rule)) return other;
    }
  }
  return undefined;
}

function coversRule(wide: Rule, narrow: Rule): boolean {
  const peers: readonly (Peer | undefined)[] = narrow.peers ?? [undefined];
  const ports: readonly (Port | undefined)[] = narrow.ports ?? [undefined];
  return peers.every((peer) => coversPeerOf(wide, peer)) && ports.every((port) => coversPortOf(wide, port));
}

/**
 * Policies that isolate the same pods in all directions that this one does; undefined where there is none for one. A policy without rules is a default deny: it says what holds whatever else
 * comes and goes, so only another one makes it redundant.
 */
function isolatingInstead(policy: NetworkPolicy, rest: Rest): readonly NetworkPolicy[] | undefined {
  const found: NetworkPolicy[] = [];
  const isDefaultDeny = directions.every((direction) => (rulesOf(policy, direction) ?? []).length === 0);
  for (const direction of directions) {
    if (rulesOf(policy, direction) === undefined) continue;
    const other = rest.widerThan(policy).find((each) => {
      const rules = rulesOf(each, direction);
      if (each === policy || rest.gonePolicies.has(each) || rules === undefined) return false;
      return !isDefaultDeny || rules.length === 0;
    });
    if (other === undefined) return undefined;
    found.push(other);
  }
  return found;
}

/** Entries of one list of a rule that another entry of it takes in. */
function* checkParts(rule: Rule): Iterable<Finding> {
  const namespace = rule.policy.metadata.namespace;
  yield* checkList(rule, rule.peersField, rule.peers ?? [], (wide, narrow) =>
    coversPeer(wide, narrow, namespace),
  );
  yield* checkList(rule, 'ports', rule.ports ?? [], coversPort);
}

function* checkList<T>(
  rule: Rule,
  field: string,
  items: readonly T[],
  covers: (wide: T, narrow: T) => boolean,
): Iterable<Finding> {
  const gone = new Set<number>();
  for (let i = items.length - 1; i >= 0; i--) {
    const cover = items.findIndex((wide, j) => j !== i && !gone.has(j) && covers(wide, items[i]!));
    if (cover < 0) continue;
    gone.add(i);
    const path: FieldPath = [...rule.path, field, i];
    const wider: FieldPath = [...rule.path, field, cover];
    const equal = covers(items[i]!, items[cover]!);
    yield {
      code: 'PC3004',
      severity: 'info',
      message: `${describeObject(rule.policy)}: ${formatPath(path)} adds nothing to ${formatPath(wider)}`,
      object: rule.policy,
      path,
      related: [{ message: equal ? 'says the same' : 'takes it in', path: wider }],
      help: equal ? 'Take it out.' : `Take it out, or narrow ${formatPath(wider)} if that was meant.`,
      proof: {
        kind: 'never decides',
        reason: `whatever it matches, ${formatPath(wider)} of the same rule matches as well`,
      },
    };
  }
}

function describeRule(context: LintContext, rule: Rule, cover: Rule): Finding {
  const { policy, path } = rule;
  const equal = coversRule(rule, cover) && implies(cover.policy.spec.podSelector, policy.spec.podSelector);
  const where = cover.policy === policy ? '' : ` of ${describeObject(cover.policy)}`;
  const wide = `${formatPath(cover.path)}${where}`;
  return {
    code: 'PC3004',
    severity: equal ? 'info' : 'warning',
    message: `${describeObject(policy)}: ${formatPath(path)} adds nothing to ${wide}`,
    object: policy,
    path,
    related: [
      { message: equal ? 'allows the same' : 'allows this and more', object: cover.policy, path: cover.path },
    ],
    help: equal
      ? 'Take it out.'
      : `Take it out, or narrow ${wide} if this rule was meant to be all that is open.`,
    proof: {
      kind: 'never decides',
      reason: `every connection that it allows is allowed by ${wide} as well`,
      witnesses: compare(context, rule),
    },
  };
}

/** A request that the rule matches, as things are and without the rule. */
function compare(context: LintContext, rule: Rule): readonly Witness[] {
  const [request] = requestsOf(context, rule);
  if (request === undefined) return [];
  const { policy } = rule;
  const without = replacePolicy(context.cluster, policy, withoutRule(policy, rule));
  return [
    context.witness(request),
    { request, outcome: decide(without, request).outcome, under: 'without this rule' },
  ];
}

function withoutRule(policy: NetworkPolicy, rule: Rule): NetworkPolicy {
  const [, direction, index] = rule.path as readonly ['spec', Direction, number];
  const rules: readonly NetworkPolicyRule[] = policy.spec[direction] ?? [];
  const governed = directions
    .filter((each) => rulesOf(policy, each) !== undefined)
    .map((each) => (each === 'ingress' ? 'Ingress' : 'Egress'));
  return {
    ...policy,
    spec: { ...policy.spec, policyTypes: governed, [direction]: rules.filter((_, i) => i !== index) },
  };
}

function describePolicy(
  context: LintContext,
  policy: NetworkPolicy,
  others: readonly NetworkPolicy[],
): Finding {
  const names = others.filter((other) => other !== policy).map((other) => other.metadata.name);
  const rule = directions.flatMap((direction) => rulesOf(policy, direction) ?? [])[0];
  const [request] = rule === undefined ? [] : requestsOf(context, rule);
  const without = replacePolicy(context.cluster, policy, undefined);
  const witnesses: readonly Witness[] =
    request === undefined
      ? []
      : [
          context.witness(request),
          { request, outcome: decide(without, request).outcome, under: 'without this policy' },
        ];
  const what = names.length === 1 ? `NetworkPolicy ${names[0]}` : `NetworkPolicies ${names.join(' and ')}`;
  return {
    code: 'PC3005',
    severity: 'info',
    message: `${describeObject(policy)} adds nothing to ${what}`,
    object: policy,
    path: ['metadata', 'name'],
    related: others
      .filter((other) => other !== policy)
      .map((object) => ({
        message: 'isolates the same pods and allows as much',
        object,
        path: ['metadata', 'name'],
      })),
    help: 'Take it out, or narrow the others if this one was meant to be all that is open.',
    proof: {
      kind: 'never decides',
      reason: `${what} ${names.length === 1 ? 'isolates' : 'isolate'} every pod that it isolates, and ${names.length === 1 ? 'allows' : 'allow'} all that it allows`,
      witnesses,
    },
  };
}
