import type { NewObject, ObjectMeta, PodSpec, StringMap } from '../../store/index.ts';
import { initContainer, proxyContainer } from './containers.ts';
import { rewriteProbes } from './probes.ts';

/** A pod on its way into the store. */
export interface PodToBe extends NewObject {
  readonly spec: PodSpec;
}

/** The pod with Istio's sidecar in it: containers, labels and annotations of Istio's injection template. */
export function injectSidecar<T extends PodToBe>(pod: T): T {
  const { metadata, spec } = pod;
  const annotations = metadata.annotations ?? {};
  const { namespace = 'default', labels = {} } = metadata;
  const [first] = spec.containers;
  const app: StringMap =
    first === undefined
      ? {}
      : {
          'kubectl.kubernetes.io/default-logs-container': first.name,
          'kubectl.kubernetes.io/default-container': first.name,
        };
  return {
    ...pod,
    metadata: {
      ...metadata,
      labels: { ...meshLabels(metadata), ...labels },
      annotations: { ...app, 'istio.io/rev': 'default', ...annotations, 'sidecar.istio.io/status': status },
    },
    spec: {
      ...spec,
      initContainers: [...(spec.initContainers ?? []), initContainer(annotations)],
      containers: [
        ...rewriteProbes(annotations, spec.containers),
        proxyContainer(annotations, namespace, spec),
      ],
    },
  };
}

const status = JSON.stringify({
  initContainers: ['istio-init'],
  containers: ['istio-proxy'],
  volumes: null,
  imagePullSecrets: null,
  revision: 'default',
});

/** Labels that the template gives where the pod has none of its own. */
function meshLabels(metadata: Partial<ObjectMeta>): StringMap {
  const labels = metadata.labels ?? {};
  const name = labels['app.kubernetes.io/name'] ?? labels.app ?? workloadName(metadata);
  const revision = labels['app.kubernetes.io/version'] ?? labels.version ?? 'latest';
  return {
    'security.istio.io/tlsMode': 'istio',
    'service.istio.io/canonical-name': name.slice(0, 63).replace(/^[-_.]+|[-_.]+$/g, ''),
    'service.istio.io/canonical-revision': revision,
  };
}

/** Name of the Deployment or the like that the pod belongs to; its own where it stands alone. */
function workloadName({ name, generateName, ownerReferences, labels }: Partial<ObjectMeta>): string {
  const owner = ownerReferences?.find(({ controller }) => controller === true);
  const hash = labels?.['pod-template-hash'];
  if (owner?.kind === 'ReplicaSet' && hash !== undefined && owner.name.endsWith(`-${hash}`)) {
    return owner.name.slice(0, -hash.length - 1);
  }
  return owner?.name ?? name ?? generateName ?? '';
}
