import type { Cluster, ClusterPod } from '../../cluster/index.ts';
import type { KindedObject, Labels, Protocol } from '../../model/index.ts';

/** A pod of the platform as its usual installation makes it, for manifests that leave the platform out. */
export interface SystemPod {
  readonly namespace: string;
  readonly name: string;
  readonly labels: Labels;
  readonly port: number;
  readonly protocols: readonly Protocol[];
}

/** The cluster's DNS as kubeadm and its chart install it. */
export const dnsPod: SystemPod = {
  namespace: 'kube-system',
  name: 'coredns',
  labels: {
    'k8s-app': 'kube-dns',
    'app.kubernetes.io/name': 'coredns',
    'app.kubernetes.io/instance': 'coredns',
  },
  port: 53,
  protocols: ['UDP', 'TCP'],
};

/** istiod as its chart installs it. */
export function istiodPod(namespace: string): SystemPod {
  return {
    namespace,
    name: 'istiod',
    labels: {
      app: 'istiod',
      istio: 'pilot',
      'istio.io/rev': 'default',
      'app.kubernetes.io/name': 'istiod',
      'app.kubernetes.io/part-of': 'istio',
    },
    port: 15012,
    protocols: ['TCP'],
  };
}

/** The cluster with such a pod in it. Labels of its namespace are what the manifests say, and without a Namespace object not known. */
export function withSystemPod(cluster: Cluster, system: SystemPod): Cluster {
  const { namespace, name, labels, port, protocols } = system;
  const key = `${namespace}/${name}`;
  const known = cluster.namespaces.get(namespace) ?? {
    name: namespace,
    labels: { labels: { 'kubernetes.io/metadata.name': namespace }, complete: false },
  };
  const ports = protocols.map((protocol) => ({ containerPort: port, protocol }));
  const object = madeUp(namespace, name);
  const pod: ClusterPod = {
    key,
    namespace,
    name,
    labels,
    annotations: {},
    serviceAccount: 'default',
    hostNetwork: false,
    node: undefined,
    addresses: [],
    ports,
    ready: true,
    services: [],
    owner: undefined,
    membership: { kind: 'none', why: 'it belongs to the platform' },
    enrolment: {
      namespace,
      labels,
      annotations: {},
      hostNetwork: false,
      containers: [],
      observed: false,
      gateway: false,
      waypoint: false,
    },
    policyTarget: { namespace, labels, waypoint: false, services: [] },
    object,
    view: { namespace, name, labels, namespaceLabels: known.labels, ports },
  };
  return {
    ...cluster,
    namespaces: new Map([...cluster.namespaces, [namespace, known]]),
    pods: new Map([...cluster.pods, [key, pod]]),
  };
}

function madeUp(namespace: string, name: string): KindedObject {
  const source = { name: '', text: '' };
  const span = { source, start: 0, end: 0 };
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace, labels: {}, annotations: {} },
    origin: { ...span, locate: () => span },
  };
}
