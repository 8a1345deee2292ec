import type { IstioVersion } from '../components/index.ts';

/**
 * The messages of istioctl's values, a word a field: `name:type`, `name/other:type` where it has two names, and `@1.30` for the release that it came with.
 * Types: `s` text, `b` boolean, `B` boolean or null, `i` whole number of 32 bits, `u` the same without sign, `l` of 64 bits, `f` float, `d` duration, `S` a map
 * with anything, `K` a map that is a type of Kubernetes, `V` anything, `I` number or text, `T` map of texts, `=NAME` enumeration, `[]` list; other names are
 * messages.
 * Source: operator/pkg/apis/values_types.proto of all releases from 1.28.0 to 1.31.0-rc.0.
 */
const messages: Readonly<Record<string, string>> = {
  Values: `
    cni:CNIConfig gateways:GatewaysConfig global:GlobalConfig pilot:PilotConfig ztunnel:V telemetry:TelemetryConfig
    sidecarInjectorWebhook:SidecarInjectorConfig istio_cni/istioCni:CNIUsageConfig revision:s ownerName:s meshConfig:V
    base:BaseConfig istiodRemote:IstiodRemoteConfig revisionTags:[]s defaultRevision:s profile:s compatibilityVersion:s
    experimental:ExperimentalConfig gatewayClasses:V`,
  ArchConfig: 'amd64:u ppc64le:u s390x:u arm64:u',
  CNIConfig: `
    enabled:B hub:s tag:V variant:s image:s pullPolicy:s cniBinDir:s cniConfDir:s cniConfFileName:s cniNetnsDir:s
    excludeNamespaces:[]s affinity:K env:S daemonSetLabels:S podAnnotations:S podLabels:S psp_cluster_role/pspClusterRole:s
    logLevel:s logging:GlobalLoggingConfig repair:CNIRepairConfig chained:B resource_quotas/resourceQuotas:ResourceQuotas
    resources:Resources privileged:B seccompProfile:K ambient:CNIAmbientConfig provider:s rollingMaxUnavailable:I
    istioOwnedCNIConfig:B istioOwnedCNIConfigFileName:s useAppArmorAnnotation:B@1.30`,
  CNIUsageConfig: 'enabled:B chained:B provider:s',
  CNIAmbientConfig: 'enabled:B configDir:s dnsCapture:B ipv6:B reconcileIptablesOnStartup:B',
  CNIRepairConfig: `
    enabled:B hub:s tag:V image:s labelPods:b repairPods:b createEvents:s deletePods:b brokenPodLabelKey:s
    brokenPodLabelValue:s initContainerName:s`,
  ResourceQuotas: 'enabled:B pods:l',
  TargetUtilizationConfig: 'targetAverageUtilization:i',
  Resources: 'limits:T requests:T',
  ServiceAccount: 'annotations:S',
  DefaultPodDisruptionBudgetConfig: 'enabled:B',
  DefaultResourcesConfig: 'requests:ResourcesRequestsConfig',
  EgressGatewayConfig: `
    autoscaleEnabled:B autoscaleMax:u autoscaleMin:u memory:TargetUtilizationConfig cpu:TargetUtilizationConfig
    customService:B enabled:B env:S labels:T name:s nodeSelector:S podAnnotations:S podAntiAffinityLabelSelector:[]K
    podAntiAffinityTermLabelSelector:[]K ports:[]PortsConfig resources:Resources secretVolumes:[]SecretVolume
    serviceAnnotations:S type:s tolerations:[]K rollingMaxSurge:I rollingMaxUnavailable:I configVolumes:[]S
    additionalContainers:[]S runAsRoot:B injectionTemplate:s serviceAccount:ServiceAccount ipFamilies:[]s ipFamilyPolicy:s`,
  GatewaysConfig: `
    istio-egressgateway/istio_egressgateway:EgressGatewayConfig enabled:B
    istio-ingressgateway/istio_ingressgateway:IngressGatewayConfig securityContext:V seccompProfile:V`,
  GlobalConfig: `
    arch:ArchConfig certSigners:[]s configValidation:B defaultNodeSelector:S
    defaultPodDisruptionBudget:DefaultPodDisruptionBudgetConfig defaultResources:DefaultResourcesConfig
    defaultTolerations:[]K hub:s imagePullPolicy:s imagePullSecrets:[]s istioNamespace:s logAsJson:B
    logging:GlobalLoggingConfig meshID:s meshNetworks:S multiCluster:MultiClusterConfig network:s
    podDNSSearchNamespaces:[]s omitSidecarInjectorConfigMap:B operatorManageWebhooks:B priorityClassName:s
    proxy:ProxyConfig proxy_init:ProxyInitConfig sds:SDSConfig tag:V variant:s tracer:TracerConfig remotePilotAddress:s
    istiod:IstiodConfig pilotCertProvider:s jwtPolicy:s sts:STSConfig revision:s mountMtlsCerts:B caAddress:s
    externalIstiod:B configCluster:B caName:s platform:s ipFamilies:[]s ipFamilyPolicy:s waypoint:WaypointConfig
    trustBundleName:s nativeNftables:B networkPolicy:NetworkPolicyConfig resourceScope:=ResourceScope
    agentgateway:Agentgateway@1.29 enableReaderRBAC:B@1.30 readerServiceAccount:ReaderServiceAccount@1.31`,
  STSConfig: 'servicePort:u',
  IstiodConfig: 'enableAnalysis:B',
  GlobalLoggingConfig: 'level:s',
  IngressGatewayConfig: `
    autoscaleEnabled:B autoscaleMax:u autoscaleMin:u memory:TargetUtilizationConfig cpu:TargetUtilizationConfig
    customService:B enabled:B env:S labels:T loadBalancerIP:s loadBalancerSourceRanges:[]s name:s nodeSelector:S
    podAnnotations:S podAntiAffinityLabelSelector:[]K podAntiAffinityTermLabelSelector:[]K ports:[]PortsConfig
    replicaCount:u resources:S secretVolumes:[]SecretVolume serviceAnnotations:S type:s rollingMaxSurge:I
    rollingMaxUnavailable:I externalTrafficPolicy:s tolerations:[]K ingressPorts:[]S additionalContainers:[]S
    configVolumes:[]S runAsRoot:B injectionTemplate:s serviceAccount:ServiceAccount ipFamilies:[]s ipFamilyPolicy:s`,
  MultiClusterConfig: 'enabled:B clusterName:s globalDomainSuffix:s includeEnvoyFilter:B',
  PilotConfig: `
    enabled:B autoscaleEnabled:B autoscaleMin:u autoscaleMax:u autoscaleBehavior:S replicaCount:u image:s traceSampling:f
    resources:Resources cpu:TargetUtilizationConfig nodeSelector:S keepaliveMaxServerConnectionAge:d deploymentLabels:S
    podLabels:S configMap:B env:S affinity:K rollingMaxSurge:I rollingMaxUnavailable:I tolerations:[]K podAnnotations:S
    serviceAnnotations:S serviceAccountAnnotations:S jwksResolverExtraRootCA:s hub:s tag:V variant:s seccompProfile:K
    topologySpreadConstraints:[]K extraContainerArgs:[]S volumeMounts:[]K volumes:[]K ipFamilies:[]s ipFamilyPolicy:s
    memory:TargetUtilizationConfig cni:CNIUsageConfig taint:PilotTaintControllerConfig trustedZtunnelNamespace:s
    istiodRemote:IstiodRemoteConfig envVarFrom:[]S crlConfigMapName:s@1.29`,
  PilotTaintControllerConfig: 'enabled:b namespace:s name:s@1.30.3',
  TelemetryConfig: 'enabled:B v2:TelemetryV2Config',
  TelemetryV2Config:
    'enabled:B prometheus:TelemetryV2PrometheusConfig stackdriver:TelemetryV2StackDriverConfig',
  TelemetryV2PrometheusConfig: 'enabled:B',
  TelemetryV2StackDriverConfig: 'enabled:B',
  PortsConfig: 'name:s port:i nodePort:i targetPort:i protocol:s',
  ProxyConfig: `
    autoInject:s clusterDomain:s componentLogLevel:s enableCoreDump:B excludeInboundPorts:s excludeIPRanges:s image:s
    includeIPRanges:s logLevel:s outlierLogPath:s privileged:B readinessInitialDelaySeconds:u readinessPeriodSeconds:u
    readinessFailureThreshold:u startupProbe:StartupProbe statusPort:u resources:Resources tracer:=tracer
    excludeOutboundPorts:s lifecycle:K holdApplicationUntilProxyStarts:B includeInboundPorts:s includeOutboundPorts:s
    seccompProfile:S@1.29`,
  StartupProbe: 'enabled:B failureThreshold:u',
  ProxyInitConfig: 'image:s resources:Resources',
  ResourcesRequestsConfig: 'cpu:s memory:s',
  SDSConfig: 'token:S',
  SecretVolume: 'mountPath:s name:s secretName:s',
  SidecarInjectorConfig: `
    enableNamespacesByDefault:B reinvocationPolicy:s neverInjectSelector:[]K alwaysInjectSelector:[]K rewriteAppHTTPProbe:B
    injectedAnnotations:S injectionURL:s templates:S defaultTemplates:[]s`,
  TracerConfig: `
    datadog:TracerDatadogConfig lightstep:TracerLightStepConfig zipkin:TracerZipkinConfig
    stackdriver:TracerStackdriverConfig`,
  TracerDatadogConfig: 'address:s',
  TracerLightStepConfig: 'address:s accessToken:s',
  TracerZipkinConfig: 'address:s',
  TracerStackdriverConfig:
    'debug:B maxNumberOfAttributes:u maxNumberOfAnnotations:u maxNumberOfMessageEvents:u',
  BaseConfig: `
    enableCRDTemplates:B excludedCRDs:[]s validationURL:s enableIstioConfigCRDs:B validateGateway:B validationCABundle:s`,
  IstiodRemoteConfig:
    'injectionURL:s injectionPath:s injectionCABundle:s enabled:B enabledLocalInjectorIstiod:B',
  ExperimentalConfig: 'stableValidationPolicy:B',
  WaypointConfig:
    'resources:Resources affinity:K topologySpreadConstraints:[]K nodeSelector:K toleration:[]K',
  NetworkPolicyConfig: 'enabled:B',
  Agentgateway: 'image:s@1.29',
  ReaderServiceAccount: 'name:s@1.31 namespace:s@1.31',
};

/** Enumerations and their names, the first one being 0. */
export const enumerations: Readonly<Record<string, readonly string[]>> = {
  ResourceScope: ['undefined', 'all', 'cluster', 'namespace'],
  tracer: ['zipkin', 'lightstep', 'datadog', 'stackdriver', 'openCensusAgent', 'none'],
};

/** A field of a message; in the order of the message, which decides what error comes first. */
export interface ValuesField {
  readonly names: readonly string[];
  /** One of the letters, `=NAME` or a message. */
  readonly type: string;
  readonly list: boolean;
}

/** True for the name of a message that has fields of its own. */
export function isMessage(type: string): boolean {
  return Object.hasOwn(messages, type);
}

/** The fields that a message has in that release. */
export function messageFields(message: string, version: IstioVersion): readonly ValuesField[] {
  return (messages[message] ?? '')
    .trim()
    .split(/\s+/)
    .flatMap((word) => {
      const [, names = '', list, type = '', since] = /^([^:]+):(\[\])?([^@]+)(?:@(.+))?$/.exec(word) ?? [];
      if (since !== undefined && !reaches(version, since)) return [];
      return [{ names: names.split('/'), type, list: list !== undefined }];
    });
}

/** A prerelease of a minor has what its release has; only a patch release is looked at by its number. */
function reaches(version: IstioVersion, since: string): boolean {
  const [, minor = 0, patch = 0] = since.split('.').map(Number);
  if (version.minor !== minor) return version.minor > minor;
  return Number(/^\d+\.\d+\.(\d+)/.exec(version.text)?.[1] ?? 0) >= patch;
}
