import type { PolicyHabits } from '../../cluster/index.ts';
import {
  type AdminTierPolicy,
  and,
  type Direction,
  type Fact,
  isUnknown,
  type NearMiss,
  type Packet,
  type PacketEnd,
  type PolicyReference,
} from '../../model/index.ts';
import { type Course, followedBy, type Hit, nothing, tied } from './course.ts';
import { matchRule, matchSubject } from './match.ts';
import { findNearMisses } from './near-miss.ts';
import type { NodesByName } from './nodes.ts';
import { type Rule, rulesOf } from './rules.ts';
import { policiesOfTier, type Tier } from './tiers.ts';

/** `none`: nothing matches, or a Pass rule does; the next tier decides. */
export type AdminOutcome = 'accept' | 'deny' | 'none';

/** What one admin tier says to a packet in one direction. */
export interface AdminJudgement {
  /** `unknown` where the tier can come to more than one thing; `possible` has them all. */
  readonly outcome: AdminOutcome | 'unknown';
  readonly possible: ReadonlySet<AdminOutcome>;
  /** What an unknown outcome turns on; empty otherwise. */
  readonly facts: readonly Fact[];
  /** The accept or deny rule that decided; of an unknown outcome the first rule that may match. */
  readonly rule?: PolicyReference;
  /** Pass rules that matched for certain and so ended the tier. */
  readonly passed: readonly PolicyReference[];
  /** Accept and deny rules that failed least, closest first, at most three; filled where none of them matched for certain. */
  readonly nearMisses: readonly NearMiss[];
}

/** The packet as the rules of one direction see it. */
interface Question {
  readonly direction: Direction;
  readonly subject: PacketEnd;
  readonly other: PacketEnd;
  readonly packet: Packet;
  readonly nodes: NodesByName;
  readonly habits: PolicyHabits;
}

const silent: AdminJudgement = {
  outcome: 'none',
  possible: new Set<AdminOutcome>(['none']),
  facts: [],
  passed: [],
  nearMisses: [],
};

/**
 * What a tier decides about a packet that leaves its source (egress) or reaches its destination (ingress). Lower priorities come first,
 * then the order of the rules; the first match decides. Policies of one priority, and v1alpha1's baseline beside v1alpha2's, have no order
 * among them. An end that is no pod is no policy's subject.
 */
export function judgeAdminTier(
  policies: readonly AdminTierPolicy[],
  tier: Tier,
  direction: Direction,
  packet: Packet,
  nodes: NodesByName,
  habits: PolicyHabits = {},
): AdminJudgement {
  const [subject, other] =
    direction === 'egress' ? [packet.source, packet.destination] : [packet.destination, packet.source];
  if (subject.pod === undefined || policies.length === 0) return silent;
  const question: Question = { direction, subject, other, packet, nodes, habits };
  const { chains } = policiesOfTier(policies, tier);
  const course = tied(
    chains.map((groups) =>
      groups.reduce((before, group) => followedBy(before, () => followGroup(group, question)), nothing),
    ),
  );
  return conclude(course, () => nearMissesOf(chains.flat(2), question));
}

/** What policies of one priority come to, which nothing orders unless the plugin does. */
function followGroup(group: readonly AdminTierPolicy[], question: Question): Course {
  if (question.habits.priorityTie !== 'by name') return tied(group.map((policy) => follow(policy, question)));
  return group
    .toSorted((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1))
    .reduce((before, policy) => followedBy(before, () => follow(policy, question)), nothing);
}

/** What one policy comes to: its rules in order up to the first that matches for certain. */
function follow(policy: AdminTierPolicy, question: Question): Course {
  const { subject, other, packet, nodes, direction, habits } = question;
  const governs = subject.pod !== undefined && matchSubject(policy, subject.pod);
  if (governs === false) return nothing;
  const hits: Hit[] = [];
  const facts: Fact[] = [];
  for (const rule of rulesOf(policy, direction)) {
    const match = and(governs, matchRule(rule, other, packet, nodes, habits));
    if (match === false) continue;
    hits.push({ rule, action: rule.unreadable ? 'deny' : rule.action, certain: match === true });
    if (match === true) return { hits, open: false, facts };
    facts.push(...match.facts);
  }
  return hits.length === 0 ? nothing : { hits, open: true, facts };
}

function conclude({ hits, open, facts }: Course, nearMisses: () => readonly NearMiss[]): AdminJudgement {
  const possible = new Set(hits.map(({ action }): AdminOutcome => (action === 'pass' ? 'none' : action)));
  if (open) possible.add('none');
  const [outcome = 'none'] = possible;
  const passed = hits
    .filter(({ action, certain }) => action === 'pass' && certain)
    .map(({ rule }) => rule.reference);
  if (possible.size > 1) {
    return {
      outcome: 'unknown',
      possible,
      facts,
      rule: hits[0]!.rule.reference,
      passed,
      nearMisses: nearMisses(),
    };
  }
  if (outcome === 'none') return { outcome, possible, facts: [], passed, nearMisses: nearMisses() };
  const decisive = hits.find(({ certain }) => certain) ?? hits[0]!;
  return { outcome, possible, facts: [], rule: decisive.rule.reference, passed, nearMisses: [] };
}

/** Among the rules that were asked: those of policies that govern the subject for certain, up to one that matches for certain. */
function nearMissesOf(policies: readonly AdminTierPolicy[], question: Question): readonly NearMiss[] {
  const { subject, other, packet, nodes, direction, habits } = question;
  const asked: Rule[] = [];
  for (const policy of policies) {
    if (subject.pod === undefined || matchSubject(policy, subject.pod) !== true) continue;
    for (const rule of rulesOf(policy, direction)) {
      const match = matchRule(rule, other, packet, nodes, habits);
      if (match === true) return findNearMisses(asked, other, packet, nodes, habits);
      if (!isUnknown(match)) asked.push(rule);
    }
  }
  return findNearMisses(asked, other, packet, nodes, habits);
}
