import type { Cluster } from '../cluster/index.ts';
import type { LabelSelector, Pattern } from '../model/index.ts';

/**
 * What any policy's selector asks of a label. A label that is filled in for one layer may be asked for by another only then, so that all
 * that can ever be asked of it has to be tried at once.
 */
export function labelPatterns(cluster: Cluster, key: string): readonly Pattern[] {
  const values = new Set<string>();
  for (const selector of selectorsOf(cluster)) {
    const { matchLabels = {}, matchExpressions = [] } = selector;
    if (Object.hasOwn(matchLabels, key)) values.add(matchLabels[key]!);
    for (const expression of matchExpressions) {
      if (expression.key === key) for (const value of expression.values ?? []) values.add(value);
    }
  }
  return [...values].map((text) => ({ form: 'exact', text }));
}

function selectorsOf(cluster: Cluster): readonly LabelSelector[] {
  const { network, admin } = cluster.policies;
  const ofNetwork = [...network.values()]
    .flat()
    .flatMap(({ spec }) => [
      ...(spec.ingress ?? []).flatMap((rule) => rule.peers ?? []),
      ...(spec.egress ?? []).flatMap((rule) => rule.peers ?? []),
    ]);
  const ofAdmin = admin.flatMap(({ spec }) => [
    spec.subject,
    ...[...(spec.ingress ?? []), ...(spec.egress ?? [])].flatMap((rule) => rule.peers),
  ]);
  return [
    ...ofNetwork.flatMap((peer) => peer.namespaceSelector ?? []),
    ...ofAdmin.flatMap(({ namespaces, pods }) => [namespaces ?? [], pods?.namespaceSelector ?? []].flat()),
  ];
}
