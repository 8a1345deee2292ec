import type { AddressBlock } from '../../cluster/index.ts';
import {
  type AdminPort,
  type AdminTierPolicy,
  coversRange,
  type Direction,
  describeObject,
  directions,
  formatPath,
} from '../../model/index.ts';
import { policiesOfTier, type Rule, rulesOf } from '../../policy/admin/index.ts';
import type { LintContext } from '../context.ts';
import type { LintRule } from '../registry.ts';
import type { Finding } from '../types.ts';
import { implies } from './selector-logic.ts';

const tiers = ['Admin', 'Baseline'] as const;

type Peer = Rule['peers'][number];

/** PC3006: a rule of an admin tier behind one that takes all of its traffic. The first rule that matches decides, whatever it says. */
export const shadowed: LintRule = {
  codes: ['PC3006'],
  *check({ cluster }: LintContext): Iterable<Finding> {
    for (const tier of tiers) {
      for (const chain of policiesOfTier(cluster.policies.admin, tier).chains) {
        for (const direction of directions) yield* checkChain(chain, direction);
      }
    }
  },
};

/** `chain`: policies by priority; those of one priority stand beside each other, and only their own rules have an order. */
function* checkChain(
  chain: readonly (readonly AdminTierPolicy[])[],
  direction: Direction,
): Iterable<Finding> {
  const before: Rule[] = [];
  for (const group of chain) {
    for (const policy of group) {
      const rules = rulesOf(policy, direction);
      for (const [i, rule] of rules.entries()) {
        const earlier = [...before, ...rules.slice(0, i)].find((each) => covers(each, rule));
        if (earlier !== undefined) yield describe(rule, earlier);
      }
    }
    before.push(...group.flatMap((policy) => rulesOf(policy, direction)));
  }
}

function describe(rule: Rule, earlier: Rule): Finding {
  const { policy, path } = rule;
  const where = earlier.policy === policy ? '' : ` of ${describeObject(earlier.policy)}`;
  const first = `${formatPath(earlier.path)}${where}`;
  return {
    code: 'PC3006',
    severity: 'warning',
    message: `${describeObject(policy)}: ${formatPath(path)} comes too late: ${first} takes all of its traffic`,
    object: policy,
    path,
    related: [{ message: 'decides before it', object: earlier.policy, path: earlier.path }],
    help: 'Put the narrower rule first, or take this one out.',
    proof: {
      kind: 'never decides',
      reason: `rules are asked in order of priority, then as written, and ${first} (${earlier.reference.action}) matches whatever this one does`,
    },
  };
}

function covers(wide: Rule, narrow: Rule): boolean {
  if (wide.unreadable || narrow.unreadable || !coversSubject(wide.policy, narrow.policy)) return false;
  const { peers, ports = [undefined] } = narrow;
  return (
    peers.length > 0 &&
    peers.every((peer) => wide.peers.some((other) => coversPeer(other, peer))) &&
    ports.every((port) => wide.ports === undefined || wide.ports.some((other) => coversPort(other, port)))
  );
}

function coversSubject(wide: AdminTierPolicy, narrow: AdminTierPolicy): boolean {
  if (wide === narrow) return true;
  const [a, b] = [wide.spec.subject, narrow.spec.subject];
  return (
    implies(b.namespaces ?? b.pods?.namespaceSelector, a.namespaces ?? a.pods?.namespaceSelector) &&
    implies(b.pods?.podSelector, a.pods?.podSelector)
  );
}

function coversPeer(wide: Peer, narrow: Peer): boolean {
  if (wide.kind === 'nodes') return narrow.kind === 'nodes' && implies(narrow.selector, wide.selector);
  if (wide.kind === 'networks') {
    return (
      narrow.kind === 'networks' && narrow.blocks.every((block) => wide.blocks.some((b) => holds(b, block)))
    );
  }
  if (wide.kind === 'domainNames') {
    return narrow.kind === 'domainNames' && narrow.names.every((name) => wide.names.includes(name));
  }
  if (narrow.kind !== 'namespaces' && narrow.kind !== 'pods') return false;
  const namespaces = narrow.kind === 'namespaces' ? narrow.selector : narrow.pods.namespaceSelector;
  const pods = narrow.kind === 'namespaces' ? undefined : narrow.pods.podSelector;
  if (wide.kind === 'namespaces') return implies(namespaces, wide.selector);
  return implies(namespaces, wide.pods.namespaceSelector) && implies(pods, wide.pods.podSelector);
}

/** Blocks of the admin tiers have no exceptions. */
function holds(outer: AddressBlock, inner: AddressBlock): boolean {
  return coversRange(outer.range, inner.range);
}

function coversPort(wide: AdminPort, narrow: AdminPort | undefined): boolean {
  if (narrow === undefined) return false;
  if (wide.kind === 'named') return narrow.kind === 'named' && wide.name === narrow.name;
  if (wide.kind === 'unreadable' || narrow.kind === 'unreadable' || narrow.kind === 'named') return false;
  if (wide.protocol !== narrow.protocol) return false;
  if (wide.kind === 'any port') return true;
  return narrow.kind === 'range' && wide.start <= narrow.start && narrow.end <= wide.end;
}
