import type { Cluster } from '../cluster/index.ts';
import {
  type AdminTierPolicy,
  and,
  any,
  type Direction,
  type Packet,
  type Protocol,
  type Truth,
} from '../model/index.ts';
import {
  type Action,
  matchPeer,
  matchPort,
  matchSubject,
  policiesOfTier,
  type Rule,
  rulesOf,
  type Tier,
} from '../policy/admin/index.ts';
import { habitsOf } from '../verdict/index.ts';
import { addBits, allBits, type Bits, dropBits, keepBits, noBits, setBit } from './bits.ts';
import type { Ends } from './ends.ts';
import type { TierRow } from './network-tiers.ts';
import type { Matches, PeerSets } from './peer-sets.ts';

/** The admin tiers of a cluster. */
export interface AdminTables {
  /** What a tier says to the sources that send to a destination; undefined where it has no policy. */
  judge(tier: Tier, direction: Direction, destination: number, packet: Packet): TierRow | undefined;
  /** Port numbers at which a rule may change its mind. */
  cuts(protocol: Protocol): readonly number[];
}

/** Reads the admin tiers; undefined where there are none. */
export function readAdminPolicies(
  cluster: Cluster,
  { virtual }: Ends,
  peers: PeerSets,
): AdminTables | undefined {
  const { policies, nodes, settings } = cluster;
  if (policies.admin.length === 0) return undefined;
  const habits = habitsOf(settings.cni);
  const size = virtual.length;

  const subjectsOf = (policy: AdminTierPolicy): Matches =>
    peers.packets(`subject ${JSON.stringify(policy.spec.subject)}`, (end) =>
      end.pod === undefined ? false : matchSubject(policy, end.pod),
    );
  const peersOf = (rule: Rule): Matches =>
    peers.packets(`admin ${JSON.stringify(rule.peers, bigints)}`, (end) =>
      any(rule.peers, (peer) => matchPeer(peer, end, nodes)),
    );

  /** The sources that a rule matches, as far as the destination and the port are concerned. */
  const sourcesOf = (
    policy: AdminTierPolicy,
    rule: Rule,
    direction: Direction,
    destination: number,
    packet: Packet,
  ): Matches => {
    const nobody: Matches = { sure: [], maybe: [] };
    const other = virtual[destination]!.packet;
    const subjects = subjectsOf(policy);
    if (direction === 'ingress') {
      const governs = other.pod === undefined ? false : matchSubject(policy, other.pod);
      if (governs === false) return nobody;
      if (rule.unreadable) return rule.action === 'accept' ? nobody : weaken(everybody(size), governs);
      const truth = and(governs, portTruth(rule, packet));
      return truth === false ? nobody : weaken(peersOf(rule), truth);
    }
    if (rule.unreadable) return rule.action === 'accept' ? nobody : subjects;
    const ports = portTruth(rule, packet);
    const truth =
      ports === false
        ? false
        : and(
            ports,
            any(rule.peers, (peer) => matchPeer(peer, other, nodes)),
          );
    return truth === false ? nobody : weaken(subjects, truth);
  };
  const portTruth = (rule: Rule, packet: Packet): Truth =>
    rule.ports === undefined || any(rule.ports, (port) => matchPort(port, packet, habits));

  /** One policy alone: its rules in order. */
  const follow = (
    policy: AdminTierPolicy,
    direction: Direction,
    destination: number,
    packet: Packet,
  ): Course => {
    const course = newCourse(size);
    for (const rule of rulesOf(policy, direction)) {
      const { sure, maybe } = sourcesOf(policy, rule, direction, destination, packet);
      if (sure.length === 0 && maybe.length === 0) continue;
      apply(course, rule.unreadable ? 'deny' : rule.action, toBits(sure, size), toBits(maybe, size));
    }
    return course;
  };

  return {
    judge(tier, direction, destination, packet) {
      const { chains } = policiesOfTier(policies.admin, tier);
      const courses = chains.map((groups) => {
        const whole = newCourse(size);
        for (const group of groups) {
          const ordered =
            habits.priorityTie === 'by name'
              ? group
                  .toSorted((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1))
                  .map((policy) => [policy])
              : [group];
          for (const together of ordered)
            followed(
              whole,
              tied(
                together.map((policy) => follow(policy, direction, destination, packet)),
                size,
              ),
            );
        }
        return whole;
      });
      const { accept, deny, ask } = tied(courses, size);
      return { accept, deny, ask };
    },
    cuts(protocol) {
      return policies.admin.flatMap((policy) =>
        (['ingress', 'egress'] as const).flatMap((direction) =>
          rulesOf(policy, direction).flatMap(({ ports }) =>
            (ports ?? []).flatMap((port) =>
              port.kind === 'range' && port.protocol === protocol ? [port.start, port.end + 1] : [],
            ),
          ),
        ),
      );
    },
  };
}

/** What policies have said so far; `open` are the sources to whom none has. */
interface Course extends Record<Action, Bits> {
  readonly ask: Bits;
  readonly open: Bits;
}

function newCourse(size: number): Course {
  return {
    accept: noBits(size),
    deny: noBits(size),
    pass: noBits(size),
    ask: noBits(size),
    open: allBits(size),
  };
}

function apply(course: Course, action: Action, sure: Bits, maybe: Bits): void {
  keepBits(maybe, course.open);
  dropBits(maybe, sure);
  keepBits(sure, course.open);
  addBits(course.ask, maybe);
  addBits(course[action], sure);
  dropBits(course.open, sure);
  dropBits(course.open, maybe);
}

/** What comes behind: it speaks to those who are still open. */
function followed(course: Course, next: Course): void {
  for (const kind of ['accept', 'deny', 'pass', 'ask'] as const) {
    const found = next[kind];
    keepBits(found, course.open);
    addBits(course[kind], found);
  }
  keepBits(course.open, next.open);
}

/** Policies that nothing orders: where they do different things, only a verdict can tell. */
function tied(courses: readonly Course[], size: number): Course {
  const [first, ...others] = courses;
  if (first === undefined) return newCourse(size);
  for (const other of others) {
    for (const kind of ['accept', 'deny', 'pass', 'ask'] as const) {
      // Said by one and something else by the other.
      const differing = other[kind].slice();
      dropBits(differing, first[kind]);
      dropBits(differing, first.open);
      addBits(first.ask, differing);
      const fresh = other[kind].slice();
      keepBits(fresh, first.open);
      addBits(first[kind], fresh);
    }
    keepBits(first.open, other.open);
    for (const kind of ['accept', 'deny', 'pass'] as const) dropBits(first[kind], first.ask);
  }
  return first;
}

function everybody(size: number): Matches {
  return { sure: Array.from({ length: size }, (_, i) => i), maybe: [] };
}

function weaken({ sure, maybe }: Matches, truth: Truth): Matches {
  return truth === true ? { sure, maybe } : { sure: [], maybe: [...sure, ...maybe] };
}

function toBits(indexes: readonly number[], size: number): Bits {
  const bits = noBits(size);
  for (const index of indexes) setBit(bits, index);
  return bits;
}

function bigints(_: string, value: unknown): unknown {
  return typeof value === 'bigint' ? `${value}` : value;
}
