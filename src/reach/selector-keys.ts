import type { LabelSelector } from '../model/index.ts';

/** Names a set of pods: equal for selectors that are written alike. */
export function podsKey(
  namespace: string,
  namespaceSelector: LabelSelector | undefined,
  podSelector: LabelSelector | undefined,
): string {
  const where = namespaceSelector === undefined ? namespace : selectorKey(namespaceSelector);
  return `${where} ${podSelector === undefined ? '' : selectorKey(podSelector)}`;
}

/** A selector as text. */
export function selectorKey({ matchLabels, matchExpressions }: LabelSelector): string {
  let key = '{';
  for (const label in matchLabels) key += `${label}=${matchLabels[label]},`;
  if (matchExpressions !== undefined && matchExpressions.length > 0) key += JSON.stringify(matchExpressions);
  return `${key}}`;
}
