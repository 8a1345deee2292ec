import type { Cluster } from '../cluster/index.ts';
import { type Bits, noBits, setBit } from './bits.ts';
import type { EndClass, Ends } from './ends.ts';

/** Sources that send in the same way: with the same transport to the same proxies, whoever they are. */
export interface Senders {
  /** One that stands for all. */
  readonly example: EndClass;
  readonly sources: Bits;
  readonly from: 'outside' | 'host' | 'pod';
}

/** Groups the sources of a map by how they send. */
export function groupSenders(cluster: Cluster, { classes, virtual }: Ends): readonly Senders[] {
  const rules = cluster.policies.destinationRules;
  const byLabels = rules.some(({ spec }) => spec.workloadSelector !== undefined);
  const byNamespace = rules.length > 0 || cluster.foreign.length > 0 || cluster.unreadable.length > 0;
  const keyOf = ({ index, end }: EndClass): string => {
    const { pod, host } = end;
    if (pod === undefined) return host ? 'node' : 'outside';
    if (host) return 'host';
    const { membership, annotations, namespace } = pod;
    if (membership.facts !== undefined || membership.kind === 'waypoint') return `${index}`;
    if (membership.kind !== 'sidecar' && membership.kind !== 'gateway') return membership.kind;
    const captured = Object.entries(annotations).filter(([key]) =>
      key.startsWith('traffic.sidecar.istio.io/'),
    );
    return [membership.kind, captured.join(), byNamespace ? namespace : '', byLabels ? index : ''].join('\n');
  };
  return [...Map.groupBy(classes, keyOf).values()].map((group) => {
    const sources = noBits(virtual.length);
    for (const { virtual: own } of group) for (const index of own) setBit(sources, index);
    const [example] = group;
    const from = example!.end.host ? 'host' : example!.end.pod === undefined ? 'outside' : 'pod';
    return { example: example!, sources, from };
  });
}
