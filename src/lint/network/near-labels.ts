import { type ClusterPod, countFailedRequirements, describeFailedRequirements } from '../../cluster/index.ts';
import { type KnownLabels, type LabelSelector, labelOf } from '../../model/index.ts';
import { isSlip } from './slip.ts';

/** Something with labels, and what it is called. */
export interface Labelled {
  readonly name: string;
  readonly labels: KnownLabels;
}

/** What a selector that picks nothing came closest to. */
export interface NearLabels {
  /** One line: `web has app=web, not app=wbe`. */
  readonly text: string;
  /** True where a slip of the pen is likely: one condition fails, by a few letters. */
  readonly likely: boolean;
}

/** The thing that fails but one condition of several, or one by a slip of the pen, which goes first; undefined where nothing is as near. */
export function findNearLabels(selector: LabelSelector, things: readonly Labelled[]): NearLabels | undefined {
  let near: NearLabels | undefined;
  for (const { name, labels } of things) {
    if (countFailedRequirements(selector, labels) !== 1) continue;
    const slip = findSlip(selector, labels);
    if (slip !== undefined) return { text: `${name}: ${slip}`, likely: true };
    if (near !== undefined || sizeOf(selector) === 1) continue;
    const [failure] = describeFailedRequirements(selector, labels, []);
    near = { text: `${name} has ${failure!.got} where ${failure!.wanted} is asked for`, likely: false };
  }
  return near;
}

function sizeOf({ matchLabels = {}, matchExpressions = [] }: LabelSelector): number {
  return Object.keys(matchLabels).length + matchExpressions.length;
}

/** The one condition that fails, where a value or a key of these labels is a slip away. */
function findSlip(selector: LabelSelector, { labels }: KnownLabels): string | undefined {
  for (const { key, values } of wantedValues(selector)) {
    const value = labelOf(labels, key);
    if (value !== undefined && values.includes(value)) continue;
    if (value !== undefined) {
      const near = values.find((other) => isSlip(value, other));
      if (near !== undefined) return `it has ${key}=${value}, and ${key}=${near} is asked for`;
      continue;
    }
    const other = Object.keys(labels).find((name) => isSlip(key, name));
    if (other !== undefined && values.includes(labelOf(labels, other)!)) {
      return `it has ${other}=${labelOf(labels, other)}, and ${key}=${labelOf(labels, other)} is asked for`;
    }
  }
  return undefined;
}

function wantedValues({
  matchLabels = {},
  matchExpressions = [],
}: LabelSelector): { readonly key: string; readonly values: readonly string[] }[] {
  return [
    ...Object.entries(matchLabels).map(([key, value]) => ({ key, values: [value] })),
    ...matchExpressions.flatMap(({ key, operator, values = [] }) =>
      operator === 'In' ? [{ key, values }] : [],
    ),
  ];
}

/** Pods as things with labels. */
export function labelledPods(pods: readonly ClusterPod[]): readonly Labelled[] {
  return pods.map(({ key, labels }) => ({ name: key, labels: { labels, complete: true } }));
}
