import type { NewObject, StringMap } from '../store/index.ts';
import { indexAnnotation, isIndexed } from './job-status.ts';
import { podFromTemplate } from './pods.ts';
import type { Job } from './types.ts';

/** The labels by which a job knows its pods; both the old names and the new ones. */
function jobLabels({ metadata }: Job): StringMap {
  return {
    'batch.kubernetes.io/controller-uid': metadata.uid,
    'batch.kubernetes.io/job-name': metadata.name,
    'controller-uid': metadata.uid,
    'job-name': metadata.name,
  };
}

/** A new job with the selector that the API gives it and the labels that go with it. One that brings its own keeps it. Source: the job strategy's generateSelector. */
export function withSelector(job: Job): Job {
  const { spec } = job;
  if (spec.manualSelector === true || spec.selector !== undefined) return job;
  const labels = jobLabels(job);
  const { metadata } = spec.template;
  const all = { ...metadata?.labels, ...labels };
  const own = job.metadata.labels ?? {};
  return {
    ...job,
    // A Job without labels shows those of its pods.
    metadata: { ...job.metadata, labels: Object.keys(own).length === 0 ? all : own },
    spec: {
      ...spec,
      selector: { matchLabels: { 'batch.kubernetes.io/controller-uid': job.metadata.uid } },
      template: { ...spec.template, metadata: { ...metadata, labels: all } },
    },
  };
}

/** A pod of the job, of an Indexed one for that index. */
export function jobPod(job: Job, index: number | undefined): NewObject {
  const pod = podFromTemplate(job, job.spec.template);
  if (index === undefined || !isIndexed(job)) return pod;
  const { labels, annotations } = pod.metadata;
  const spec = job.spec.template.spec;
  const fieldPath = `metadata.labels['${indexAnnotation}']`;
  const variable = { name: 'JOB_COMPLETION_INDEX', valueFrom: { fieldRef: { apiVersion: 'v1', fieldPath } } };
  const withIndex = <T extends { readonly env?: readonly { readonly name: string }[] }>(container: T): T =>
    container.env?.some(({ name }) => name === variable.name)
      ? container
      : { ...container, env: [...(container.env ?? []), variable] };
  return {
    ...pod,
    metadata: {
      ...pod.metadata,
      generateName: `${job.metadata.name}-${index}-`,
      labels: { ...labels, [indexAnnotation]: String(index) },
      annotations: { ...annotations, [indexAnnotation]: String(index) },
    },
    spec: {
      ...spec,
      hostname: `${job.metadata.name}-${index}`,
      containers: spec.containers.map(withIndex),
      ...(spec.initContainers === undefined ? {} : { initContainers: spec.initContainers.map(withIndex) }),
    },
  };
}
