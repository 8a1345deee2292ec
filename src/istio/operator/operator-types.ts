/** A type of Go as encoding/json decodes into it. `unchecked` stands for types of Kubernetes that are not looked into. */
export type GoType =
  | { readonly kind: 'string' | 'bool' | 'integer or text' | 'raw' | 'unchecked' }
  | { readonly kind: 'integer'; readonly name: 'int32' | 'int64' | 'uint32' }
  | { readonly kind: 'list'; readonly of: GoType }
  | { readonly kind: 'map'; readonly of: GoType }
  | GoStruct;

/** A struct of Go; `name` as Go's errors write it. */
export interface GoStruct {
  readonly kind: 'struct';
  readonly package: string;
  readonly name: string;
  readonly fields: Readonly<Record<string, GoType>>;
  /** A struct that is embedded, whose name Go's errors have in the path to its fields. */
  readonly embedded?: { readonly name: string; readonly fields: readonly string[] };
}

const text: GoType = { kind: 'string' };
/** `apis.BoolValue`, which reads itself: a value that is none stops the decoder at once. */
const bool: GoType = { kind: 'bool' };
const plainBool: GoType = { kind: 'unchecked' };
const raw: GoType = { kind: 'raw' };
const unchecked: GoType = { kind: 'unchecked' };
const int32: GoType = { kind: 'integer', name: 'int32' };
const texts: GoType = { kind: 'list', of: text };
const textMap: GoType = { kind: 'map', of: text };

const apis = (name: string, fields: GoStruct['fields']): GoStruct => ({
  kind: 'struct',
  package: 'apis',
  name,
  fields,
});
const core = (name: string, fields: GoStruct['fields']): GoStruct => ({
  kind: 'struct',
  package: 'v1',
  name,
  fields,
});

const servicePort = core('ServicePort', {
  name: text,
  protocol: text,
  appProtocol: text,
  port: int32,
  targetPort: { kind: 'integer or text' },
  nodePort: int32,
});

const serviceSpec = core('ServiceSpec', {
  ports: { kind: 'list', of: servicePort },
  selector: textMap,
  clusterIP: text,
  clusterIPs: texts,
  type: text,
  externalIPs: texts,
  sessionAffinity: text,
  loadBalancerIP: text,
  loadBalancerSourceRanges: texts,
  externalName: text,
  externalTrafficPolicy: text,
  healthCheckNodePort: int32,
  publishNotReadyAddresses: plainBool,
  sessionAffinityConfig: unchecked,
  ipFamilies: unchecked,
  ipFamilyPolicy: text,
  allocateLoadBalancerNodePorts: plainBool,
  loadBalancerClass: text,
  internalTrafficPolicy: text,
  trafficDistribution: text,
});

const overlay = apis('KubernetesOverlay', {
  apiVersion: text,
  kind: text,
  name: text,
  patches: { kind: 'list', of: apis('Patch', { path: text, value: raw }) },
});

const kubernetesResources = apis('KubernetesResources', {
  affinity: unchecked,
  env: unchecked,
  hpaSpec: unchecked,
  imagePullPolicy: text,
  nodeSelector: textMap,
  podDisruptionBudget: unchecked,
  podAnnotations: textMap,
  priorityClassName: text,
  readinessProbe: unchecked,
  replicaCount: { kind: 'integer', name: 'uint32' },
  resources: unchecked,
  service: serviceSpec,
  strategy: unchecked,
  tolerations: unchecked,
  serviceAnnotations: textMap,
  securityContext: unchecked,
  volumes: unchecked,
  volumeMounts: unchecked,
  overlays: { kind: 'list', of: overlay },
});

const componentFields = { enabled: bool, namespace: text, hub: text, tag: raw, k8s: kubernetesResources };
const component = apis('ComponentSpec', componentFields);
const gateways: GoType = {
  kind: 'list',
  of: {
    ...apis('GatewayComponentSpec', { ...componentFields, name: text, label: textMap }),
    embedded: { name: 'ComponentSpec', fields: Object.keys(componentFields) },
  },
};

const components = apis('IstioComponentSpec', {
  base: apis('BaseComponentSpec', { enabled: bool, k8s: kubernetesResources }),
  pilot: component,
  cni: component,
  ztunnel: component,
  istiodRemote: component,
  ingressGateways: gateways,
  egressGateways: gateways,
});

const spec = apis('IstioOperatorSpec', {
  profile: text,
  installPackagePath: text,
  hub: text,
  tag: raw,
  namespace: text,
  revision: text,
  compatibilityVersion: text,
  meshConfig: raw,
  components,
  values: raw,
  unvalidatedValues: raw,
});

const metadata = core('ObjectMeta', {
  name: text,
  generateName: text,
  namespace: text,
  selfLink: text,
  uid: text,
  resourceVersion: text,
  generation: { kind: 'integer', name: 'int64' },
  creationTimestamp: unchecked,
  deletionTimestamp: unchecked,
  deletionGracePeriodSeconds: { kind: 'integer', name: 'int64' },
  labels: textMap,
  annotations: textMap,
  ownerReferences: unchecked,
  finalizers: texts,
  managedFields: unchecked,
});

/** An IstioOperator as istioctl decodes it before it looks at the values. The same from 1.28 to 1.31. Source: operator/pkg/apis/types.go. */
export const istioOperator: GoStruct = apis('IstioOperator', {
  kind: text,
  apiVersion: text,
  metadata,
  spec,
});
