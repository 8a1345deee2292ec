import { type Cluster, type ClusterPod, selectsLabels } from '../../cluster/index.ts';
import { type Change, diffMaps, type MatchedEnd, type PairGroup, type Witness } from '../../diff/index.ts';
import {
  type Endpoint,
  mergePortRanges,
  type PortRange,
  type Protocol,
  podEndpoint,
} from '../../model/index.ts';
import { mapReach } from '../../reach/index.ts';
import { decide } from '../../verdict/index.ts';
import type { TightPolicy } from './types.ts';

/** Two clusters that differ in the policies of Istio's components. */
export interface TwoClusters {
  /** With the policies that Istio renders. */
  readonly own: Cluster;
  /** With these. */
  readonly tight: Cluster;
  readonly policies: readonly TightPolicy[];
}

/** A kind of connection that comes through with one set and not with the other: all that ends which nothing tells apart in this gain or lose at one component. */
export interface ConnectionKind {
  /** The policy's subject: `istiod istio-system/istiod`. */
  readonly subject: string;
  /** What the policy is for: for targets Istio has none of its own. */
  readonly of: TightPolicy['of'];
  /** `in`: ingress of the component decides; `out`: its egress. */
  readonly direction: 'in' | 'out';
  readonly ports: readonly { readonly protocol: Protocol; readonly ranges: readonly PortRange[] }[];
  /** Who comes, or who is reached: workloads, and ranges outside the cluster. */
  readonly others: readonly string[];
  /** A request that shows it, with what both clusters say to it: before is with Istio's own. */
  readonly witness: Witness;
}

/** What changes in who may talk to the components. */
export interface LetsInLess {
  /** What Istio's own policies let through and these do not. */
  readonly less: readonly ConnectionKind[];
  /** What these let through and Istio's own do not: ports of gateways between networks, which Istio's chart forgets. */
  readonly more: readonly ConnectionKind[];
  /** Of which it is not known whether they pass: with Istio's own, or with these. */
  readonly unknown: readonly ConnectionKind[];
  /** Pairs that change too and are not listed, because there are too many. */
  readonly further: number;
}

/** Compares, for every pair of ends of which one is a component's pod, what comes through. Each kind carries a request with two verdicts. */
export function letsInLess({ own, tight, policies }: TwoClusters): LetsInLess {
  const diff = diffMaps(mapReach(own), mapReach(tight));
  const kindsWith = (effects: readonly string[]): readonly ConnectionKind[] =>
    policies.flatMap((policy) => {
      const found = diff.groups.flatMap((group) => findingsAt(policy, group, effects));
      return (['in', 'out'] as const).flatMap((direction) =>
        kindsOf(
          policy,
          direction,
          found.filter((finding) => finding.direction === direction),
          { own, tight },
        ),
      );
    });
  return {
    less: kindsWith(['newly denied']),
    more: kindsWith(['newly allowed']),
    unknown: kindsWith(['now unknown', 'no longer unknown']),
    further: diff.further.reduce((sum, { pairs }) => sum + pairs, 0),
  };
}

/** A change between pods of one component and other ends. */
interface Finding {
  readonly direction: ConnectionKind['direction'];
  readonly pod: ClusterPod;
  readonly others: readonly MatchedEnd[];
  readonly change: Change;
  readonly witness: Witness;
}

function findingsAt(policy: TightPolicy, group: PairGroup, effects: readonly string[]): readonly Finding[] {
  return group.changes.flatMap((change) =>
    change.witnesses
      .filter(({ effect }) => effects.includes(effect))
      .flatMap((witness) => {
        const stopped = witness.effect === 'newly allowed' ? witness.before : witness.after;
        const direction = stopped.verdict.decidedBy.layer === 'egress policy' ? 'out' : 'in';
        const [here, others] =
          direction === 'in' ? [group.destinations, group.sources] : [group.sources, group.destinations];
        const pod = here.flatMap((end) => podOf(policy, end) ?? [])[0];
        return pod === undefined ? [] : [{ direction, pod, others, change, witness } as const];
      }),
  );
}

/** A pod of the end that the policy selects. */
function podOf({ namespace, selector }: TightPolicy, end: MatchedEnd): ClusterPod | undefined {
  if (end.kind !== 'workload') return undefined;
  return end.pods
    .map(({ after }) => after)
    .find((pod) => pod.namespace === namespace && !pod.hostNetwork && selectsLabels(selector, pod.labels));
}

/** Other ends that gain or lose the same ports are one kind. */
function kindsOf(
  { subject, of }: TightPolicy,
  direction: ConnectionKind['direction'],
  findings: readonly Finding[],
  clusters: { readonly own: Cluster; readonly tight: Cluster },
): readonly ConnectionKind[] {
  const byEnd = Map.groupBy(
    findings.flatMap((finding) => finding.others.map((end) => ({ end, finding }))),
    ({ end }) => end.label,
  );
  const ends = [...byEnd].map(([label, own]) => ({
    label,
    own,
    ports: portsOf(own.map(({ finding }) => finding)),
  }));
  const alike = Map.groupBy(ends, ({ ports }) => JSON.stringify(ports));
  return [...alike.values()].map((group) => {
    const { own, ports } = group[0]!;
    const { end, finding } = own[0]!;
    return {
      subject,
      of,
      direction,
      ports,
      others: group.map(({ label }) => label),
      witness: witnessFor(end, finding, clusters),
    };
  });
}

function portsOf(findings: readonly Finding[]): ConnectionKind['ports'] {
  return (['TCP', 'UDP', 'SCTP'] as const).flatMap((protocol) => {
    const own = findings.filter(({ change }) => change.protocol === protocol);
    const ranges = mergePortRanges(own.flatMap(({ change }) => change.ports));
    return ranges.length === 0 ? [] : [{ protocol, ranges }];
  });
}

/** The request of the comparison, asked of the very ends that are told of; where they say nothing else (a proxy has more to say), that of the comparison. */
function witnessFor(
  end: MatchedEnd,
  { direction, pod, witness }: Finding,
  { own, tight }: { readonly own: Cluster; readonly tight: Cluster },
): Witness {
  const other: Endpoint =
    end.kind === 'outside' ? { kind: 'address', address: end.address } : podEndpoint(end.pods[0]!.after);
  const [source, destination] = direction === 'in' ? [other, podEndpoint(pod)] : [podEndpoint(pod), other];
  const { port, protocol } = witness.after.request;
  const request = { source, destination, port, protocol, complete: true } as const;
  const before = decide(own, request);
  const after = decide(tight, request);
  const shows =
    before.outcome === witness.before.verdict.outcome && after.outcome === witness.after.verdict.outcome;
  if (!shows) return witness;
  return { ...witness, before: { request, verdict: before }, after: { request, verdict: after }, turns: [] };
}
