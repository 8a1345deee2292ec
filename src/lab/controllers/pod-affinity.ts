import { selectsLabels } from '../../cluster/index.ts';
import type { LabelSelector } from '../../model/index.ts';
import type { Pod } from '../store/index.ts';
import type { Context } from './context.ts';
import { isFinished } from './pod-state.ts';
import type { Node } from './types.ts';

interface PodAffinityTerm {
  readonly labelSelector?: LabelSelector;
  readonly namespaces?: readonly string[];
  readonly namespaceSelector?: LabelSelector;
  readonly topologyKey: string;
}

interface PodAffinity {
  readonly requiredDuringSchedulingIgnoredDuringExecution?: readonly PodAffinityTerm[];
}

/**
 * Whom the pod wants beside it, whom not, and who wants not to be beside it: undefined where the node suits all, else the scheduler's words. `someRepel`: there are pods that repel others.
 */
export function podAffinityConflict(
  context: Context,
  pod: Pod,
  node: Node,
  someRepel: boolean,
): string | undefined {
  const { affinity, antiAffinity } = termsOf(pod);
  const wanted = [...affinity, ...antiAffinity];
  if (wanted.length === 0 && !someRepel) return undefined;
  const there = neighbours(context, pod);
  const labels = node.metadata.labels ?? {};
  const inDomain = ({ topologyKey }: PodAffinityTerm): boolean => Object.hasOwn(labels, topologyKey);
  const meets = (term: PodAffinityTerm): boolean =>
    inDomain(term) && there.some((other) => matches(context, pod, term, other));
  const alone = affinity.every((term) => inDomain(term) && matches(context, pod, term, pod));
  const nobodyYet = !there.some((other) => affinity.every((term) => matches(context, pod, term, other)));
  if (affinity.length > 0 && !affinity.every(meets) && !(alone && nobodyYet)) {
    return "node(s) didn't match pod affinity rules";
  }
  if (antiAffinity.some(meets)) return "node(s) didn't match pod anti-affinity rules";
  const repels = (other: Pod): boolean =>
    termsOf(other).antiAffinity.some((term) => inDomain(term) && matches(context, other, term, pod));
  if (there.some(repels)) return "node(s) didn't satisfy existing pods anti-affinity rules";
  return undefined;
}

/** Pods on the node, of which there is one: all that are placed and not finished. */
function neighbours({ store }: Context, pod: Pod): readonly Pod[] {
  return store
    .list<Pod>('pods')
    .filter((other) => other.metadata.uid !== pod.metadata.uid && other.spec.nodeName && !isFinished(other));
}

/** True for a pod that wants certain others not to be beside it. */
export function repelsOthers(pod: Pod): boolean {
  return pod.spec.affinity !== undefined && termsOf(pod).antiAffinity.length > 0;
}

function matches({ store }: Context, owner: Pod, term: PodAffinityTerm, other: Pod): boolean {
  const { labelSelector, namespaces, namespaceSelector } = term;
  const home = other.metadata.namespace!;
  const own = namespaceSelector === undefined && (namespaces ?? []).length === 0;
  const named = own ? home === owner.metadata.namespace : (namespaces ?? []).includes(home);
  const labels = store.get('namespaces', home)?.metadata.labels ?? {};
  const selected = namespaceSelector !== undefined && selectsLabels(namespaceSelector, labels);
  if (!named && !selected) return false;
  return labelSelector !== undefined && selectsLabels(labelSelector, other.metadata.labels ?? {});
}

function termsOf({ spec }: Pod): {
  readonly affinity: readonly PodAffinityTerm[];
  readonly antiAffinity: readonly PodAffinityTerm[];
} {
  const { podAffinity, podAntiAffinity } = (spec.affinity ?? {}) as {
    readonly podAffinity?: PodAffinity;
    readonly podAntiAffinity?: PodAffinity;
  };
  return {
    affinity: podAffinity?.requiredDuringSchedulingIgnoredDuringExecution ?? [],
    antiAffinity: podAntiAffinity?.requiredDuringSchedulingIgnoredDuringExecution ?? [],
  };
}
