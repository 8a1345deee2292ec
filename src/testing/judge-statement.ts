import type { ClusterPod } from '../cluster/index.ts';
import {
  commonRanges,
  type Fact,
  formatAddress,
  isUnknown,
  not,
  otherRanges,
  parseAddress,
  rangeHolds,
} from '../model/index.ts';
import type { MapEnd, ReachMap } from '../reach/index.ts';
import { decide } from '../verdict/index.ts';
import type { Desk } from './desk.ts';
import { type PairEnd, requestOf, sortFlows } from './flow-request.ts';
import { findMembers, isEmptySet, type Members } from './members.ts';
import { type Asked, isProblem, type Problem, type StatementResult } from './results.ts';
import { type Flow, flowFinder } from './traffic.ts';
import type { StatementEntry } from './types.ts';

/** The part of an end of the map that is in a set. */
interface Share {
  readonly end: MapEnd;
  /** One of an outside end; of a workload all pods that are in the set, or may be where `certain` is false. */
  readonly members: readonly PairEnd[];
  readonly certain: boolean;
}

/** A pair between which something that the statement is about comes through, or may. */
interface Leak {
  readonly label: string;
  readonly source: PairEnd;
  readonly destination: PairEnd;
  readonly flows: readonly Flow[];
}

/** The sets of a statement, found. */
export interface FoundSets {
  readonly senders: Members;
  readonly receivers: Members;
  /** Labels that nobody gave and that decide what is in them. */
  readonly missing: readonly Fact[];
}

/** The sets that a statement is about: for `only` the senders are all others. A problem where there is nothing to speak of. */
export function findSets(entry: StatementEntry, desk: Desk): FoundSets | Problem {
  const from = findMembers(entry.from, 'from', desk);
  const receivers = findMembers(entry.to, 'to', desk);
  if (isProblem(from)) return from;
  if (isProblem(receivers)) return receivers;
  const { cluster } = desk;
  const empty = isEmptySet(receivers, cluster) || (entry.kind === 'forbid' && isEmptySet(from, cluster));
  if (empty) return { problem: 'the statement is about nothing: one of its sets has no pods', details: [] };
  const senders = entry.kind === 'forbid' ? from : others(from);
  const truths = [...cluster.pods.values()].flatMap((pod) => [senders.has(pod), receivers.has(pod)]);
  const facts = truths.flatMap((truth) => (isUnknown(truth) ? truth.facts : []));
  const missing = [...new Map(facts.map((fact) => [JSON.stringify(fact), fact])).values()];
  return { senders, receivers, missing };
}

/** Decides a statement by the map; each example is confirmed by the verdict of its request. */
export function judgeStatement(
  entry: StatementEntry,
  desk: Desk,
  map: () => ReachMap,
  sets: FoundSets | Problem = findSets(entry, desk),
): StatementResult {
  const base = {
    kind: 'statement',
    span: entry.span,
    pairs: 0,
    broken: [],
    undecided: [],
    missing: [],
  } as const;
  if (isProblem(sets)) return { ...base, status: 'error', problem: sets };
  const { broken, undecided, pairs } = findLeaks(entry, sets, map());
  const status = broken.length > 0 ? 'failed' : undecided.length > 0 ? 'unknown' : 'passed';
  const shown = broken.length > 0 ? broken : undecided;
  const example = exampleOf(shown, broken.length > 0 ? 'allow' : 'unknown', desk);
  const words = example === undefined ? undefined : desk.requestWords(example.request);
  return {
    ...base,
    status,
    pairs,
    broken: broken.map(({ label }) => label),
    undecided: undecided.map(({ label }) => label),
    missing: undecided.length > 0 ? sets.missing : [],
    ...(example === undefined ? {} : { example }),
    ...(words === undefined ? {} : { words }),
  };
}

function others({ has, ranges }: Members): Members {
  return { has: (pod) => not(has(pod)), ranges: otherRanges(ranges) };
}

function findLeaks(
  entry: StatementEntry,
  { senders, receivers }: FoundSets,
  map: ReachMap,
): { readonly broken: readonly Leak[]; readonly undecided: readonly Leak[]; readonly pairs: number } {
  const sources = map.ends.flatMap((end) => sharesOf(end, senders));
  const destinations = map.ends.flatMap((end) => sharesOf(end, receivers));
  const broken: Leak[] = [];
  const undecided: Leak[] = [];
  const flowsOf = flowFinder(entry.requests, map.cluster);
  let pairs = 0;
  for (const destination of destinations) {
    for (const source of sources) {
      const passages = map.passages(source.end, destination.end);
      const ends = passages === undefined ? undefined : choosePair(source, destination);
      if (passages === undefined || ends === undefined) continue;
      pairs += 1;
      const target = 'pod' in ends.destination ? ends.destination.pod : undefined;
      const flows = flowsOf(passages, target);
      if (flows.length === 0) continue;
      const certain =
        source.certain && destination.certain && flows.some(({ outcome }) => outcome === 'allow');
      const label = `${source.end.label} -> ${destination.end.label}`;
      (certain ? broken : undecided).push({ label, ...ends, flows });
    }
  }
  return { broken, undecided, pairs };
}

/** An end may be in a set with some pods for certain and with others perhaps. */
function sharesOf(end: MapEnd, members: Members): readonly Share[] {
  if (end.kind === 'outside') {
    const common = commonRanges(end.ranges, members.ranges);
    const [first] = common;
    if (first === undefined) return [];
    const usual = parseAddress(end.address);
    const isUsual = usual !== undefined && common.some((range) => rangeHolds(range, usual));
    const address = isUsual ? end.address : formatAddress({ family: first.family, value: first.first });
    return [{ end, members: [{ address }], certain: true }];
  }
  const certain = end.pods.filter((pod) => members.has(pod) === true);
  const possible = end.pods.filter((pod) => isUnknown(members.has(pod)));
  const share = (pods: readonly ClusterPod[], isCertain: boolean): readonly Share[] =>
    pods.length === 0 ? [] : [{ end, members: pods.map((pod) => ({ pod })), certain: isCertain }];
  return [...share(certain, true), ...share(possible, false)];
}

/** Two ends that are not the same pod: a pod always reaches itself. */
function choosePair(
  source: Share,
  destination: Share,
): { readonly source: PairEnd; readonly destination: PairEnd } | undefined {
  for (const from of source.members.slice(0, 2)) {
    const to = destination.members.find((end) => !('pod' in end && 'pod' in from && end.pod === from.pod));
    if (to !== undefined) return { source: from, destination: to };
  }
  return undefined;
}

/** A request that shows the first leak, with its verdict, which has to be what the map says. */
function exampleOf(leaks: readonly Leak[], outcome: 'allow' | 'unknown', desk: Desk): Asked | undefined {
  for (const { source, destination, flows } of leaks) {
    for (const flow of sortFlows(flows, destination)) {
      if (flow.outcome !== outcome) continue;
      const request = requestOf(flow, source, destination);
      const verdict = decide(desk.cluster, request);
      if (verdict.outcome === outcome) return { request, verdict, notes: [] };
    }
  }
  if (outcome === 'unknown' || leaks.length === 0) return undefined;
  throw new Error(`the map lets ${leaks[0]!.label} pass, and no request that is checked does`);
}
