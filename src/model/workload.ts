import type { Labels } from './labels.ts';
import type { KindedObject, ObjectMeta } from './object.ts';

export type Protocol = 'TCP' | 'UDP' | 'SCTP';

export interface Namespace extends KindedObject {
  readonly kind: 'Namespace';
}

export interface Node extends KindedObject {
  readonly kind: 'Node';
  /** status.addresses, host names left out. */
  readonly addresses: readonly string[];
}

export interface ContainerPort {
  readonly name?: string;
  readonly containerPort: number;
  readonly protocol: Protocol;
}

export interface Container {
  readonly name: string;
  readonly image: string;
  readonly ports: readonly ContainerPort[];
  /** An init container with restartPolicy Always (a sidecar container). */
  readonly restartable: boolean;
  readonly init: boolean;
}

export interface PodSpec {
  readonly nodeName?: string;
  readonly hostNetwork: boolean;
  readonly serviceAccountName: string;
  readonly containers: readonly Container[];
}

export interface Pod extends KindedObject {
  readonly kind: 'Pod';
  readonly spec: PodSpec;
  readonly status: {
    readonly phase?: string;
    readonly podIPs: readonly string[];
    readonly hostIPs: readonly string[];
    /** False where the condition Ready says so: Services leave such a pod out. */
    readonly ready: boolean;
  };
}

export interface PodTemplate {
  /** Only labels and annotations matter; name and namespace are the owner's. */
  readonly metadata: Pick<ObjectMeta, 'labels' | 'annotations'>;
  readonly spec: PodSpec;
}

/** An object that makes pods. For a CronJob the template is that of its jobs. */
export interface PodOwner extends KindedObject {
  readonly kind: 'Deployment' | 'StatefulSet' | 'DaemonSet' | 'ReplicaSet' | 'Job' | 'CronJob';
  readonly replicas: number;
  readonly template: PodTemplate;
}

export interface ServiceAccount extends KindedObject {
  readonly kind: 'ServiceAccount';
}

export interface ServicePort {
  readonly name?: string;
  readonly port: number;
  readonly protocol: Protocol;
  /** A number, or the name of a container port; absent = the same as `port`. */
  readonly targetPort?: number | string;
  readonly nodePort?: number;
  readonly appProtocol?: string;
}

export interface Service extends KindedObject {
  readonly kind: 'Service';
  readonly spec: {
    readonly type: 'ClusterIP' | 'NodePort' | 'LoadBalancer' | 'ExternalName';
    /** `None` for a headless Service; empty where the server has not given one. */
    readonly clusterIPs: readonly string[];
    readonly externalIPs: readonly string[];
    readonly externalName?: string;
    readonly selector?: Labels;
    readonly ports: readonly ServicePort[];
    readonly publishNotReadyAddresses: boolean;
    /** Cluster: clients outside may appear with a node's address. Local: with their own. */
    readonly externalTrafficPolicy: 'Cluster' | 'Local';
  };
  /** Addresses of status.loadBalancer.ingress. */
  readonly loadBalancerIPs: readonly string[];
}

export interface EndpointSlice extends KindedObject {
  readonly kind: 'EndpointSlice';
  /** The Service it belongs to (label kubernetes.io/service-name). */
  readonly service?: string;
  readonly addressType: 'IPv4' | 'IPv6' | 'FQDN';
  readonly endpoints: readonly {
    readonly addresses: readonly string[];
    readonly ready: boolean;
    /** Name of the pod, where targetRef names one. */
    readonly pod?: string;
  }[];
  readonly ports: readonly { readonly name?: string; readonly port?: number; readonly protocol: Protocol }[];
}
