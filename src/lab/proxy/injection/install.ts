import { membershipOf } from '../../../cluster/index.ts';
import { defaultMesh, type KnownLabels, type Mesh } from '../../../model/index.ts';
import type { ApiObject, Pod, Store } from '../../store/index.ts';
import { injectSidecar } from './inject.ts';

export interface InjectionSettings {
  /** MeshConfig at this moment, and what istiod was installed with; Istio's defaults without it. */
  readonly settings?: () => Mesh;
}

/**
 * Injects sidecars into pods as they are created, where the labels of namespace and pod say so, by the engine's own rule. The lab has Istio's default revision and no other, unless the
 * settings name some. Labels that change later change nothing for pods that are there.
 */
export function installInjection(
  store: Store,
  { settings = () => defaultMesh }: InjectionSettings = {},
): void {
  store.admit('pods', (object, previous) => {
    if (previous !== undefined) return object;
    const pod = object as Pod;
    return isToBeInjected(store, pod, settings()) ? injectSidecar(pod) : pod;
  });
}

function isToBeInjected(store: Store, { metadata, spec }: Pod, mesh: Mesh): boolean {
  const { namespace = 'default', labels = {}, annotations = {} } = metadata;
  const injected = spec.containers.some(({ name }) => name === 'istio-proxy');
  if (injected || annotations['sidecar.istio.io/status'] !== undefined) return false;
  const subject = {
    namespace,
    labels,
    annotations,
    hostNetwork: spec.hostNetwork === true,
    containers: spec.containers,
    observed: false,
    gateway: false,
    waypoint: false,
  };
  const withRevisions = { ...mesh, revisions: mesh.revisions ?? [''] };
  const { kind } = membershipOf(subject, namespaceLabels(store, namespace), withRevisions, {
    sidecars: true,
    ambient: false,
  });
  return kind === 'sidecar';
}

function namespaceLabels(store: Store, name: string): KnownLabels {
  const namespace = store.get<ApiObject>('namespaces', name);
  return { labels: namespace?.metadata.labels ?? {}, complete: true };
}
