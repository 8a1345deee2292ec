import { policyObject, type TightPolicy, type TightRule } from '../istio/tight/index.ts';
import { reasonsOf } from './component-tight-yaml.ts';
import type { JsonValue } from './json-value.ts';

/**
 * Least-privilege policies as one List, which kubectl applies. JSON has no comments: the reason of each rule is an annotation `portcullis.dev/ingress-0`, which `kubectl describe`
 * shows.
 */
export function tightToJson(policies: readonly TightPolicy[]): JsonValue {
  const items = policies.map((policy) => {
    const object = policyObject(policy);
    const annotations = { ...reasons('ingress', policy.ingress), ...reasons('egress', policy.egress) };
    return { ...object, metadata: { ...object.metadata, annotations } };
  });
  return { apiVersion: 'v1', kind: 'List', items } as unknown as JsonValue;
}

function reasons(direction: string, rules: readonly TightRule[]): Readonly<Record<string, string>> {
  return Object.fromEntries(
    rules.map((rule, index) => [`portcullis.dev/${direction}-${index}`, reasonsOf(rule).join(' | ')]),
  );
}
