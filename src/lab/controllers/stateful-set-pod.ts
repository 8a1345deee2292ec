import type { NewObject, Pod } from '../store/index.ts';
import { podFromTemplate } from './pods.ts';
import { templateOf } from './revisions.ts';
import type { ControllerRevision, StatefulSet } from './types.ts';

export const revisionLabel = 'controller-revision-hash';

/** The number in a pod's name; undefined for a pod that is not named as those of the set are. */
export function ordinalOf({ metadata }: StatefulSet, name: string): number | undefined {
  const prefix = `${metadata.name}-`;
  const digits = name.slice(prefix.length);
  return name.startsWith(prefix) && /^(0|[1-9]\d{0,8})$/.test(digits) ? Number(digits) : undefined;
}

/** The revision whose template a pod was made from. */
export function revisionOfPod({ metadata }: Pod): string | undefined {
  return metadata.labels?.[revisionLabel];
}

/** The pod of one ordinal, with the identity that goes with it. Volumes of claims are emptyDirs here. */
export function statefulPod(set: StatefulSet, ordinal: number, revision: ControllerRevision): NewObject {
  const name = `${set.metadata.name}-${ordinal}`;
  const template = templateOf(revision);
  const pod = podFromTemplate(set, template, name);
  const claimed = (set.spec.volumeClaimTemplates ?? []).map(({ metadata }) => metadata.name);
  const volumes = [
    ...(template.spec.volumes ?? []).filter((volume) => !claimed.includes(volume.name)),
    ...claimed.map((volume) => ({ name: volume, emptyDir: {} })),
  ];
  return {
    ...pod,
    metadata: {
      ...pod.metadata,
      labels: {
        ...pod.metadata.labels,
        'apps.kubernetes.io/pod-index': String(ordinal),
        [revisionLabel]: revision.metadata.name,
        'statefulset.kubernetes.io/pod-name': name,
      },
    },
    spec: {
      ...template.spec,
      hostname: name,
      ...(set.spec.serviceName ? { subdomain: set.spec.serviceName } : {}),
      ...(volumes.length > 0 && { volumes }),
    },
  };
}
