import type { IstioVersion } from './types.ts';

/**
 * One rule of a schema of values: the types that are allowed, and what holds of members. Compact JSON Schema, as far as the chart gateway uses it.
 */
export interface SchemaRule {
  /** Any type where it is left out. */
  readonly types?: readonly SchemaType[];
  readonly oneOf?: readonly (string | boolean)[];
  readonly items?: SchemaRule;
  readonly properties?: Readonly<Record<string, SchemaRule>>;
  /** Of members that have no rule of their own: forbidden, or this. */
  readonly others?: 'none' | SchemaRule;
  readonly required?: readonly string[];
}

export type SchemaType = 'array' | 'boolean' | 'integer' | 'null' | 'number' | 'object' | 'string';

const of = (...types: readonly SchemaType[]): SchemaRule => ({ types });
const object = (
  properties: Readonly<Record<string, SchemaRule>>,
  ...more: readonly SchemaType[]
): SchemaRule => ({
  types: ['object', ...more],
  properties,
});
const list = (items?: SchemaRule): SchemaRule => ({
  types: ['array'],
  ...(items !== undefined && { items }),
});
const choice = (...oneOf: readonly string[]): SchemaRule => ({ types: ['string'], oneOf });

const text = of('string');
const whole = of('integer');
const truth = of('boolean');
const map = of('object');
const amounts = object({ cpu: of('string', 'null'), memory: of('string', 'null') }, 'null');
const portNumbers = { port: whole, targetPort: whole, protocol: text };

/** Members that all versions know. */
const always: Readonly<Record<string, SchemaRule>> = {
  _internal_defaults_do_not_set: map,
  global: map,
  affinity: map,
  securityContext: of('object', 'null'),
  containerSecurityContext: of('object', 'null'),
  kind: choice('Deployment', 'DaemonSet'),
  annotations: { types: ['object'], others: of('string', 'integer') },
  autoscaling: object({
    enabled: truth,
    maxReplicas: whole,
    minReplicas: whole,
    targetCPUUtilizationPercentage: whole,
  }),
  env: map,
  envVarFrom: list(object({ name: text, valueFrom: map })),
  strategy: map,
  minReadySeconds: of('null', 'integer'),
  readinessProbe: of('null', 'object'),
  labels: map,
  name: text,
  nodeSelector: map,
  podAnnotations: object({
    'inject.istio.io/templates': text,
    'prometheus.io/path': text,
    'prometheus.io/port': text,
    'prometheus.io/scrape': text,
  }),
  replicaCount: of('integer', 'null'),
  resources: object({ limits: amounts, requests: amounts }),
  revision: text,
  defaultRevision: text,
  compatibilityVersion: text,
  profile: text,
  platform: text,
  pilot: map,
  runAsRoot: truth,
  unprivilegedPort: { types: ['string', 'boolean'], oneOf: [true, false, 'auto'] },
  serviceAccount: object({ annotations: map, name: text, create: truth }),
  rbac: object({ enabled: truth }),
  tolerations: list(),
  topologySpreadConstraints: list(),
  networkGateway: text,
  imagePullPolicy: choice('', 'Always', 'IfNotPresent', 'Never'),
  imagePullSecrets: list(object({ name: text })),
  podDisruptionBudget: object({
    minAvailable: of('integer', 'string'),
    maxUnavailable: of('integer', 'string'),
    unhealthyPodEvictionPolicy: choice('', 'IfHealthyBudget', 'AlwaysAllow'),
  }),
  terminationGracePeriodSeconds: of('number'),
  volumes: list(map),
  volumeMounts: list(map),
  initContainers: list(map),
  additionalContainers: list(map),
  priorityClassName: text,
  lifecycle: object({ postStart: map, preStop: map }),
};

const service: Readonly<Record<string, SchemaRule>> = {
  annotations: map,
  externalTrafficPolicy: text,
  loadBalancerIP: text,
  loadBalancerSourceRanges: list(),
  ipFamilies: { items: choice('IPv4', 'IPv6') },
  ipFamilyPolicy: choice('', 'SingleStack', 'PreferDualStack', 'RequireDualStack'),
  ports: list(object({ name: text, ...portNumbers })),
  type: text,
};

const selectorLabels: SchemaRule = { types: ['object'], others: text };
const networkGatewayPorts: SchemaRule = {
  types: ['object'],
  others: { types: ['object'], properties: portNumbers, required: ['port'] },
};

/** `service.selectorLabels` came with 1.28.3; everything else changed with a minor. */
function knowsSelectorLabels({ minor, text: version }: IstioVersion): boolean {
  return minor > 28 || Number(/^1\.28\.(\d+)/.exec(version)?.[1] ?? 0) >= 3;
}

/**
 * The schema that Helm holds the values of chart gateway against, before any template runs. No other chart of Istio has one.
 * Source: manifests/charts/gateway/values.schema.json of each minor.
 */
export function gatewaySchema(version: IstioVersion): SchemaRule {
  const { minor } = version;
  return {
    types: ['object'],
    others: 'none',
    properties: {
      ...always,
      service: object({
        ...service,
        ...(knowsSelectorLabels(version) && { selectorLabels }),
        ...(minor >= 31 && { healthCheckNodePort: whole }),
      }),
      ...(minor >= 29 && { enabled: truth }),
      ...(minor >= 30 && { networkGatewayPorts }),
      ...(minor >= 31 && { dnsPolicy: text, dnsConfig: map }),
    },
  };
}
