import { type KindedObject, labelOf, type Mesh, type ModelObject } from '../model/index.ts';
import type { ClusterNamespace } from './cluster.ts';
import type { ClusterInput } from './input.ts';
import type { MeshTraces } from './membership.ts';

const istioKinds = new Set([
  'AuthorizationPolicy',
  'PeerAuthentication',
  'RequestAuthentication',
  'DestinationRule',
  'ServiceEntry',
]);
const sidecarKeys = ['istio-injection', 'istio.io/rev', 'sidecar.istio.io/inject', 'sidecar.istio.io/status'];

/**
 * Looks for signs of Istio's data planes. Where there are none, an unknown namespace label such as `istio-injection` can't change
 * a verdict: the policies and pods are those given, and none of them is Istio's.
 */
export function findTraces(
  { objects, foreign, rejected, mesh: configured }: ClusterInput,
  mesh: Mesh,
  namespaces: ReadonlyMap<string, ClusterNamespace>,
): MeshTraces {
  let sidecars =
    configured !== undefined ||
    mesh.injectByDefault ||
    (mesh.revisions?.length ?? 0) > 0 ||
    foreign.some(isOfIstio) ||
    rejected.some(({ object }) => isOfIstio(object));
  let ambient = mesh.ambient === true;
  for (const namespace of namespaces.values()) {
    sidecars ||= sidecarKeys.some((key) => labelOf(namespace.labels.labels, key) !== undefined);
    ambient ||= labelOf(namespace.labels.labels, 'istio.io/dataplane-mode') !== undefined;
  }
  for (const object of objects) {
    sidecars ||= istioKinds.has(object.kind) || asksForSidecar(object);
    ambient ||= asksForAmbient(object);
    if (sidecars && ambient) break;
  }
  return { sidecars, ambient };
}

function isOfIstio({ apiVersion }: KindedObject): boolean {
  return /^[a-z]+\.istio\.io\//.test(apiVersion);
}

function asksForSidecar(object: ModelObject): boolean {
  return metadataOf(object).some(({ labels, annotations }) =>
    sidecarKeys.some((key) => labelOf(labels, key) !== undefined || labelOf(annotations, key) !== undefined),
  );
}

function asksForAmbient(object: ModelObject): boolean {
  if (object.kind === 'Gateway') return object.spec.gatewayClassName === 'istio-waypoint';
  return metadataOf(object).some(
    ({ labels, annotations }) =>
      labelOf(labels, 'istio.io/dataplane-mode') === 'ambient' ||
      labelOf(labels, 'istio.io/use-waypoint') !== undefined ||
      labelOf(annotations, 'ambient.istio.io/redirection') !== undefined,
  );
}

function metadataOf(object: ModelObject): readonly Pick<ModelObject['metadata'], 'labels' | 'annotations'>[] {
  return 'template' in object ? [object.metadata, object.template.metadata] : [object.metadata];
}
