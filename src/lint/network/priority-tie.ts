import type { ClusterPod } from '../../cluster/index.ts';
import {
  type AdminPort,
  type AdminTierPolicy,
  type Direction,
  describeObject,
  directions,
  isUnknown,
  podEndpoint,
  type Request,
} from '../../model/index.ts';
import { matchPeer, matchSubject, policiesOfTier, type Rule, rulesOf } from '../../policy/admin/index.ts';
import type { LintContext } from '../context.ts';
import type { LintRule } from '../registry.ts';
import { plainRequest } from '../requests.ts';
import type { Finding } from '../types.ts';
import { oneOfEach } from './pods.ts';

const tiers = ['Admin', 'Baseline'] as const;

/** So many ends are tried on each side before two policies are taken to agree. */
const mostTries = 8;

/** PC3021: policies of an admin tier with one priority that say different things about the same traffic, so that nobody can tell what holds. */
export const priorityTie: LintRule = {
  codes: ['PC3021'],
  *check(context: LintContext): Iterable<Finding> {
    const pods = oneOfEach([...context.cluster.pods.values()].filter(({ hostNetwork }) => !hostNetwork));
    for (const tier of tiers) {
      for (const chain of policiesOfTier(context.cluster.policies.admin, tier).chains) {
        for (const group of chain) yield* checkGroup(context, group, pods);
      }
    }
  },
};

function* checkGroup(
  context: LintContext,
  group: readonly AdminTierPolicy[],
  pods: readonly ClusterPod[],
): Iterable<Finding> {
  for (const [i, first] of group.entries()) {
    for (const second of group.slice(i + 1)) {
      const request = findTie(context, first, second, pods);
      if (request !== undefined) yield describe(context, first, second, request);
    }
  }
}

function describe(
  context: LintContext,
  first: AdminTierPolicy,
  second: AdminTierPolicy,
  request: Request,
): Finding {
  return {
    code: 'PC3021',
    severity: 'error',
    message: `${describeObject(second)} has the priority of ${describeObject(first)} and says otherwise about the same traffic`,
    object: second,
    path: ['spec', 'priority'],
    related: [{ message: 'the other policy', object: first, path: ['spec', 'priority'] }],
    help: 'Which of the two holds is left to the network plugin. Give them different priorities; the lower number goes first.',
    proof: { kind: 'witness', witnesses: [context.witness(request)] },
  };
}

/** A request of which the tie leaves open what becomes of it. */
function findTie(
  context: LintContext,
  first: AdminTierPolicy,
  second: AdminTierPolicy,
  pods: readonly ClusterPod[],
): Request | undefined {
  const subjects = pods.filter((pod) => isSubject(first, pod) && isSubject(second, pod)).slice(0, mostTries);
  if (subjects.length === 0) return undefined;
  for (const direction of directions) {
    for (const a of rulesOf(first, direction)) {
      for (const b of rulesOf(second, direction)) {
        if (a.action === b.action) continue;
        const request = findTieOfRules(context, direction, a, b, subjects, pods);
        if (request !== undefined) return request;
      }
    }
  }
  return undefined;
}

function isSubject(policy: AdminTierPolicy, pod: ClusterPod): boolean {
  const match = matchSubject(policy, pod.view);
  return !isUnknown(match) && match;
}

function findTieOfRules(
  context: LintContext,
  direction: Direction,
  a: Rule,
  b: Rule,
  subjects: readonly ClusterPod[],
  pods: readonly ClusterPod[],
): Request | undefined {
  const { cluster } = context;
  const others = pods.filter((pod) => isPeer(context, a, pod) && isPeer(context, b, pod)).slice(0, mostTries);
  for (const subject of subjects) {
    for (const other of others) {
      if (other.key === subject.key) continue;
      const [from, to] = direction === 'ingress' ? [other, subject] : [subject, other];
      for (const { port, protocol } of [...portsOf(a, to), ...portsOf(b, to)]) {
        const request = plainRequest(cluster, podEndpoint(from), podEndpoint(to), port, protocol);
        const { outcome, missing } = context.decide(request);
        const isTie = missing.some((fact) => fact.kind === 'implementation' && fact.topic === 'priority tie');
        if (outcome === 'unknown' && isTie) return request;
      }
    }
  }
  return undefined;
}

function isPeer({ cluster }: LintContext, rule: Rule, pod: ClusterPod): boolean {
  const end = { pod: pod.view, address: pod.addresses[0] ?? '', label: pod.key };
  return rule.peers.some((peer) => {
    const match = matchPeer(peer, end, cluster.nodes);
    return !isUnknown(match) && match;
  });
}

type NumberedPort = Pick<Extract<AdminPort, { readonly kind: 'range' }>, 'protocol'> & {
  readonly port: number;
};

/** A number for each entry; for a rule without ports what the pod declares, or 80. */
function portsOf({ ports }: Rule, to: ClusterPod): readonly NumberedPort[] {
  const [declared] = to.ports;
  const usual: NumberedPort = { port: declared?.containerPort ?? 80, protocol: declared?.protocol ?? 'TCP' };
  if (ports === undefined) return [usual];
  return ports.flatMap((entry): readonly NumberedPort[] => {
    if (entry.kind === 'range') return [{ port: entry.start, protocol: entry.protocol }];
    if (entry.kind === 'any port') return [{ port: usual.port, protocol: entry.protocol }];
    const named = to.ports.filter((port) => entry.kind === 'named' && port.name === entry.name);
    return named.map(({ containerPort, protocol }) => ({ port: containerPort, protocol }));
  });
}
