import type { NewObject, Pod } from '../store/index.ts';
import type { Toleration } from './node-fit.ts';
import { podFromTemplate } from './pods.ts';
import { revisionLabel } from './stateful-set-pod.ts';
import type { DaemonSet } from './types.ts';

export const generationAnnotation = 'deprecated.daemonset.template.generation';

/** What every daemon bears. Source: AddOrUpdateDaemonPodTolerations. */
const tolerated: readonly Toleration[] = [
  { key: 'node.kubernetes.io/not-ready', operator: 'Exists', effect: 'NoExecute' },
  { key: 'node.kubernetes.io/unreachable', operator: 'Exists', effect: 'NoExecute' },
  { key: 'node.kubernetes.io/disk-pressure', operator: 'Exists', effect: 'NoSchedule' },
  { key: 'node.kubernetes.io/memory-pressure', operator: 'Exists', effect: 'NoSchedule' },
  { key: 'node.kubernetes.io/pid-pressure', operator: 'Exists', effect: 'NoSchedule' },
  { key: 'node.kubernetes.io/unschedulable', operator: 'Exists', effect: 'NoSchedule' },
];
const onTheNodesNetwork: Toleration = {
  key: 'node.kubernetes.io/network-unavailable',
  operator: 'Exists',
  effect: 'NoSchedule',
};

/** A pod of the set, not yet meant for a node. */
export function daemonPod(set: DaemonSet, hash: string): NewObject {
  const { template } = set.spec;
  const pod = podFromTemplate(set, template);
  const { tolerations = [] } = template.spec as { readonly tolerations?: readonly Toleration[] };
  const generation = set.metadata.annotations?.[generationAnnotation] ?? String(set.metadata.generation ?? 1);
  return {
    ...pod,
    metadata: {
      ...pod.metadata,
      labels: {
        ...pod.metadata.labels,
        [revisionLabel]: hash,
        'pod-template-generation': generation,
      },
    },
    spec: {
      ...template.spec,
      tolerations: [
        ...tolerations,
        ...tolerated,
        ...(template.spec.hostNetwork === true ? [onTheNodesNetwork] : []),
      ],
    },
  };
}

/** The node of a daemon: where it runs, or where it is meant to. */
export function placedOn({ spec }: Pod): string | undefined {
  if (spec.nodeName) return spec.nodeName;
  const { affinity } = spec as {
    readonly affinity?: {
      readonly nodeAffinity?: {
        readonly requiredDuringSchedulingIgnoredDuringExecution?: {
          readonly nodeSelectorTerms?: readonly {
            readonly matchFields?: readonly { readonly values?: readonly string[] }[];
          }[];
        };
      };
    };
  };
  return affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms?.[0]
    ?.matchFields?.[0]?.values?.[0];
}
