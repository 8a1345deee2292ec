import type { Rendering, Value, Values } from '../istio/components/index.ts';
import type { JsonValue } from './json-value.ts';

/** A chart or component of Istio with what it renders as its NetworkPolicy. */
export interface ComponentEntry {
  /** The chart's name; of a component of istioctl its own. */
  readonly component: string;
  readonly namespace: string;
  /** The template, as Helm names it: `istiod/templates/networkpolicy.yaml`. */
  readonly template: string;
  readonly rendering: Rendering;
  /** The policy where it is another than the template gives: patched by overlays. */
  readonly object?: Values;
}

/** An entry that has a policy, with the policy as data. */
export interface RenderedEntry extends Omit<ComponentEntry, 'object'> {
  readonly object: { readonly [key: string]: JsonValue };
}

/** The entries that have a policy, in their order. */
export function renderedEntries(entries: readonly ComponentEntry[]): readonly RenderedEntry[] {
  return entries.flatMap((entry) => {
    if (entry.rendering.kind !== 'policy') return [];
    const policy = entry.object ?? (entry.rendering.policy as unknown as Values);
    const object = valueToJson(policy);
    return [{ ...entry, object: ordered(object as { [key: string]: JsonValue }) }];
  });
}

const firstFields = ['apiVersion', 'kind', 'metadata', 'spec'];

function ordered(object: { readonly [key: string]: JsonValue }): { readonly [key: string]: JsonValue } {
  const names = [...firstFields.filter((name) => Object.hasOwn(object, name)), ...Object.keys(object)];
  return Object.fromEntries([...new Set(names)].map((name) => [name, object[name]!]));
}

/** Integers beyond what a float holds are none in a policy: what YAML gives is a float already. */
function valueToJson(value: Value): JsonValue {
  if (typeof value === 'bigint') return Number(value);
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(valueToJson);
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, valueToJson(member)]));
}
