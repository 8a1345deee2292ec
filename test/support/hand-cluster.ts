import { buildCluster, type Cluster } from '../../src/cluster/index.ts';
import type {
  ContainerPort,
  KindedObject,
  ModelObject,
  Pod,
  PodOwner,
  PodSpec,
  Service,
} from '../../src/model/index.ts';

const source = { name: 'made.yaml', text: '' };

function objectOf<K extends string>(kind: K, namespace: string, name: string): KindedObject & { kind: K } {
  return {
    apiVersion: 'v1',
    kind,
    metadata: { name, namespace, labels: { app: name }, annotations: {} },
    origin: { source, start: 0, end: 0, locate: () => ({ source, start: 0, end: 0 }) },
  };
}

function specOf(ports: readonly ContainerPort[]): PodSpec {
  const container = { name: 'main', image: 'x', ports, restartable: false, init: false };
  return { hostNetwork: false, serviceAccountName: '', containers: [container] };
}

export function tcp(containerPort: number, name?: string): ContainerPort {
  return { containerPort, protocol: 'TCP', ...(name === undefined ? {} : { name }) };
}

export function madePod(
  namespace: string,
  name: string,
  ports: readonly ContainerPort[] = [],
  ip?: string,
): Pod {
  const status = { podIPs: ip === undefined ? [] : [ip], hostIPs: [], ready: true };
  return { ...objectOf('Pod', namespace, name), spec: specOf(ports), status };
}

export function madeOwner(
  kind: PodOwner['kind'],
  namespace: string,
  name: string,
  replicas: number,
  ports: readonly ContainerPort[] = [],
): PodOwner {
  const template = { metadata: { labels: { app: name }, annotations: {} }, spec: specOf(ports) };
  return { ...objectOf(kind, namespace, name), replicas, template };
}

/** A pod that belongs to an owner. */
export function ownedPod(owner: PodOwner, name: string): Pod {
  const pod = madePod(owner.metadata.namespace, name);
  const ownerReferences = [{ kind: owner.kind, name: owner.metadata.name, controller: true }];
  return { ...pod, metadata: { ...pod.metadata, ownerReferences } };
}

export function madeService(namespace: string, name: string, ...ports: readonly ContainerPort[]): Service {
  return {
    ...objectOf('Service', namespace, name),
    spec: {
      type: 'ClusterIP',
      clusterIPs: [],
      externalIPs: [],
      selector: { app: name },
      ports: ports.map(({ containerPort, ...port }) => ({ ...port, port: containerPort })),
      publishNotReadyAddresses: false,
      externalTrafficPolicy: 'Cluster',
    },
    loadBalancerIPs: [],
  };
}

export function madeNode(name: string): ModelObject {
  return { ...objectOf('Node', '', name), addresses: ['192.168.0.1'] };
}

export function madeCluster(...objects: readonly ModelObject[]): Cluster {
  return buildCluster({ objects, foreign: [], rejected: [] });
}
