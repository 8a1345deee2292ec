import type { FieldPath, Labels } from '../model/index.ts';
import { type Problem, suggestName } from './kit/index.ts';

// From istio/api (annotation/annotations.yaml, label/labels.yaml, July 2026, Apache-2.0), and names of earlier releases.
const annotations: ReadonlySet<string> = names({
  'alpha.istio.io': 'kubernetes-serviceaccounts canonical-serviceaccounts identity',
  'ambient.istio.io': 'redirection waypoint-inbound-binding bypass-inbound-capture dns-capture',
  'galley.istio.io': 'analyze-suppress',
  'gateway.istio.io': 'controller-version service-account name-override',
  'inject.istio.io': 'templates',
  'istio.io':
    'dry-run rev autoRegistrationGroup workloadController connectedAt disconnectedAt use-waypoint-canary-weight reroute-virtual-interfaces',
  'networking.istio.io': 'exportTo service-type traffic-distribution',
  'prometheus.istio.io': 'merge-metrics',
  'proxy.istio.io': 'config overrides',
  'readiness.status.sidecar.istio.io': 'initialDelaySeconds periodSeconds failureThreshold applicationPorts',
  'sidecar.istio.io':
    'inject status rewriteAppHTTPProbers discoveryAddress controlPlaneAuthPolicy proxyImage proxyImageType proxyCPU proxyCPULimit proxyMemory proxyMemoryLimit interceptionMode bootstrapOverride statsInclusionPrefixes statsInclusionSuffixes statsInclusionRegexps statsHistogramBuckets statsHistogramBins statsFlushInterval statsEvictionInterval statsCompression extraStatTags userVolume userVolumeMount enableCoreDump logLevel componentLogLevel agentLogLevel nativeSidecar',
  'status.sidecar.istio.io': 'port',
  'topology.istio.io': 'controlPlaneClusters',
  'traffic.istio.io': 'nodeSelector',
  'traffic.sidecar.istio.io':
    'includeOutboundIPRanges excludeOutboundIPRanges includeInboundPorts excludeInboundPorts excludeInterfaces includeOutboundPorts excludeOutboundPorts kubevirtInterfaces',
});

const labels: ReadonlySet<string> = names({
  'experimental.istio.io': 'disable-gateway-port-translation',
  'gateway.istio.io': 'managed',
  'istio.io':
    'rev tag dataplane-mode use-waypoint use-waypoint-namespace use-waypoint-canary use-waypoint-canary-namespace ingress-use-waypoint waypoint-for gateway-name global',
  'networking.istio.io': 'gatewayPort enable-autoallocate-ip',
  'security.istio.io': 'tlsMode',
  'service.istio.io': 'canonical-name canonical-revision workload-name',
  'sidecar.istio.io': 'inject',
  'topology.istio.io': 'subzone network cluster locality',
});

/** Names that are often written for others. */
const meant: Readonly<Record<string, string>> = {
  'sidecar.istio.io/proxyLogLevel': 'sidecar.istio.io/logLevel or sidecar.istio.io/componentLogLevel',
};

/**
 * Finds annotations in Istio's domain that Istio does not know, and labels that look like a misspelling of one it knows: both are silently
 * without effect. `path` leads to the metadata.
 */
export function checkIstioNames(
  metadata: { readonly labels: Labels; readonly annotations: Labels },
  path: FieldPath,
  problems: Problem[],
): void {
  for (const key of Object.keys(metadata.annotations)) {
    if (isOfIstio(key) && !annotations.has(key)) problems.push(describeAnnotation(key, path));
  }
  for (const key of Object.keys(metadata.labels)) {
    if (!isOfIstio(key) || labels.has(key) || annotations.has(key)) continue;
    const suggestion = suggestName(key, labels);
    if (suggestion === undefined) continue;
    problems.push({
      code: 'PC2011',
      severity: 'warning',
      path: [...path, 'labels', key],
      message: `Istio does not know the label ${key}`,
      help: `Did you mean ${suggestion}?`,
    });
  }
}

function describeAnnotation(key: string, path: FieldPath): Problem {
  const suggestion = Object.hasOwn(meant, key) ? meant[key] : suggestName(key, annotations);
  const isLabel = labels.has(key);
  const help = isLabel ? 'Write it under labels.' : suggestion && `Did you mean ${suggestion}?`;
  return {
    code: 'PC2011',
    severity: 'warning',
    path: [...path, 'annotations', key],
    message: isLabel
      ? `${key} is a label of Istio; as an annotation it has no effect`
      : `Istio does not know the annotation ${key}; it has no effect`,
    ...(help !== undefined && { help }),
  };
}

/** Names in `istio.io` and below it, but for those that Istio's own installation writes. */
function isOfIstio(key: string): boolean {
  return (
    /^([a-z0-9.-]+\.)?istio\.io\//.test(key) && !/^((install\.)?operator|internal)\.istio\.io\//.test(key)
  );
}

function names(groups: Readonly<Record<string, string>>): ReadonlySet<string> {
  const all = Object.entries(groups).flatMap(([group, list]) =>
    list.split(' ').map((name) => `${group}/${name}`),
  );
  return new Set(all);
}
