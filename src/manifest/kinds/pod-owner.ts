import type { PodOwner, PodTemplate } from '../../model/index.ts';
import type { YamlNode } from '../../yaml/index.ts';
import { builtIn, type Decoder, fieldOf, labelsAt, numberAt } from '../kit/index.ts';
import { readPodSpec } from './pod-spec.ts';

/** The kinds that make pods, each with its own way to say how many. */
export const podOwnerDecoders: readonly Decoder<PodOwner>[] = [
  owner('apps', 'Deployment', (spec) => numberAt(spec, 'replicas') ?? 1),
  owner('apps', 'StatefulSet', (spec) => numberAt(spec, 'replicas') ?? 1),
  owner('apps', 'ReplicaSet', (spec) => numberAt(spec, 'replicas') ?? 1),
  // One for each node that suits it; how many that are, nobody can tell from the manifest.
  owner('apps', 'DaemonSet', () => 1),
  owner('batch', 'Job', readParallelism),
  owner('batch', 'CronJob', readParallelism),
];

function owner(
  group: string,
  kind: PodOwner['kind'],
  replicas: (spec: YamlNode | undefined) => number,
): Decoder<PodOwner> {
  return {
    group,
    versions: ['v1'],
    kind,
    namespaced: true,
    policy: false,
    custom: false,
    shape: builtIn(kind),
    decode(root, head) {
      const own = fieldOf(root, 'spec');
      const spec = kind === 'CronJob' ? fieldOf(fieldOf(own, 'jobTemplate'), 'spec') : own;
      return { ...head, kind, replicas: replicas(spec), template: readTemplate(fieldOf(spec, 'template')) };
    },
  };
}

/** Pods of a Job that run at a time: never more than are to be completed. */
function readParallelism(spec: YamlNode | undefined): number {
  const parallelism = numberAt(spec, 'parallelism') ?? 1;
  return Math.min(parallelism, numberAt(spec, 'completions') ?? parallelism);
}

function readTemplate(template: YamlNode | undefined): PodTemplate {
  const metadata = fieldOf(template, 'metadata');
  return {
    metadata: { labels: labelsAt(metadata, 'labels'), annotations: labelsAt(metadata, 'annotations') },
    spec: readPodSpec(fieldOf(template, 'spec')),
  };
}
