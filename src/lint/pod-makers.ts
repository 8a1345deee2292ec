/** Kinds that are not read and make no pods. Every other kind may well be an operator's: Prometheus, Kafka, Rollout, HelmRelease. */
const passive: ReadonlySet<string> = new Set(
  [
    'ConfigMap Secret Role ClusterRole RoleBinding ClusterRoleBinding PersistentVolume PersistentVolumeClaim StorageClass',
    'PodDisruptionBudget HorizontalPodAutoscaler VerticalPodAutoscaler ScaledObject TriggerAuthentication PriorityClass LimitRange',
    'ResourceQuota Ingress IngressClass CustomResourceDefinition APIService MutatingWebhookConfiguration',
    'ValidatingWebhookConfiguration ValidatingAdmissionPolicy ValidatingAdmissionPolicyBinding RuntimeClass Endpoints Lease Event',
    'CSIDriver VolumeSnapshotClass SecurityContextConstraints PodSecurityPolicy',
    'ServiceMonitor PodMonitor PrometheusRule Probe ScrapeConfig AlertmanagerConfig GrafanaDashboard GrafanaDatasource',
    'Certificate Issuer ClusterIssuer ExternalSecret SecretStore ClusterSecretStore SealedSecret SecretProviderClass',
    'VirtualService Sidecar WorkloadEntry WorkloadGroup ProxyConfig Telemetry HTTPRoute GRPCRoute TLSRoute TCPRoute UDPRoute',
    'ReferenceGrant BackendTLSPolicy ListenerSet ManagedCertificate FrontendConfig BackendConfig',
    'ClusterPolicy Policy PolicyException AppProject Kustomization',
  ].flatMap((line) => line.split(' ')),
);

/** Of the kinds that are not read those that may make pods of which the manifests say nothing, in order. */
export function podMakers(unread: ReadonlyMap<string, number>): readonly string[] {
  return [...unread.keys()].filter((kind) => !passive.has(kind)).sort();
}
