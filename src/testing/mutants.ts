import type { ReplaceablePolicy } from '../cluster/index.ts';
import type {
  AdminTierPolicy,
  AuthorizationPolicy,
  AuthorizationRule,
  Direction,
  FieldPath,
  NetworkPolicyPeer,
  NetworkPolicyRule,
} from '../model/index.ts';
import { listRules } from './rules.ts';
import { withAdminRule, withNetworkRule, withoutRule } from './without-rule.ts';

/** A policy with one thing left out: itself, a rule, one of several entries, or a whole condition. */
export interface Mutant {
  readonly policy: ReplaceablePolicy;
  /** What is left out. */
  readonly path: FieldPath;
  readonly dropped: 'policy' | 'rule' | 'entry' | 'condition';
  /** undefined: the policy is gone. */
  readonly after: ReplaceablePolicy | undefined;
}

/**
 * The ways in which a policy may be spoilt. Dropping a rule or one of several entries makes a rule match less; dropping a condition as a whole makes it match
 * more. What would come to the same as another one is left out.
 */
export function mutantsOf(policy: ReplaceablePolicy): readonly Mutant[] {
  const whole: Mutant = { policy, path: ['metadata', 'name'], dropped: 'policy', after: undefined };
  const rules = listRules(policy).filter(({ path }) => typeof path.at(-1) === 'number');
  return [
    whole,
    ...rules.flatMap(({ path }) => [
      ...(rules.length === 1 && !isolates(policy)
        ? []
        : [{ policy, path, dropped: 'rule' as const, after: withoutRule(policy, path) }]),
      ...mutantsOfRule(policy, path),
    ]),
  ];
}

/** Does the policy deny what no rule of it allows? Any other is without effect once its last rule is gone. */
function isolates(policy: ReplaceablePolicy): boolean {
  return (
    policy.kind === 'NetworkPolicy' ||
    (policy.kind === 'AuthorizationPolicy' && policy.spec.action === 'ALLOW')
  );
}

function mutantsOfRule(policy: ReplaceablePolicy, path: FieldPath): readonly Mutant[] {
  const index = path.at(-1) as number;
  if (policy.kind === 'AuthorizationPolicy') {
    const rule = policy.spec.rules[index]!;
    return changesOfAuthorization(rule).map((change) => ({
      policy,
      path: [...path, ...change.path],
      dropped: change.dropped,
      after: withAuthorizationRule(policy, index, change.rule),
    }));
  }
  const direction = path[1] as Direction;
  if (policy.kind === 'NetworkPolicy') {
    const rule = policy.spec[direction]![index]!;
    return changesOfNetwork(rule, direction).map((change) => ({
      policy,
      path: [...path, ...change.path],
      dropped: change.dropped,
      after: withNetworkRule(policy, direction, index, change.rule),
    }));
  }
  return changesOfAdmin(policy, direction, index, path);
}

/** A rule with something left out at the path below it. */
interface Change<R> {
  readonly path: FieldPath;
  readonly dropped: 'entry' | 'condition';
  readonly rule: R;
}

function withAuthorizationRule(
  policy: AuthorizationPolicy,
  index: number,
  rule: AuthorizationRule,
): AuthorizationPolicy {
  return { ...policy, spec: { ...policy.spec, rules: policy.spec.rules.with(index, rule) } };
}

function changesOfAuthorization(rule: AuthorizationRule): readonly Change<AuthorizationRule>[] {
  return [
    ...changesOfList(rule.from, ['from'], (from) => ({ ...rule, from })),
    ...rule.from.flatMap((source, i) =>
      changesOfFields(source, ['from', i, 'source'], (entry) => ({
        ...rule,
        from: rule.from.with(i, entry),
      })),
    ),
    ...changesOfList(rule.to, ['to'], (to) => ({ ...rule, to })),
    ...rule.to.flatMap((operation, i) =>
      changesOfFields(operation, ['to', i, 'operation'], (entry) => ({
        ...rule,
        to: rule.to.with(i, entry),
      })),
    ),
    // All of them must hold, so that each of them is a condition.
    ...rule.when.map((_, i) => ({
      path: ['when', i],
      dropped: 'condition' as const,
      rule: { ...rule, when: rule.when.toSpliced(i, 1) },
    })),
  ];
}

/** The list as a whole, which then asks for nothing, and each of its entries where there are several. */
function changesOfList<T, R>(
  list: readonly T[],
  path: FieldPath,
  build: (list: readonly T[]) => R,
): readonly Change<R>[] {
  if (list.length === 0) return [];
  const whole: Change<R> = { path, dropped: 'condition', rule: build([]) };
  if (list.length === 1) return [whole];
  const entries = list.map(
    (_, i): Change<R> => ({
      path: [...path, i],
      dropped: 'entry',
      rule: build(list.toSpliced(i, 1)),
    }),
  );
  return [whole, ...entries];
}

/** Each field of an entry that has several, all of which must hold. */
function changesOfFields<T extends object, R>(
  entry: T | undefined,
  path: FieldPath,
  build: (entry: T) => R,
): readonly Change<R>[] {
  const fields = Object.entries(entry ?? {}).filter(([, value]) => value !== undefined);
  if (fields.length < 2) return [];
  return fields.map(([name]) => ({
    path: [...path, name],
    dropped: 'condition',
    rule: build(Object.fromEntries(fields.filter(([other]) => other !== name)) as T),
  }));
}

function changesOfNetwork(
  rule: NetworkPolicyRule,
  direction: Direction,
): readonly Change<NetworkPolicyRule>[] {
  const { peers = [], ports = [] } = rule;
  const field = direction === 'ingress' ? 'from' : 'to';
  return [
    ...changesOfList(peers, [field], (list) => ({ ...rule, peers: list })),
    ...peers.flatMap((peer, i) =>
      changesOfPeer(peer, [field, i]).map((change) => ({
        ...change,
        rule: { ...rule, peers: peers.with(i, change.rule) },
      })),
    ),
    ...changesOfList(ports, ['ports'], (list) => ({ ...rule, ports: list })),
  ];
}

/** Without its podSelector a peer is all pods of its namespaces; without its namespaceSelector it would be of the policy's own. */
function changesOfPeer(peer: NetworkPolicyPeer, path: FieldPath): readonly Change<NetworkPolicyPeer>[] {
  const { podSelector, namespaceSelector, ipBlock } = peer;
  const changes: Change<NetworkPolicyPeer>[] = [];
  if (podSelector !== undefined && namespaceSelector !== undefined) {
    changes.push(
      { path: [...path, 'podSelector'], dropped: 'condition', rule: { namespaceSelector } },
      {
        path: [...path, 'namespaceSelector'],
        dropped: 'condition',
        rule: { podSelector, namespaceSelector: {} },
      },
    );
  }
  if (ipBlock?.except !== undefined && ipBlock.except.length > 0) {
    const block = { cidr: ipBlock.cidr };
    changes.push({ path: [...path, 'ipBlock', 'except'], dropped: 'condition', rule: { ipBlock: block } });
  }
  return changes;
}

/** Peers are not a condition that may be left out there: a rule without them is not taken. */
function changesOfAdmin(
  policy: AdminTierPolicy,
  direction: Direction,
  index: number,
  path: FieldPath,
): readonly Mutant[] {
  const rule = policy.spec[direction]![index]!;
  const { peers, ports = [] } = rule;
  const field = direction === 'ingress' ? 'from' : 'to';
  const portsField = policy.kind === 'ClusterNetworkPolicy' ? 'protocols' : 'ports';
  const changes = [
    ...changesOfList(peers, [field], (list) => ({ ...rule, peers: list })).filter(
      ({ dropped }) => dropped === 'entry',
    ),
    ...changesOfList(ports, [portsField], (list) => ({ ...rule, ports: list })),
  ];
  return changes.map((change) => ({
    policy,
    path: [...path, ...change.path],
    dropped: change.dropped,
    after: withAdminRule(policy, direction, index, change.rule),
  }));
}
