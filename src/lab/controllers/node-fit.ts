import { selectsLabels } from '../../cluster/index.ts';
import type { LabelSelectorRequirement } from '../../model/index.ts';
import type { PodSpec, StringMap } from '../store/index.ts';
import type { Node, Taint } from './types.ts';

interface NodeRequirement {
  readonly key: string;
  readonly operator: 'In' | 'NotIn' | 'Exists' | 'DoesNotExist' | 'Gt' | 'Lt';
  readonly values?: readonly string[];
}

interface NodeSelectorTerm {
  readonly matchExpressions?: readonly NodeRequirement[];
  readonly matchFields?: readonly NodeRequirement[];
}

export interface Toleration {
  readonly key?: string;
  readonly operator?: 'Exists' | 'Equal';
  readonly value?: string;
  readonly effect?: string;
  readonly tolerationSeconds?: number;
}

/** The taint that a cordoned node counts as having. */
const unschedulableTaint: Taint = { key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule' };

/** Does the node meet `nodeSelector` and the required node affinity? Terms are alternatives; one without conditions never holds. */
export function matchesNode(spec: PodSpec, { metadata }: Node): boolean {
  const labels = metadata.labels ?? {};
  const { nodeSelector } = spec as { readonly nodeSelector?: StringMap };
  if (nodeSelector !== undefined && !selectsLabels({ matchLabels: nodeSelector }, labels)) return false;
  const terms = requiredTerms(spec);
  if (terms === undefined) return true;
  return terms.some(({ matchExpressions = [], matchFields = [] }) => {
    if (matchExpressions.length + matchFields.length === 0) return false;
    return (
      matchExpressions.every((each) => holds(each, labels)) &&
      matchFields.every((each) => holds(each, { 'metadata.name': metadata.name }))
    );
  });
}

/** The first taint that keeps the pod off the node. */
export function untoleratedTaint(spec: PodSpec, { spec: node }: Node): Taint | undefined {
  return node?.taints?.find(
    (taint) => taint.effect !== 'PreferNoSchedule' && !tolerates(tolerationsOf(spec), taint),
  );
}

/** True for a node that takes no new pods, unless the pod tolerates that. */
export function isCordonedFor(spec: PodSpec, { spec: node }: Node): boolean {
  return node?.unschedulable === true && !tolerates(tolerationsOf(spec), unschedulableTaint);
}

function tolerationsOf(spec: PodSpec): readonly Toleration[] {
  return (spec as { readonly tolerations?: readonly Toleration[] }).tolerations ?? [];
}

function tolerates(tolerations: readonly Toleration[], taint: Taint): boolean {
  return tolerations.some(({ key, operator = 'Equal', value = '', effect }) => {
    if (effect && effect !== taint.effect) return false;
    if (key && key !== taint.key) return false;
    if (operator === 'Exists') return true;
    return Boolean(key) && value === (taint.value ?? '');
  });
}

function requiredTerms(spec: PodSpec): readonly NodeSelectorTerm[] | undefined {
  const { affinity } = spec as {
    readonly affinity?: {
      readonly nodeAffinity?: {
        readonly requiredDuringSchedulingIgnoredDuringExecution?: {
          readonly nodeSelectorTerms?: readonly NodeSelectorTerm[];
        };
      };
    };
  };
  const required = affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution;
  return required === undefined ? undefined : (required.nodeSelectorTerms ?? []);
}

function holds({ key, operator, values = [] }: NodeRequirement, labels: StringMap): boolean {
  if (operator !== 'Gt' && operator !== 'Lt') {
    const requirement: LabelSelectorRequirement = { key, operator, values };
    return selectsLabels({ matchExpressions: [requirement] }, labels);
  }
  const value = Object.hasOwn(labels, key) ? Number.parseInt(labels[key]!, 10) : Number.NaN;
  const limit = Number.parseInt(values[0] ?? '', 10);
  return operator === 'Gt' ? value > limit : value < limit;
}
